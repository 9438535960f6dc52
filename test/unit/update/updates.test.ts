import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import type { Slots } from "yieldcam/device/slots";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";
import { advance } from "../support/time.ts";

interface FakeSlots extends Slots {
	/** What was called, in order. */
	readonly calls: string[];
	pending: boolean;
	running: string;
	ended: number;
	kept: string | undefined;
	/** What the next call throws. */
	fault: string | undefined;
}

/** Slots that write to nothing. Each block of 4,096 bytes counts as a write. */
function fakeSlots(wanted: Partial<FakeSlots> = {}): FakeSlots {
	let filled = 0;
	const attempt = (call: string): void => {
		own.calls.push(call);
		const { fault } = own;
		own.fault = undefined;
		if (fault !== undefined) throw new Error(fault);
	};
	const own: FakeSlots = {
		calls: [],
		pending: false,
		running: "ota_0",
		ended: 0,
		kept: undefined,
		fault: undefined,
		size: () => 100_000,
		version: () => "1.0.0",
		board: () => "a board",
		slot: () => own.running,
		onProbation: () => own.pending,
		otherEnded: () => own.ended,
		open: (size) => attempt(`open ${size}`),
		write(bytes) {
			const before = filled >> 12;
			filled += bytes.length;
			if (own.fault !== undefined) attempt("write");
			return filled >> 12 !== before;
		},
		finish() {
			attempt("finish");
			return "2.0.0";
		},
		close: () => void own.calls.push("close"),
		confirm: () => attempt("confirm"),
		giveUp: () => void own.calls.push("give up"),
		watch: () => {},
		restart: () => void own.calls.push("restart"),
		record: {
			read: () => own.kept,
			write: (text) => (own.kept = text),
		},
		...wanted,
	};
	return own;
}

interface Device {
	readonly served: Served;
	readonly slots: FakeSlots;
	readonly camera: FakeOv2640;
	readonly log: string[];
	address: string | undefined;
	/** Lets seconds pass. */
	pass(seconds: number): Promise<void>;
	firmware(): Promise<Record<string, unknown>>;
}

function device(slots = fakeSlots(), restart = "restarted by the firmware"): Device {
	const log: string[] = [];
	const own: Device = {
		served: undefined!,
		slots,
		camera: undefined!,
		log,
		address: "192.168.1.2",
		async pass(seconds) {
			for (let i = 0; i < seconds; i++) {
				advance(1_000);
				await own.served.network.settle();
			}
		},
		async firmware() {
			return (
				JSON.parse(contentOf(await own.served.ask(head("GET /api/state HTTP/1.1")))) as {
					firmware: Record<string, unknown>;
				}
			).firmware;
		},
	};
	const system = {
		restart,
		get address() {
			return own.address;
		},
	};
	// Before the app's timers are set: it resets the clock.
	const served = serve((request) => app.handle(request), { limits: { upload: 100_000 } });
	const app = new App(new Camera({ io: FakeOv2640 }), { slots, system, log: (line) => log.push(line) });
	return Object.assign(own, { served, camera: FakeOv2640.last });
}

function put({ served }: Device, length: number, content: string): Promise<string> {
	return served.ask(head("PUT /api/firmware HTTP/1.1", `Content-Length: ${length}`) + content);
}

const TRYING = JSON.stringify({ version: "2.0.0", slot: "ota_1", result: "trying" });

describe("an update of the firmware", () => {
	it("is written, and the device restarts once the response is sent", async () => {
		const one = device();
		const answer = await put(one, 3_000, "x".repeat(3_000));
		assert.match(answer, /^HTTP\/1.1 202 /);
		assert.deepEqual(JSON.parse(contentOf(answer)), { version: "2.0.0", restarts: true });
		assert.deepEqual(one.slots.calls, ["open 3000", "finish"]);
		assert.deepEqual(JSON.parse(one.slots.kept!), { version: "2.0.0", slot: "ota_1", result: "trying" });
		await one.pass(2);
		assert.deepEqual(one.slots.calls, ["open 3000", "finish", "restart"]);
	});

	it("goes on in turns of its own after each write, and shows how far it is", async () => {
		const one = device();
		const client = one.served
			.connect()
			.send(head("PUT /api/firmware HTTP/1.1", "Content-Length: 20000") + "x".repeat(20_000));
		await one.served.network.settle();
		const { update } = await one.firmware();
		assert.equal((update as { size: number }).size, 20_000);
		assert.isBelow((update as { received: number }).received, 8_192);
		for (let i = 0; i < 20; i++) {
			advance(10);
			await one.served.network.settle();
		}
		assert.match(client.text, /^HTTP\/1.1 202 /);
	});

	it("waits for a frame that no write has disturbed, but not for long", async () => {
		const one = device();
		const viewer = one.served.connect().send(head("GET /stream HTTP/1.1"));
		await one.served.network.settle();
		one.camera.now = 1_000_000;
		const client = one.served
			.connect()
			.send(head("PUT /api/firmware HTTP/1.1", "Content-Length: 8192") + "x".repeat(8_192));
		await one.served.network.settle();
		advance(100);
		await one.served.network.settle();
		const before = viewer.received.length;
		// It began before the write, so nobody gets it.
		one.camera.capture(900_000);
		await one.served.network.settle();
		assert.equal(viewer.received.length, before);
		one.camera.capture(1_100_000);
		await one.served.network.settle();
		assert.isAbove(viewer.received.length, before);
		assert.equal(client.text, "");
		// No other comes.
		for (let i = 0; i < 60; i++) {
			advance(10);
			await one.served.network.settle();
		}
		assert.match(client.text, /^HTTP\/1.1 202 /);
	});

	it("ends with the reason, and the next one may begin", async () => {
		const one = device();
		one.slots.fault = "no memory";
		assert.match(await put(one, 10, "x".repeat(10)), /^HTTP\/1.1 422 .*no memory/s);
		const two = device(fakeSlots());
		const client = two.served.connect().send(head("PUT /api/firmware HTTP/1.1", "Content-Length: 10"));
		await two.served.network.settle();
		assert.match(await put(two, 10, "x".repeat(10)), /^HTTP\/1.1 409 /);
		two.slots.fault = "the image is for another board";
		client.send("x");
		await two.served.network.settle();
		assert.match(client.text, /^HTTP\/1.1 422 .*another board/s);
		assert.equal(two.slots.calls.at(-1), "close");
		assert.match(await put(two, 10, "x".repeat(10)), /^HTTP\/1.1 202 /);
	});

	it("ends with its client", async () => {
		const one = device();
		const client = one.served.connect().send(head("PUT /api/firmware HTTP/1.1", "Content-Length: 100") + "x");
		await one.served.network.settle();
		client.finish();
		await one.served.network.settle();
		assert.equal(one.slots.calls.at(-1), "close");
		assert.notProperty(await one.firmware(), "update");
	});

	it("is not possible where there is no second slot", async () => {
		const one = device(fakeSlots({ size: () => 0 }));
		assert.match(await put(one, 1, "x"), /^HTTP\/1.1 501 .*second slot/s);
		assert.isUndefined(await one.firmware());
	});
});

