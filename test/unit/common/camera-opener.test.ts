import { assert } from "chai";
import { CameraOpener } from "yieldcam/common/camera-opener";
import { Response } from "yieldcam/http/response";
import { request } from "../support/requests.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

const UNPLUGGED = "no known sensor answered on SCCB";
const SECONDS = 1_000;

/** A camera that fails once for each error, each after the given milliseconds, and its log. */
function openings(
	errors: readonly Error[] = [],
	duration = 0,
	opening = () => false,
): { opener: CameraOpener; log: string[]; attempts: () => number; made: () => number } {
	const log: string[] = [];
	let attempts = 0,
		made = 0,
		now = 0;
	const opener = new CameraOpener({
		open() {
			now += duration;
			const error = errors[attempts++];
			if (error) throw error;
			return () => new Response("the page");
		},
		opening,
		log: (line) => log.push(line),
		meanwhile(reason) {
			made++;
			return () => new Response(reason(), { status: 503 });
		},
		jpegBoards: ["xiao_esp32s3_sense", "esp32s3_eye"],
		now: () => now,
	});
	return { opener, log, attempts: () => attempts, made: () => made };
}

async function answer(opener: CameraOpener): Promise<[status: number, text: string]> {
	const { status, bytes } = await opener.handle(request("GET", "/stream"));
	return [status, String.fromArrayBuffer(bytes as ArrayBuffer)];
}

describe("a camera", () => {
	beforeEach(resetClock);

	it("that opens answers at once", async () => {
		const { opener, log, made } = openings();
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.deepEqual(log, []);
		assert.equal(made(), 0);
		assert.equal(pendingTimers(), 0);
	});

	it("that does not open reports why to every client and once on the console, and is retried every second", async () => {
		const { opener, log, attempts, made } = openings([
			new Error(UNPLUGGED),
			new Error(UNPLUGGED),
			new Error("no memory"),
		]);
		assert.deepEqual(await answer(opener), [503, UNPLUGGED]);
		advance(1 * SECONDS);
		assert.equal(attempts(), 2);
		assert.deepEqual(await answer(opener), [503, UNPLUGGED]);
		assert.deepEqual(log, [`yieldcam: ${UNPLUGGED}`]);
		advance(1 * SECONDS);
		assert.deepEqual(await answer(opener), [503, "no memory"]);
		advance(1 * SECONDS);
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.deepEqual(log, [`yieldcam: ${UNPLUGGED}`, "yieldcam: no memory"]);
		assert.equal(made(), 1, "what it knows of signed-in clients outlasts an attempt");
		assert.equal(pendingTimers(), 0);
	});

	for (const [duration, pause] of [
		[100, 1_000],
		[500, 2_000],
		[5_000, 20_000],
		[34_000, 80_000],
		[-1e9, 1_000],
		[1e12, 80_000],
	] as const) {
		it(`that took ${duration} ms to fail is retried forever, every ${pause} ms`, () => {
			const { attempts } = openings(
				Array.from({ length: 100 }, () => new Error(UNPLUGGED)),
				duration,
			);
			for (let tried = 1; tried < 10; tried++) {
				advance(pause - 1);
				assert.equal(attempts(), tried);
				advance(1);
				assert.equal(attempts(), tried + 1);
			}
		});
	}

	it("that is still being opened is fetched once it is open, without another attempt", async () => {
		const pending = Object.assign(new Error("being opened"), { pending: true });
		let busy = true;
		const { opener, log, attempts } = openings([pending, new Error(UNPLUGGED), pending], 500, () => busy);
		assert.deepEqual(await answer(opener), [503, "being opened"]);
		advance(10 * SECONDS);
		assert.equal(attempts(), 1);
		busy = false;
		advance(200); // it looks five times a second
		assert.equal(attempts(), 2);
		assert.deepEqual(await answer(opener), [503, UNPLUGGED]);
		advance(4 * SECONDS - 1);
		assert.equal(attempts(), 2, "four times as long as both calls have taken");
		busy = true;
		advance(1);
		assert.equal(attempts(), 3);
		busy = false;
		advance(1 * SECONDS);
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.deepEqual(log, ["yieldcam: being opened", `yieldcam: ${UNPLUGGED}`]);
		assert.equal(pendingTimers(), 0);
	});

	it("keeps the reason of the last attempt while the next one is pending", async () => {
		const pending = Object.assign(new Error("being opened"), { pending: true });
		const { opener, log } = openings([new Error(UNPLUGGED), pending, pending], 100, () => true);
		advance(1 * SECONDS);
		assert.deepEqual(await answer(opener), [503, UNPLUGGED]);
		assert.deepEqual(log, [`yieldcam: ${UNPLUGGED}`]);
	});

	it("is closed if the program fails after it has opened, so that the reason stays the program's", async () => {
		const log: string[] = [];
		let camera: { close(): void } | undefined,
			closed = 0,
			fails = true;
		const opener = new CameraOpener({
			open() {
				if (camera) throw new Error("the camera is already in use");
				camera = {
					close() {
						camera = undefined;
						closed++;
					},
				};
				if (fails) throw new Error("the card is missing");
				return () => new Response("the page");
			},
			current: () => camera,
			log: (line) => log.push(line),
			meanwhile: (reason) => () => new Response(reason(), { status: 503 }),
			now: () => 0,
		});
		for (let attempts = 1; attempts <= 3; attempts++) {
			assert.deepEqual(await answer(opener), [503, "the card is missing"]);
			assert.equal(closed, attempts);
			fails = attempts < 3;
			advance(1 * SECONDS);
		}
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.isDefined(camera);
		assert.deepEqual(log, ["yieldcam: the card is missing"]);
	});

	it("of another server stays open if a second one fails", () => {
		const camera = { close: () => assert.fail("it was closed") };
		const opener = new CameraOpener({
			open() {
				throw new Error("the camera is already in use");
			},
			current: () => camera,
			log() {},
			meanwhile: (reason) => () => new Response(reason(), { status: 503 }),
		});
		assert.isDefined(opener);
	});

	it("whose sensor gives no JPEG is named, with the boards that do, and not retried", async () => {
		const { opener, log } = openings([
			Object.assign(new Error("the sensor GC0308 gives no JPEG"), { sensor: "GC0308" }),
		]);
		const reason =
			"the sensor GC0308 gives no JPEG; boards sold with one that does: xiao_esp32s3_sense, esp32s3_eye";
		assert.deepEqual(await answer(opener), [503, reason]);
		assert.deepEqual(log, [`yieldcam: ${reason}`]);
		assert.equal(pendingTimers(), 0);
	});
});
