import type { Value, Values } from "../controls/change-queue.ts";
import { type Preset, sameName } from "./preset.ts";

/** How many presets fit. */
export const MAX_PRESETS = 8;
/** The length of a preset's name, as `maxlength` counts it. */
const MAX_NAME = 32;
/** More than a sensor has. */
const MAX_CONTROLS = 64;
/** The length of a control's name, and of a value that is text. */
const MAX_TEXT = 64;
/** Bytes of a file. Eight presets of all controls have some 8,000. */
export const MAX_FILE = 65_536;

/** Returns the text of a file with these presets, which the browser's memory holds too. */
export function presetFile(presets: readonly Preset[]): string {
	return JSON.stringify({ version: 1, presets }, undefined, "\t");
}

/** Reads the presets of a file. Throws an Error that says what is wrong with the file, for the user. */
export function readPresetFile(text: string): readonly Preset[] {
	const content = parsed(text);
	if (!isObject(content)) throw new Error(NOT_OURS);
	const { version, presets, camera } = content;
	if (presets === undefined && camera !== undefined)
		throw new Error("the file has settings and no presets: load it with “Import…”");
	if (!Array.isArray(presets)) throw new Error(NOT_OURS);
	if (version !== 1) throw new Error("the file is of another version of this page, which this one cannot read");
	if (presets.length === 0) throw new Error("there is no preset in the file");
	if (presets.length > MAX_PRESETS)
		throw new Error(`there are ${presets.length} presets in the file, and only ${MAX_PRESETS} fit`);
	const read = presets.map(readPreset);
	for (const [index, { name }] of read.entries()) {
		if (read.findIndex((other) => sameName(other.name, name)) < index)
			throw new Error(`two presets in the file are called “${name}”`);
	}
	return read;
}

/** Returns the name without blanks at its ends, or undefined if it is none. */
export function presetName(text: string): string | undefined {
	const name = text.trim();
	return name !== "" && name.length <= MAX_NAME && !/\p{Cc}/u.test(name) ? name : undefined;
}

const NOT_OURS = "the file has no presets: choose one that was saved here";

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Error("the file is not JSON: choose one that was saved here");
	}
}

function readPreset(content: unknown, index: number): Preset {
	const which = `preset ${index + 1} in the file`;
	if (!isObject(content)) throw new Error(`${which} is none`);
	const { name: text, sensor, values } = content,
		name = typeof text === "string" ? presetName(text) : undefined;
	if (name === undefined) throw new Error(`${which} has no name of 1 to ${MAX_NAME} characters`);
	if (typeof sensor !== "string" || sensor === "" || sensor.length > MAX_TEXT)
		throw new Error(`“${name}” in the file does not say for which sensor it is`);
	if (!isValues(values)) throw new Error(`“${name}” in the file has no controls, or wrong ones`);
	// Copied with its names as own properties, whatever they are.
	return { name, sensor, values: Object.fromEntries(Object.entries(values)) };
}

function isValues(content: unknown): content is Values {
	if (!isObject(content)) return false;
	const entries = Object.entries(content);
	return (
		entries.length > 0 &&
		entries.length <= MAX_CONTROLS &&
		entries.every(([name, value]) => name.length <= MAX_TEXT && isValue(value))
	);
}

function isValue(value: unknown): value is Value {
	return (
		typeof value === "boolean" ||
		typeof value === "number" ||
		(typeof value === "string" && value.length <= MAX_TEXT)
	);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
