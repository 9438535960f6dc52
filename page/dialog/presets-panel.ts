import { saveFile } from "../picture/save-file.ts";
import { byId, create, setText } from "../dom.ts";
import { deletePreset, keepPresets, keptPreset, keptPresets, onKeptPresets } from "../presets/kept-presets.ts";
import { MAX_FILE, MAX_PRESETS, presetFile, readPresetFile } from "../presets/preset-file.ts";
import type { Preset } from "../presets/preset.ts";
import { openSaveForm } from "../presets/save-form.ts";
import { closeDialog, onShown, openDialog } from "./dialog.ts";

const list = byId("preset-list", HTMLElement);
const exporter = byId("export-presets", HTMLButtonElement);
const file = byId("presets-file", HTMLInputElement);
const error = byId("presets-error", HTMLElement);
const done = byId("presets-done", HTMLElement);

function draw(): void {
	const presets = keptPresets();
	list.replaceChildren(...presets.map(item));
	list.hidden = presets.length === 0;
	exporter.disabled = presets.length === 0;
	setText(
		byId("presets-count", HTMLElement),
		presets.length === 0
			? `There is none yet, of up to ${MAX_PRESETS}.`
			: `There are ${presets.length} of up to ${MAX_PRESETS}.`,
	);
}

function item({ name, sensor, values }: Preset): HTMLElement {
	const count = Object.keys(values).length,
		replacer = create("button", { type: "button", className: "replace" }, "Replace…"),
		remover = create("button", { type: "button" }, "Delete");
	replacer.setAttribute("aria-label", `Replace ${name}…`);
	replacer.disabled = byId("save-preset", HTMLButtonElement).disabled;
	remover.setAttribute("aria-label", `Delete ${name}`);
	replacer.addEventListener("click", () => {
		closeDialog();
		openSaveForm(name);
	});
	remover.addEventListener("click", () => remove(name));
	return create(
		"li",
		{},
		create(
			"p",
			{},
			create("strong", {}, name),
			" ",
			create("span", { className: "hint" }, `${sensor}, ${count} ${count === 1 ? "control" : "controls"}`),
		),
		replacer,
		remover,
	);
}

function remove(name: string): void {
	if (!confirm(`Delete the preset “${name}”?`)) return;
	error.textContent = "";
	deletePreset(name);
	done.textContent = `“${name}” is deleted.`;
	// The button is gone, and the keyboard's focus with it.
	(list.querySelector<HTMLElement>("button:last-child") ?? byId("import-presets", HTMLElement)).focus();
}

/** Loads the presets of the chosen file, and says what came of it. */
async function load(): Promise<void> {
	error.textContent = done.textContent = "";
	const chosen = file.files?.[0];
	try {
		if (!chosen) return;
		if (chosen.size > MAX_FILE)
			throw new Error("the file is too large for presets: choose one that was saved here");
		const presets = readPresetFile(await chosen.text()),
			replaced = presets.filter(({ name }) => keptPreset(name)).length,
			rest = keepPresets(presets);
		done.textContent = `${chosen.name} is loaded: ${presets.length - replaced} new, ${replaced} replaced${rest}`;
	} catch (failed) {
		error.textContent = (failed as Error).message;
	} finally {
		// Lets the user choose the same file again.
		file.value = "";
	}
}

byId("import-presets", HTMLButtonElement).addEventListener("click", () => file.click());
file.addEventListener("change", () => void load());
exporter.addEventListener("click", () =>
	saveFile(new Blob([presetFile(keptPresets())], { type: "application/json" }), "presets.json"),
);
byId("manage-presets", HTMLButtonElement).addEventListener("click", () => {
	openDialog("panel-settings");
	byId("presets-title", HTMLElement).scrollIntoView();
});
onKeptPresets(draw);
// A viewer may have signed in as admin.
onShown("panel-settings", draw);
draw();
