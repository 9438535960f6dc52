import type { Described } from "../../src/controls/controls.ts";
import type { Value, Values } from "../controls/change-queue.ts";

/** What a preset sets a control to. A function makes the value of what the sensor has. */
type Choice = Value | ((control: Described) => Value | undefined);

const most = (control: Described): Value | undefined =>
	control.type === "integer"
		? control.maximum
		: control.type === "string"
			? control.options.at(-1)!.value
			: undefined;

/**
 * For little light: the sensor exposes for longer, which makes fewer pictures a second, and amplifies more, which makes noise.
 * By day, the same controls have their defaults.
 */
const NIGHT: Readonly<Record<string, Choice>> = {
	autoExposure: true,
	nightMode: true,
	exposureDsp: true,
	exposureLevel: most,
	autoGain: true,
	gainCeiling: most,
};

/** Returns the changes for day and night, by their names, with the controls that the sensor has. */
export function lightPresets(controls: readonly Described[]): Readonly<Record<string, Values>> {
	return {
		Day: valuesOf(controls, (control) => control.default),
		Night: valuesOf(controls, (control) => {
			const choice = NIGHT[control.name];
			return typeof choice === "function" ? choice(control) : choice;
		}),
	};
}

function valuesOf(controls: readonly Described[], choose: (control: Described) => Value | undefined): Values {
	const values: Record<string, Value> = {};
	for (const control of controls) {
		const value = control.name in NIGHT ? choose(control) : undefined;
		if (value !== undefined) values[control.name] = value;
	}
	return values;
}
