import { expect } from "chai";
import type { SensorModel } from "../../../hosts/sim/sensor/models.ts";
import { TestCard } from "../../../hosts/sim/sensor/test-card.ts";
import { frameSize } from "../../../src/camera/frame-sizes.ts";
import { type Color, Pixels } from "../../support/pixels.ts";

const qvga = frameSize("QVGA")!;

interface Given {
	readonly [setting: string]: number;
}

async function jpeg(given: Given = {}, model?: SensorModel, number = 888888): Promise<Uint8Array> {
	const settings = new Map(Object.entries({ quality: 3, ...given }));
	const picture = await new TestCard(model).take({
		number,
		time: new Date(2026, 0, 1, 8, 58, 58, 888),
		frameSize: qvga,
		settings,
	});
	return picture.jpeg;
}

async function draw(given?: Given, model?: SensorModel): Promise<Pixels> {
	return Pixels.of(await jpeg(given, model));
}

/** What is measured for each of the settings in turn. */
async function measure(
	what: "brightness" | "contrast" | "chroma" | "roughness",
	settings: readonly Given[],
	model?: SensorModel,
): Promise<number[]> {
	const values = [];
	for (const given of settings) values.push((await draw(given, model))[what]);
	return values;
}

/** Expects each value to exceed the one before by more than `step`. */
function expectRising(values: readonly number[], step: number): void {
	for (const [i, value] of values.slice(1).entries())
		expect(value - values[i], `${values.map(Math.round)}`).to.be.above(step);
}

function expectNear(color: Color, expected: Color): void {
	for (const [i, level] of color.entries())
		expect(level, `${color.map(Math.round)} for ${expected}`).to.be.within(expected[i] - 14, expected[i] + 14);
}

const levels = (name: string, ...values: number[]): Given[] => values.map((value) => ({ [name]: value }));

