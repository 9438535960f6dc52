import { assert } from "chai";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

interface Camera {
	readonly controls: readonly { readonly name: string; readonly value: unknown }[];
}

describe("the controls", () => {
	let simulator: Simulator;
	let viewers: MjpegClient[];

	before(async () => {
		simulator = await Simulator.start();
		viewers = [new MjpegClient(simulator.url), new MjpegClient(simulator.url)];
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
	});

	after(async () => {
		for (const viewer of viewers) viewer.close();
		await simulator.stop();
	});

	async function change(changes: Readonly<Record<string, unknown>>): Promise<Response> {
		return fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(changes),
		});
	}

	async function value(name: string): Promise<unknown> {
		const { controls } = (await (await fetch(`${simulator.url}/api/camera`)).json()) as Camera;
		return controls.find((control) => control.name === name)!.value;
	}

	/** Waits until each viewer has a frame of that size, on its original connection. */
	async function everybodySees(width: number, height: number): Promise<void> {
		for (const viewer of viewers) {
			const before = viewer.frames;
			for (;;) {
				await viewer.until(viewer.frames + 1);
				assert.isUndefined(viewer.fault);
				const size = await decodeJpeg(viewer.last!);
				if (size === `${width}x${height}`) break;
				assert.isBelow(viewer.frames, before + 50, `still ${size}`);
			}
		}
	}

	for (const [name, width, height] of [
		["VGA", 640, 480],
		["UXGA", 1600, 1200],
		["QQVGA", 160, 120],
		["QVGA", 320, 240],
	] as const) {
		it(`change the frame size to ${name} while clients watch, and lose none of them`, async () => {
			const answer = await change({ frameSize: name });
			assert.equal(answer.status, 200);
			assert.equal(await value("frameSize"), name);
			await everybodySees(width, height);
		});
	}

	it("limit the rate while clients watch, and lose none of them", async () => {
		await change({ frameRate: 5 });
		const [viewer] = viewers;
		// Frames that were under way when the change came.
		await viewer.until(viewer.frames + 2);
		const first = viewer.frames;
		await viewer.until(first + 5);
		const seconds = viewer.timestamps[first + 4] - viewer.timestamps[first];
		assert.approximately(seconds / 4, 1 / 5, 1 / 25, "by the frames' own clock");
		await change({ frameRate: 0 });
		for (const { fault } of viewers) assert.isUndefined(fault);
	});

	it("are changed all or none", async () => {
		const answer = await change({ mirror: true, quality: 99 });
		assert.equal(answer.status, 422);
		assert.equal(answer.headers.get("content-type"), "application/problem+json");
		assert.deepInclude(await answer.json(), { field: "quality" });
		assert.isFalse(await value("mirror"));
	});

	it("reject what an OV2640 does not have", async () => {
		const answer = await change({ sharpness: 1 });
		assert.equal(answer.status, 422);
		assert.deepInclude(await answer.json(), { field: "sharpness" });
	});

	it("are in CameraWebServer's /status under its names", async () => {
		const status = (await (await fetch(`${simulator.url}/status`)).json()) as Record<string, unknown>;
		for (const name of (
			"xclk pixformat framesize quality brightness contrast saturation sharpness special_effect wb_mode awb awb_gain aec aec2 ae_level" +
			" aec_value agc agc_gain gainceiling bpc wpc raw_gma lenc hmirror vflip dcw colorbar led_intensity"
		).split(" "))
			assert.isNumber(status[name], name);
		assert.deepInclude(status, { xclk: 20, framesize: 6, led_intensity: 0 });
	});

	it("accept CameraWebServer's clients as well", async () => {
		const answer = await fetch(`${simulator.url}/control?var=hmirror&val=1`);
		assert.equal(answer.status, 200);
		assert.isNull(answer.headers.get("access-control-allow-origin"), "pages of other sites change nothing");
		assert.isTrue(await value("mirror"));
		const status = (await (await fetch(`${simulator.url}/status`)).json()) as { hmirror: number };
		assert.equal(status.hmirror, 1);
	});

	it("give CameraWebServer's clients access to the sensor's registers and its clock", async () => {
		const answer = async (target: string): Promise<[status: number, text: string]> => {
			const response = await fetch(simulator.url + target);
			return [response.status, await response.text()];
		};
		assert.deepEqual(await answer("/reg?reg=273&mask=240&val=80"), [200, ""]);
		assert.deepEqual(await answer("/greg?reg=273&mask=255"), [200, "80"]);
		assert.deepEqual(await answer("/xclk?xclk=16"), [200, ""]);
		assert.include(await (await fetch(`${simulator.url}/status`)).json(), { xclk: 16 });
		assert.deepEqual(await answer("/xclk?xclk=41"), [500, "the OV2640 refuses it\n"]);
		assert.deepEqual(await answer("/resolution?sx=0&tx=800&ty=600&ox=320&oy=240"), [200, ""]);
		assert.deepEqual(await answer("/pll?mul=30"), [500, "the OV2640 refuses it\n"]);
		for (const { fault } of viewers) assert.isUndefined(fault);
	});
});