describe("new firmware", () => {
	it("proves itself by an address, a frame and an answer", async () => {
		const one = device(fakeSlots({ pending: true, running: "ota_1", kept: TRYING }));
		one.address = undefined;
		await one.pass(2);
		assert.include(await one.firmware(), { lacking: "an address in the network", probation: 298 });
		one.address = "192.168.1.2";
		assert.include(await one.firmware(), { lacking: "a frame of the camera" });
		one.camera.capture(4_500_000);
		await one.pass(2);
		assert.deepEqual(one.slots.calls, ["confirm"]);
		const firmware = await one.firmware();
		assert.notProperty(firmware, "probation");
		assert.deepEqual(firmware["last"], { version: "2.0.0", result: "valid" });
		await one.pass(400);
		assert.deepEqual(one.slots.calls, ["confirm"]);
	});

	it("needs an answer that is not the device's failure", async () => {
		const one = device(fakeSlots({ pending: true, running: "ota_1", kept: TRYING }));
		await one.pass(1);
		one.camera.capture(4_500_000);
		assert.match(await one.served.ask(head("GET /bmp HTTP/1.1")), /^HTTP\/1.1 5/);
		await one.pass(10);
		assert.deepEqual(one.slots.calls, []);
		assert.match(await one.served.ask(head("GET /nothing HTTP/1.1")), /^HTTP\/1.1 404 /);
		await one.pass(1);
		assert.deepEqual(one.slots.calls, ["confirm"]);
	});

	it("goes back after five minutes without, and says what it lacks", async () => {
		const slots = fakeSlots({ pending: true, running: "ota_1", kept: TRYING }),
			one = device(slots);
		one.camera.capture(4_500_000);
		await one.pass(299);
		assert.deepEqual(slots.calls, []);
		await one.pass(1);
		assert.deepEqual(slots.calls, ["give up"]);
		assert.include(one.log.join("\n"), "going back");
		// The old firmware is back.
		const after = device(fakeSlots({ kept: slots.kept, ended: 1 }));
		assert.deepEqual((await after.firmware())["last"], {
			version: "2.0.0",
			result: "went back",
			reason: "it had no proof in time of a frame of the camera",
		});
	});

	it("that did not last long enough to say why is remembered with the reason of the restart", async () => {
		for (const [ended, restart, reason] of [
			[2, "watchdog", "it ended before it had proven itself: watchdog"],
			[1, "restarted by the firmware", "it gave up, and had no time to say why"],
		] as const) {
			const one = device(fakeSlots({ kept: TRYING, ended }), restart);
			assert.deepEqual((await one.firmware())["last"], { version: "2.0.0", result: "went back", reason });
			// And after the next restart, too.
			const two = device(fakeSlots({ kept: one.slots.kept }), "power on");
			assert.deepEqual((await two.firmware())["last"], { version: "2.0.0", result: "went back", reason });
		}
	});

	it("is valid if the power failed after it was called so, and before that was written down", async () => {
		const one = device(fakeSlots({ running: "ota_1", kept: TRYING }));
		assert.deepEqual((await one.firmware())["last"], { version: "2.0.0", result: "valid" });
	});

	it("is not disturbed by preferences that are full", async () => {
		const slots = fakeSlots({ running: "ota_1", kept: TRYING });
		slots.record.write = () => {
			throw new Error("full");
		};
		const one = device(slots);
		assert.deepEqual((await one.firmware())["last"], { version: "2.0.0", result: "valid" });
		assert.match(await put(one, 10, "x".repeat(10)), /^HTTP\/1.1 202 /);
	});

	it("is not disturbed by a record that is not whole", async () => {
		const one = device(fakeSlots({ kept: TRYING.slice(0, 20) }));
		assert.notProperty(await one.firmware(), "last");
	});
});
