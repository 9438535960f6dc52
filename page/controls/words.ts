import type { Described } from "../../src/controls/controls.ts";
import type { Value } from "./change-queue.ts";

/** How the page shows a number of a control, for people. */
export interface Words {
	/** In place of the device's label. */
	readonly label?: string;
	/** What the left and the right end of the slider mean. */
	readonly ends?: readonly [string, string];
	/** In place of the number and its unit, where it returns something. */
	readonly text?: (value: number) => string | undefined;
	/** A value that the slider has at its right end, beyond the others. */
	readonly last?: number;
}

const QUALITIES = [
	[10, "best"],
	[18, "good"],
	[30, "medium"],
	[45, "small"],
	[Infinity, "smallest"],
] as const;

const at = (special: number, text: string): Pick<Words, "text"> => ({
	text: (value) => (value === special ? text : undefined),
});

/** By the names of the controls. The device's labels explain its numbers to programmers. */
const WORDS: Readonly<Record<string, Words>> = {
	quality: {
		label: "Quality",
		ends: ["best picture", "smallest file"],
		text: (value) => `${QUALITIES.find(([most]) => value <= most)![1]} (${value})`,
	},
	frameRate: { label: "Frame rate", ends: ["slow", "unlimited"], last: 0, ...at(0, "unlimited") },
	lamp: { label: "Lamp", ...at(0, "off") },
	flash: { label: "Flash for snapshots", ...at(0, "none") },
	exposureLevel: { ends: ["darker", "brighter"] },
	exposure: { ends: ["short", "long"] },
	saturation: { ends: ["gray", "vivid"] },
};

export function wordsOf(name: string): Words {
	return WORDS[name] ?? {};
}

/** The control's name, for people. */
export function labelOf({ name, label }: Described): string {
	return wordsOf(name).label ?? label;
}

/** The control's value, for people. */
export function textOf(control: Described, value: Value | undefined): string {
	switch (control.type) {
		case "boolean":
			return value ? "on" : "off";
		case "integer":
			if (value === undefined) return "–";
			return (
				wordsOf(control.name).text?.(value as number) ??
				`${value}${control.unit === undefined ? "" : ` ${control.unit}`}`
			);
		case "string":
			return control.options.find((option) => option.value === value)?.label ?? "–";
	}
}
