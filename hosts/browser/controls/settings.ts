import { importSettings, resetControls } from "../connection/api.ts";
import { byId } from "../dom.ts";

/** The buttons below the controls: everything back to its default, and the settings from a file. To a file is a link. */
export function setUpSettings(onError: (text: string) => void): void {
	const attempt = async (what: () => Promise<unknown>): Promise<void> => {
		onError("");
		try {
			await what();
		}
		catch (error) {
			onError((error as Error).message);
		}
	};
	byId("reset", HTMLButtonElement).addEventListener("click", () => {
		if (confirm("Set every control back to its default?"))
			void attempt(resetControls);
	});
	const file = byId("import-file", HTMLInputElement);
	byId("import", HTMLButtonElement).addEventListener("click", () => file.click());
	file.addEventListener("change", () => attempt(async () => {
		const text = await file.files?.[0]?.text();
		// The same file may be chosen again.
		file.value = "";
		if (text !== undefined)
			await importSettings(parsed(text));
	}));
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	}
	catch {
		throw new Error("the file is no JSON: it should be one that was exported here");
	}
}
