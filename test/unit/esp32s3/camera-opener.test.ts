import { assert } from "chai";
import { CameraOpener } from "yieldcam/esp32s3/camera-opener";
import { Response } from "yieldcam/http/response";
import { request } from "../support/requests.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

const unplugged = "no known sensor answered on SCCB";
const seconds = 1_000;

/** A camera that fails as often as there are errors, and what was logged. */
function openings(...errors: Error[]): { opener: CameraOpener; log: string[]; attempts: () => number } {
	const log: string[] = [];
	let attempts = 0;
	const opener = new CameraOpener({
		open() {
			const error = errors[attempts++];
			if (error)
				throw error;
			return () => new Response("the page");
		},
		log: (line) => log.push(line),
		page: () => new Response("a page that waits"),
		jpegBoards: ["xiao_esp32s3_sense", "esp32s3_eye"],
	});
	return { opener, log, attempts: () => attempts };
}

async function answer(opener: CameraOpener, target = "/stream"): Promise<[status: number, text: string]> {
	const { status, bytes } = await opener.handle(request("GET", target));
	return [status, String.fromArrayBuffer(bytes as ArrayBuffer)];
}

describe("a camera", () => {
	beforeEach(resetClock);

	it("that opens answers at once", async () => {
		const { opener, log } = openings();
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.deepEqual(log, []);
		assert.equal(pendingTimers(), 0);
	});

	it("that does not open says why at its address and once on the console, and is tried again", async () => {
		const { opener, log, attempts } = openings(new Error(unplugged), new Error(unplugged));
		assert.deepEqual(await answer(opener), [503, `${unplugged}\n`]);
		advance(10 * seconds);
		assert.equal(attempts(), 2);
		assert.deepEqual(await answer(opener), [503, `${unplugged}\n`]);
		assert.deepEqual(log, [`yieldcam: ${unplugged}`]);
		advance(20 * seconds);
		assert.deepEqual(await answer(opener), [200, "the page"]);
		assert.equal(pendingTimers(), 0);
	});

	it("that does not open leaves `/` to the page, and nothing else that is asked of `/`", async () => {
		const { opener } = openings(new Error(unplugged));
		assert.deepEqual(await answer(opener, "/"), [200, "a page that waits"]);
		assert.deepEqual(await answer(opener, "/?action=stream"), [503, `${unplugged}\n`]);
	});

	it("that never opens is tried for ever, with pauses that grow to 80 s", () => {
		const { attempts } = openings(...Array.from({ length: 100 }, () => new Error(unplugged)));
		advance((10 + 20 + 40 + 80 + 80) * seconds);
		assert.equal(attempts(), 6);
	});

	it("whose sensor gives no JPEG is named, with the boards that do, and not tried again", async () => {
		const { opener, log } = openings(Object.assign(new Error("the sensor GC0308 gives no JPEG"), { sensor: "GC0308" }));
		const reason = "the sensor GC0308 gives no JPEG; boards sold with one that does: xiao_esp32s3_sense, esp32s3_eye";
		assert.deepEqual(await answer(opener), [503, `${reason}\n`]);
		assert.deepEqual(log, [`yieldcam: ${reason}`]);
		assert.equal(pendingTimers(), 0);
	});
});
