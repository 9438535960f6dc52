import type { Described } from "../../src/controls/controls.ts";
import type { Value, Values } from "../controls/change-queue.ts";

/** Values of controls, under a name that a person gave them. */
export interface Preset {
	readonly name: string;
	/** The sensor whose controls these are. */
	readonly sensor: string;
	/** By the names of the controls; at least one. */
	readonly values: Values;
}

/** A preset sets the frame size only if its maker wants that: a change of it interrupts the picture, and recordings end. */
export const FRAME_SIZE = "frameSize";

/** Returns the preset's values that these controls take. Another sensor has other controls, and other ranges. */
export function fittingValues({ values }: Preset, controls: readonly Described[]): Values {
	return Object.fromEntries(
		controls.filter((control) => takes(control, values[control.name])).map(({ name }) => [name, values[name]]),
	);
}

/**
 * Returns the change that choosing the preset sends: its own values, and the defaults of the controls that only others of the
 * presets set. So a preset looks the same whichever was chosen before, and controls that no preset sets stay as they are.
 */
export function changeOf(preset: Preset, presets: readonly Preset[], controls: readonly Described[]): Values {
	const set = new Set(presets.flatMap(({ values }) => Object.keys(values)));
	const change: Record<string, Value> = {};
	for (const { name, default: usual } of controls) {
		if (set.has(name) && name !== FRAME_SIZE && !(name in preset.values) && usual !== undefined)
			change[name] = usual;
	}
	return { ...change, ...fittingValues(preset, controls) };
}

/** Returns the values that a new preset takes from controls, given their values as shown. */
export function valuesToKeep(controls: readonly Described[], shown: Values, withFrameSize: boolean): Values {
	const kept = controls.filter(({ name, default: usual }) =>
		name === FRAME_SIZE ? withFrameSize : usual !== undefined && shown[name] !== usual,
	);
	return Object.fromEntries(
		kept.filter(({ name }) => shown[name] !== undefined).map(({ name }) => [name, shown[name]]),
	);
}

/** Reports whether two names are the same to a person. */
export function sameName(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

function takes(control: Described, value: Value | undefined): boolean {
	switch (control.type) {
		case "boolean":
			return typeof value === "boolean";
		case "integer":
			return (
				typeof value === "number" &&
				Number.isInteger(value) &&
				value >= control.minimum &&
				value <= control.maximum
			);
		case "string":
			return control.options.some((option) => option.value === value);
	}
}
