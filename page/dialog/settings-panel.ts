import { importSettings } from "../connection/api.ts";
import { byId } from "../dom.ts";

const file = byId("import-file", HTMLInputElement);
const error = byId("settings-error", HTMLElement);
const done = byId("settings-done", HTMLElement);

byId("import", HTMLButtonElement).addEventListener("click", () => file.click());
file.addEventListener("change", () => void load());

/** Loads the settings from the chosen file, and says what came of it. */
async function load(): Promise<void> {
	error.textContent = done.textContent = "";
	try {
		const chosen = file.files?.[0],
			text = await chosen?.text();
		// Lets the user choose the same file again.
		file.value = "";
		if (!chosen || text === undefined) return;
		await importSettings(parsed(text));
		done.textContent = `${chosen.name} is loaded.`;
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
}

function parsed(text: string): unknown {
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		throw new Error("the file is not JSON: choose one that was exported here");
	}
	if (content instanceof Object && "presets" in content)
		throw new Error("the file has presets and no settings: load it with “Load presets…”");
	return content;
}
