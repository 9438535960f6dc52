import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { CrashGuard } from "yieldcam/settings/crash-guard";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { request } from "../support/requests.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

/** A device that starts again and again with the same flash. */
class Flash {
	crashes = 0;
	writes = 0;
	full = false;
	readonly log: string[] = [];

	start(crashed: boolean): CrashGuard {
		resetClock();
		return new CrashGuard({
			crashed,
			count: {
				read: () => this.crashes,
				write: (count) => {
					if (this.full) throw new Error("flash is full");
					this.writes++;
					this.crashes = count;
				},
			},
			log: (line) => this.log.push(line),
		});
	}
}

/** The saved settings of a device, and the firmware that starts with them. */
class Saved {
	text: string | undefined;
	readonly written: unknown[] = [];
	readonly log: string[] = [];

	constructor(text: string) {
		this.text = text;
	}

	start(safe: boolean): App {
		const store = {
			read: () => this.text,
			write: (text: string) => {
				this.text = text;
				this.written.push(JSON.parse(text));
			},
			clear: () => {
				this.text = undefined;
			},
		};
		resetClock();
		return new App(new Camera({ io: FakeOv2640 }), {
			settings: { store, restore: !safe, log: (line) => this.log.push(line) },
			system: { safe },
		});
	}
}

describe("a device that crashes", () => {
	it("ignores its settings after the third time in a row, and logs so", () => {
		const flash = new Flash();
		assert.deepEqual(
			[true, true, true, true].map((crashed) => flash.start(crashed).safe),
			[false, false, true, true],
		);
		assert.equal(flash.log[0], "the saved settings are skipped after 3 crashes in a row");
	});

	it("begins to count again after a good minute, or a restart that was not a crash", () => {
		const flash = new Flash();
		flash.start(true);
		flash.start(true);
		advance(59_999);
		assert.equal(flash.crashes, 2);
		advance(1);
		assert.equal(flash.crashes, 0);
		assert.isFalse(flash.start(true).safe);
		flash.start(true);
		flash.start(false);
		assert.isFalse(flash.start(true).safe);
		assert.deepEqual(flash.log, []);
	});

	it("does not write to flash if all is well, and goes on if writing fails", () => {
		const flash = new Flash();
		flash.start(false);
		assert.equal(flash.writes, 0);
		assert.equal(pendingTimers(), 0);
		flash.full = true;
		assert.isFalse(flash.start(true).safe);
		assert.deepEqual(flash.log, ["cannot count crashes: flash is full"]);
	});

	it("then has its defaults, keeps the saved settings, and reports so in its state", () => {
		const saved = new Saved(`{"version":1,"camera":{"frameSize":"UXGA","mirror":true}}`);
		assert.deepInclude(saved.start(false).controls.values(), { frameSize: "UXGA", mirror: true });
		const { controls, state } = saved.start(true);
		assert.deepInclude(controls.values(), { frameSize: "QVGA", mirror: false });
		assert.isTrue(state.safe);
		assert.deepEqual(saved.written, []);
	});

	it("then stays closed, whichever client asks and whatever is set", async () => {
		const access = { admin: `pbkdf2-sha256.2.${"00".repeat(16)}.${"11".repeat(32)}` };
		const saved = new Saved(JSON.stringify({ version: 1, camera: { frameSize: "UXGA" }, access }));
		const app = saved.start(true);
		assert.equal((await app.handle(request("GET", "/api/state"))).status, 401);
		await app.controls.apply({ mirror: true });
		advance(2_000);
		assert.deepEqual(saved.written, [{ version: 1, camera: { mirror: true }, access }]);
		assert.equal((await saved.start(true).handle(request("GET", "/api/state"))).status, 401);
	});

	it("then also reports that the saved settings cannot be used", () => {
		const saved = new Saved("{");
		saved.start(true);
		assert.match(saved.log.join("\n"), /^the saved settings cannot be used: /);
	});
});
