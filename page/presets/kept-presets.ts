import { onRemembered, recall, remember } from "../memory.ts";
import { MAX_PRESETS, presetFile, readPresetFile } from "./preset-file.ts";
import { type Preset, sameName } from "./preset.ts";

/** The presets of one's own. They are the browser's: the device does not know them. */
const MEMORY = "presets";

let presets = recalled();
const listeners: (() => void)[] = [];

export function keptPresets(): readonly Preset[] {
	return presets;
}

/** Finds the preset that has the name. */
export function keptPreset(name: string): Preset | undefined {
	return presets.find((preset) => sameName(preset.name, name));
}

/** Calls the listener when the presets change, also in another window. */
export function onKeptPresets(listener: () => void): void {
	listeners.push(listener);
}

/**
 * Keeps presets, each in place of the one that has its name. Throws an Error for the user, and keeps none, if they do not fit.
 * Returns the end of a sentence that says so if they do not outlast the page: some browsers store nothing.
 */
export function keepPresets(added: readonly Preset[]): string {
	const kept = presets.map((preset) => added.find(({ name }) => sameName(name, preset.name)) ?? preset),
		all = [...kept, ...added.filter(({ name }) => !keptPreset(name))],
		excess = all.length - MAX_PRESETS;
	if (excess > 0)
		throw new Error(
			`no more than ${MAX_PRESETS} presets fit: delete ${excess === 1 ? "one" : excess} first, or replace one by using its name`,
		);
	return change(all) ? "." : ", until this page is closed: the browser stores nothing for it.";
}

export function deletePreset(name: string): void {
	change(presets.filter((preset) => !sameName(preset.name, name)));
}

function change(changed: readonly Preset[]): boolean {
	presets = changed;
	const stored = remember(MEMORY, presetFile(presets));
	tell();
	return stored;
}

/** Whatever else may be stored under that name, the page works. */
function recalled(): readonly Preset[] {
	try {
		return readPresetFile(recall(MEMORY) ?? "");
	} catch {
		return [];
	}
}

function tell(): void {
	for (const listener of listeners) listener();
}

onRemembered(MEMORY, () => {
	presets = recalled();
	tell();
});
