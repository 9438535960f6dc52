import { assert } from "chai";
import { join } from "node:path";
import { allHome } from "../support/capturing.ts";
import { FaultySensor } from "../support/faulty-sensor.ts";
import { printed, programRunner } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/**
 * Does to the camera and its frames what a script can do, in an order that `seed` decides, and in the end releases
 * everything.
 */
function disorder(seed: number, seconds: number): string {
	return `
		import Timer from "timer";
		import EspCamera from "yieldcam/common/camera";
		let seed = ${seed};
		const random = () => {	// mulberry32
			seed = (seed + 0x6d2b79f5) | 0;
			let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
			t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
			return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
		};
		let held = [], views = [], driver, restarts = 0, cameras = 0, read = 0;
		const any = list => list[Math.floor(random() * list.length)];
		const forget = list => list.splice(Math.floor(random() * list.length), 1)[0];
		const open = () => {
			cameras++;
			driver = new EspCamera({
				frameSize: 6,
				quality: 12,
				frameBufferCount: 2 + Math.floor(random() * 2),
				onReadable() {
					acts[0]();
					act();
				},
				onError: act,
				onRestart() {
					restarts++;
					act();
				},
			});
			driver.start();
		};
		const acts = [
			() => {
				const frame = driver.read();
				if (frame) {
					read++;
					held.push(frame);
				}
			},
			() => any(held)?.close(),
			() => any(held)?.detach(),
			() => forget(held),
			() => forget(held)?.close(),
			() => {
				const frame = any(held);
				if (frame?.byteLength)
					views.push(new Uint8Array(frame, 2));
			},
			() => forget(views),
			() => views.forEach(view => view[view.length - 1]),
			() => driver.stop(),
			() => driver.start(),
			() => driver.start(),
			() => driver.start(),
			() => driver.set("framesize", 1 + Math.floor(random() * 6)),
			() => {
				for (let i = 0; i < 3000; i++)
					({});
			},
			() => {
				if (random() < 0.03) {
					driver.close();
					open();
				}
			},
		];
		function act() {
			for (let i = 0; i < 2; i++) {
				try {
					any(acts)();
				}
				catch (error) {
					if (error.message !== "the camera is restarting")
						throw error;
				}
			}
		}
		open();
		const timer = Timer.repeat(act, 15);
		Timer.set(() => {
			Timer.clear(timer);
			driver.stop();
			held = views = [];
			trace("done " + JSON.stringify({ cameras, restarts, read }) + "\\n");
		}, ${seconds * 1000});
	`;
}

describe("frames and their camera", function () {
	this.timeout(30_000);
	const { path } = temporaryFolder();
	const run = programRunner();

	for (const seed of [1, 2]) {
		it(`are released once and only once, in any order of events (${seed})`, async () => {
			const runs = Array.from({ length: 100 }, (_, index) => ["20 silent", "20 broken", "20 exit"][index % 3]);
			const sensor = new FaultySensor(join(path, `log-${seed}`), ...runs);
			const started = await run(disorder(seed, 5), {
				host: ["--camera-patience", "100", "--camera-restart", "250", "--camera-init", "20"],
				sensor: sensor.command,
			});
			const { restarts, read } = JSON.parse(await printed(started, "done ")) as {
				restarts: number;
				read: number;
			};
			assert.isAbove(restarts, 0);
			assert.isAbove(read, 10);
			await allHome(started);
			assert.equal(started.errors.replaceAll(/^yieldcam-sim: (the sensor process ended|\{.*\})\n/gm, ""), "");
		});
	}
});
