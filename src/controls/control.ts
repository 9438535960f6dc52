/** The section of a page that a control belongs to. */
export type Group = "image" | "color" | "exposure" | "correction" | "orientation";

export interface Option {
	/** The value to set. */
	readonly value: string;
	/** Text for people. */
	readonly label: string;
}

interface Common {
	/** Name in the API. */
	readonly name: string;
	/** Text for people. */
	readonly label: string;
	readonly group: Group;
	/** Whether a restart sets it back to its default. */
	readonly temporary?: true;
	/** Name in esp32-camera's `camera_status_t`, and in CameraWebServer's interface. */
	readonly field: string;
	/**
	 * The other members as JSON, without the closing brace. It is made when the module is loaded, which is in flash on a board:
	 * objects that describe all controls would take 700 slots of the heap.
	 */
	readonly json: string;
}

export interface Switch extends Common {
	readonly type: "boolean";
}

export interface Range extends Common {
	readonly type: "integer";
	readonly minimum: number;
	readonly maximum: number;
	/** Distance between two values. */
	readonly step: number;
	readonly unit?: string;
}

export interface Choice extends Common {
	readonly type: "string";
	/** The option at index N is the driver's number N. */
	readonly options: readonly Option[];
}

type WithoutJson<C> = C extends unknown ? Omit<C, "json"> : never;

/** Returns a control with its JSON. */
export function withJson<C extends Control>(control: WithoutJson<C>): C {
	return Object.freeze({ ...control, json: JSON.stringify(control).slice(0, -1) }) as unknown as C;
}

/** A setting of the sensor, or of the device's lamp. */
export type Control = Switch | Range | Choice;

export type ControlValue = boolean | number | string;

/** Controls that are not the camera's. */
export interface FurtherControls {
	readonly controls: readonly Control[];
	/** Return undefined for a field that none of them has. */
	get(field: string): number | undefined;
	set(field: string, number: number): true | undefined;
}

/** Converts the driver's number to the API's value. Returns undefined for a number that the control does not have. */
export function valueOf(control: Control, number: number): ControlValue | undefined {
	switch (control.type) {
		case "boolean":
			return number !== 0;
		case "integer":
			return number;
		case "string":
			return control.options[number]?.value;
	}
}

/** Returns a member of a control's JSON for the driver's number, with the comma before it. Returns "" for a number that the control does not have. */
export function memberOf(name: string, control: Control, number: number | undefined): string {
	const value = number === undefined ? undefined : valueOf(control, number);
	return value === undefined ? "" : ',"'.concat(name, '":', JSON.stringify(value));
}

/** Converts a value to the driver's number. Returns a string, the rest of a sentence, if the value is wrong. */
export function numberOf(control: Control, value: unknown): number | string {
	switch (control.type) {
		case "boolean":
			return typeof value === "boolean" ? Number(value) : "is true or false";
		case "integer":
			return Number.isInteger(value) &&
				(value as number) >= control.minimum &&
				(value as number) <= control.maximum
				? (value as number)
				: `is a whole number from ${control.minimum} to ${control.maximum}`;
		case "string": {
			const number = control.options.findIndex((option) => option.value === value);
			return number >= 0 ? number : `is one of ${control.options.map((option) => option.value).join(", ")}`;
		}
	}
}