describe("the sensor's settings", () => {
	let plain: Pixels;

	before(async () => {
		plain = await draw();
	});

	for (const [model, others] of [
		["OV2640", { gainceiling: 0, awb_gain: 1, aec_value: 204 }],
		["OV3660", { gainceiling: 248, aec_value: 320 }],
		["OV5640", { gainceiling: 248, aec_value: 400 }],
	] as const)
		it(`leave the ${model}'s picture as it is, byte by byte, at their defaults`, async () => {
			const defaults = {
				brightness: 0,
				contrast: 0,
				saturation: 0,
				sharpness: 0,
				special_effect: 0,
				wb_mode: 0,
				awb: 1,
				aec: 1,
				aec2: 0,
				ae_level: 0,
				agc: 1,
				agc_gain: 0,
				bpc: 0,
				wpc: 1,
				raw_gma: 1,
				lenc: 1,
				hmirror: 0,
				vflip: 0,
				dcw: 1,
				colorbar: 0,
				...others,
			};
			expect(Buffer.compare(await jpeg(defaults, model), await jpeg())).to.equal(0);
			// The values that the automatic has found stay when it is turned off.
			expect(Buffer.compare(await jpeg({ ...defaults, aec: 0, agc: 0 }, model), await jpeg())).to.equal(0);
		});

	it("mirror the picture, including its text", async () => {
		const mirrored = await draw({ hmirror: 1 });
		expect(mirrored.difference(plain, (x, y) => [319 - x, y])).to.be.below(4);
		expect(mirrored.difference(plain)).to.be.above(15);
	});

	it("flip the picture", async () => {
		const flipped = await draw({ vflip: 1 });
		expect(flipped.difference(plain, (x, y) => [x, 239 - y])).to.be.below(4);
		expect(flipped.difference(plain)).to.be.above(15);
	});

	it("turn the picture upside down if both are set", async () => {
		expect((await draw({ hmirror: 1, vflip: 1 })).difference(plain, (x, y) => [319 - x, 239 - y])).to.be.below(4);
	});

	it("brighten it, step by step", async () => {
		expectRising(await measure("brightness", levels("brightness", -2, -1, 0, 1, 2)), 8);
		expectRising(await measure("brightness", levels("brightness", -3, -2, -1, 0, 1, 2, 3), "OV3660"), 4);
	});

	it("give it more contrast, step by step", async () => {
		expectRising(await measure("contrast", levels("contrast", -2, -1, 0, 1, 2)), 100);
		expectRising(await measure("contrast", levels("contrast", -3, -2, -1, 0, 1, 2, 3), "OV3660"), 100);
	});

	it("give it more color, step by step", async () => {
		expectRising(await measure("chroma", levels("saturation", -2, -1, 0, 1, 2)), 3);
		expectRising(await measure("chroma", levels("saturation", -4, -3, -2, -1, 0, 1, 2, 3, 4), "OV5640"), 1);
	});

	it("keep brightness separate from color", async () => {
		const { brightness, chroma } = plain;
		for (const saturation of [-2, 2])
			expect((await draw({ saturation })).brightness).to.be.within(brightness - 3, brightness + 3);
		expect((await draw({ brightness: 1 })).chroma).to.be.within(chroma - 4, chroma + 4);
	});

	for (const model of ["OV2640", "OV3660", "OV5640"] as const)
		describe(`as special effects of the ${model}`, () => {
			it("turn it into its negative", async () => {
				const negative = await draw({ special_effect: 1 }, model);
				expect(negative.difference(plain, undefined, (level) => 255 - level)).to.be.below(3);
			});

			it("take its color away", async () => {
				const grey = await draw({ special_effect: 2 }, model);
				expect(grey.chroma).to.be.below(1);
				expect(grey.brightness).to.be.within(plain.brightness - 1, plain.brightness + 1);
			});

			for (const [effect, name, channel] of [
				[3, "red", 0],
				[4, "green", 1],
				[5, "blue", 2],
			] as const)
				it(`tint it ${name}`, async () => {
					const color = (await draw({ special_effect: effect }, model)).color();
					expect(color.indexOf(Math.max(...color)), `${color.map(Math.round)}`).to.equal(channel);
				});

			it("tint it like an old photograph", async () => {
				const [red, green, blue] = (await draw({ special_effect: 6 }, model)).color();
				expect(red).to.be.above(green + 20);
				expect(green).to.be.above(blue + 20);
			});
		});

	it("set the white balance from cold to warm", async () => {
		const warmth = async (given: Given): Promise<number> => {
			const [red, , blue] = (await draw(given)).color();
			return red - blue;
		};
		const values = [];
		// Home, office, automatic, sunny, cloudy: for a colder light the picture becomes warmer.
		for (const mode of [4, 3, 0, 1, 2]) values.push(await warmth({ wb_mode: mode }));
		expectRising(values, 1.5);
	});

	it("show the colors as the chip sees them, greenish, without a white balance", async () => {
		const cast = ([red, green, blue]: Color): number => green - (red + blue) / 2;
		const before = cast(plain.color());
		for (const [given, model] of [
			[{ awb_gain: 0 }, "OV2640"],
			[{ awb_gain: 0, wb_mode: 4 }, "OV2640"],
			[{ awb: 0 }, "OV3660"],
		] as const)
			expect(cast((await draw(given, model)).color())).to.be.above(before + 5);
		// The OV2640 keeps the gains that it has found.
		expect((await draw({ awb: 0 })).difference(plain)).to.equal(0);
	});

	it("aim automatic exposure at another brightness", async () => {
		expectRising(await measure("brightness", levels("ae_level", -2, -1, 0, 1, 2)), 3);
		expectRising(await measure("brightness", levels("ae_level", -5, -3, 0, 3, 5), "OV3660"), 5);
	});

	it("expose by hand, from black to white", async () => {
		const by = (...values: number[]): Given[] => values.map((aec_value) => ({ aec: 0, agc: 0, aec_value }));
		const values = await measure("brightness", by(0, 20, 60, 204, 400, 800, 1200));
		expectRising(values, 10);
		expect(values[0]).to.be.below(1);
		expect(values.at(-1)).to.be.above(1.5 * plain.brightness);
		expectRising(await measure("brightness", by(10, 100, 400, 1000), "OV5640"), 10);
	});

	it("do not expose by hand while exposure is automatic", async () => {
		expect((await draw({ aec: 1, aec_value: 1200 })).difference(plain)).to.equal(0);
	});

	it("amplify by hand, with noise", async () => {
		const by = (...values: number[]): Given[] =>
			values.map((agc_gain) => ({ aec: 0, agc: 0, aec_value: 20, agc_gain }));
		expectRising(await measure("brightness", by(0, 1, 3, 9, 30)), 10);
		expectRising(await measure("roughness", [{}, { agc: 0, agc_gain: 9 }, { agc: 0, agc_gain: 30 }]), 1);
	});

	it("amplify with noise, and no light, if automatic exposure compensates for it", async () => {
		const { brightness } = await draw({ agc: 0, agc_gain: 30 });
		expect(brightness).to.be.within(plain.brightness - 3, plain.brightness + 3);
	});

	it("show other noise in every frame", async () => {
		const [one, other] = [
			await jpeg({ agc: 0, agc_gain: 30 }),
			await jpeg({ agc: 0, agc_gain: 30 }, undefined, 888889),
		];
		const corner = async (bytes: Uint8Array): Promise<Color> => (await Pixels.of(bytes)).color(2, 2, 8, 4);
		expect(await corner(one)).not.to.deep.equal(await corner(other));
	});

	it("let automatic gain compensate for a short exposure, up to its ceiling", async () => {
		const values = await measure(
			"brightness",
			levels("gainceiling", 0, 1, 2, 3, 4).map((given) => ({ ...given, aec: 0, aec_value: 8 })),
		);
		expectRising(values, 8);
		expect(values.at(-1)).to.be.within(plain.brightness - 4, plain.brightness + 4);
	});

	it("show eight color bars in place of the picture, whatever the light and the mirror", async () => {
		const bars: Color[] = [
			[255, 255, 255],
			[255, 255, 0],
			[0, 255, 255],
			[0, 255, 0],
			[255, 0, 255],
			[255, 0, 0],
			[0, 0, 255],
			[0, 0, 0],
		];
		const others: Given[] = [{}, { aec: 0, aec_value: 0, agc: 0, agc_gain: 30 }, { hmirror: 1 }];
		for (const given of others) {
			const shown = await draw({ colorbar: 1, ...given });
			for (const [i, bar] of bars.entries()) expectNear(shown.color(40 * i + 8, 0, 24, 240), bar);
		}
	});

	it("change the color bars like a picture", async () => {
		const shown = await draw({ colorbar: 1, special_effect: 1 });
		expectNear(shown.color(8, 0, 24, 240), [0, 0, 0]);
		expectNear(shown.color(288, 0, 24, 240), [255, 255, 255]);
	});
});
