import { assert } from "chai";
import { join } from "node:path";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Pins } from "../support/pins.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PAN = 5;
const TILT = 6;

/** The state of a pin: the share of a period of 20 ms in which it is high, for a pulse in microseconds. */
function pulse(microseconds: number): string {
	return `pwm 50 ${(microseconds / 20_000).toFixed(4)}`;
}

const MIDDLE = pulse(1_472);

describe("the example pan-tilt", function () {
	this.timeout(20_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let pins: Pins;

	before(async () => {
		const path = join(folder.path, "pins");
		simulator = await Simulator.start(["examples/pan-tilt", "--pins", path]);
		pins = await Pins.connect(path);
	});

	after(async () => {
		pins?.close();
		await simulator?.stop();
	});

	async function move(command: unknown, headers = {}): Promise<Response> {
		return fetch(`${simulator.url}/move`, { method: "POST", headers, body: JSON.stringify(command) });
	}

	async function angles(): Promise<unknown> {
		return (await fetch(`${simulator.url}/angles`)).json();
	}

	it("begins in the middle", async () => {
		await Promise.all([pins.until(PAN, MIDDLE), pins.until(TILT, MIDDLE)]);
		assert.deepEqual(await angles(), { pan: 0, tilt: 0 });
	});

	it("turns step by step, while viewers watch", async () => {
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(1);
		assert.equal((await move({ pan: 90, tilt: -45 })).status, 200);
		await Promise.all([pins.until(PAN, pulse(2_400)), pins.until(TILT, pulse(1_008))]);
		assert.deepEqual(await angles(), { pan: 90, tilt: -45 });
		const pulses = pins.states(PAN).map((state) => Number(state.split(" ").at(-1)));
		// Degrees in all, three at a time.
		assert.lengthOf(pulses, 1 + 90 / 3);
		assert.deepEqual(
			pulses,
			[...pulses].sort((a, b) => a - b),
		);
		assert.lengthOf(pins.states(TILT), 1 + 45 / 3);
		await viewer.until(3);
		viewer.close();
	});

	it("turns only the servo that a command names", async () => {
		await move({ tilt: 0 });
		await pins.until(TILT, MIDDLE);
		assert.deepEqual(await angles(), { pan: 90, tilt: 0 });
	});

	for (const command of [{ pan: 91 }, { tilt: "up" }, { pan: null }]) {
		it(`rejects the command ${JSON.stringify(command)}`, async () => {
			const response = await move(command);
			assert.equal(response.status, 422);
			assert.match(await response.text(), /a command is \{"pan": -90…90/);
			assert.deepEqual(await angles(), { pan: 90, tilt: 0 });
		});
	}

	it("is not turned by a page of another site", async () => {
		assert.equal((await move({ pan: 0 }, { Origin: "http://elsewhere.example" })).status, 403);
		assert.deepEqual(await angles(), { pan: 90, tilt: 0 });
	});

	it("takes other pins, and says which are in use on a board", async () => {
		const other = await Simulator.start(["examples/pan-tilt", "pan=1", "tilt=2", "--board", "m5atom_s3r_m12"]);
		await other.stop();
		const refused = await Simulator.spawn(["examples/pan-tilt", "--board", "esp32s3_eye"]);
		assert.notEqual(await refused.exit, 0);
		assert.include(refused.errors, "GPIO 5 is in use by the camera: choose another pin");
	});
});
