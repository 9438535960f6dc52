import { assert } from "chai";
import type { Described } from "../../../src/controls/controls.ts";
import { changeOf, fittingValues, type Preset, valuesToKeep } from "../../../page/presets/preset.ts";
import { MAX_PRESETS, presetFile, presetName, readPresetFile } from "../../../page/presets/preset-file.ts";

const CONTROLS = [
	{ type: "boolean", name: "mirror", value: false, default: false },
	{ type: "integer", name: "contrast", minimum: -2, maximum: 2, step: 1, value: 0, default: 0 },
	{ type: "integer", name: "saturation", minimum: -2, maximum: 2, step: 1, value: 0, default: 0 },
	{
		type: "string",
		name: "frameSize",
		options: ["QVGA", "VGA"].map((value) => ({ value, label: value })),
		value: "QVGA",
		default: "QVGA",
	},
] as unknown as readonly Described[];

const preset = (name: string, values: Preset["values"]): Preset => ({ name, sensor: "OV2640", values });
const file = (presets: unknown, more = {}): string => JSON.stringify({ version: 1, presets, ...more });
const fails = (text: string, message: string): void => {
	assert.throws(() => readPresetFile(text), new RegExp(`^${message}`));
};

describe("a preset", () => {
	it("takes the controls that differ from their defaults, and the frame size only if that is wanted", () => {
		const shown = { mirror: true, contrast: 0, saturation: -1, frameSize: "VGA" };
		assert.deepEqual(valuesToKeep(CONTROLS, shown, false), { mirror: true, saturation: -1 });
		assert.deepEqual(valuesToKeep(CONTROLS, shown, true), { mirror: true, saturation: -1, frameSize: "VGA" });
		assert.deepEqual(valuesToKeep(CONTROLS, { frameSize: "QVGA" }, true), { frameSize: "QVGA" });
		assert.deepEqual(valuesToKeep(CONTROLS, {}, true), {}, "a camera that reports no values");
	});

	it("fits with what the sensor has, in the sensor's ranges", () => {
		const values = { mirror: 1, contrast: 3, saturation: 2, frameSize: "QSXGA", denoise: 4 };
		assert.deepEqual(fittingValues(preset("a", values), CONTROLS), { saturation: 2 });
		assert.deepEqual(fittingValues(preset("a", { contrast: 0.5, saturation: "1" }), CONTROLS), {});
		assert.deepEqual(fittingValues(preset("a", { mirror: true, frameSize: "VGA" }), CONTROLS), {
			mirror: true,
			frameSize: "VGA",
		});
	});

	it("returns to their defaults the controls that only others set, except the frame size", () => {
		const one = preset("one", { contrast: 2 }),
			other = preset("other", { mirror: true, frameSize: "VGA", denoise: 4 });
		assert.deepEqual(changeOf(one, [one], CONTROLS), { contrast: 2 });
		assert.deepEqual(changeOf(one, [one, other], CONTROLS), { mirror: false, contrast: 2 });
		assert.deepEqual(changeOf(other, [one, other], CONTROLS), { mirror: true, contrast: 0, frameSize: "VGA" });
	});
});

describe("a file of presets", () => {
	it("is read as it was written", () => {
		const presets = [preset("Garden", { contrast: 2 }), preset("Fenster · Süd", { mirror: true, gain: "4x" })];
		assert.deepEqual(readPresetFile(presetFile(presets)), presets);
	});

	it("that is none is refused with the reason", () => {
		const NONE = "the file has no presets: choose one that was saved here";
		fails("", "the file is not JSON");
		fails("\u0000PNG", "the file is not JSON");
		for (const text of ["null", "7", "[]", "{}", file("x"), file({})]) fails(text, NONE);
		fails(`{"version":1,"camera":{"mirror":true}}`, "the file has settings and no presets: load it with “Import…”");
		fails(file([preset("a", { mirror: true })], { version: 2 }), "the file is of another version");
		fails(file([]), "there is no preset in the file");
		const many = Array.from({ length: MAX_PRESETS + 1 }, (_, i) => preset(`${i}`, { mirror: true }));
		fails(file(many), "there are 9 presets in the file, and only 8 fit");
		assert.lengthOf(readPresetFile(file(many.slice(1))), 8);
	});

	it("with a wrong preset is refused with the preset", () => {
		const good = preset("Garden", { mirror: true });
		for (const wrong of [null, 1, "x", []]) fails(file([good, wrong]), "preset 2 in the file is none");
		for (const name of [undefined, 3, "", "  ", "x".repeat(33), "a\nb"])
			fails(file([{ ...good, name }]), "preset 1 in the file has no name of 1 to 32 characters");
		for (const sensor of [undefined, "", 2640, "x".repeat(65)])
			fails(file([{ ...good, sensor }]), "“Garden” in the file does not say for which sensor it is");
		for (const values of [
			undefined,
			[],
			{},
			{ mirror: null },
			{ mirror: {} },
			{ mirror: "x".repeat(65) },
			{ ["x".repeat(65)]: true },
			Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, true])),
		])
			fails(file([{ ...good, values }]), "“Garden” in the file has no controls, or wrong ones");
		fails(file([good, preset("GARDEN", { mirror: false })]), "two presets in the file are called “GARDEN”");
	});

	it("may name controls like members of every object", () => {
		const [read] = readPresetFile(`{"version":1,"presets":[{"name":"a","sensor":"b","values":{"__proto__":1}}]}`);
		assert.deepEqual(Object.keys(read.values), ["__proto__"]);
		assert.deepEqual(changeOf(read, [read], CONTROLS), {});
	});
});

describe("a preset's name", () => {
	it("has no blanks at its ends, and up to 32 characters", () => {
		assert.equal(presetName(" Night at the gate "), "Night at the gate");
		assert.equal(presetName("x".repeat(32)), "x".repeat(32));
		for (const text of ["", " ", "x".repeat(33), "a\tb", "a\u0085b"]) assert.isUndefined(presetName(text));
	});
});
