import { assert } from "chai";
import Timer from "timer";
import type { Frame } from "yieldcam/camera/frame";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureFolder } from "yieldcam/pictures/picture-folder";
import { latin1 } from "../../support/latin1.ts";
import { MemoryDirectory } from "../../support/memory-directory.ts";
import { contentOf, head, serve } from "../../support/serve.ts";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";
import { tinyJpeg } from "../../support/tiny-jpeg.ts";
import { plainBoundary } from "../../support/plain-boundary.ts";

interface Seen {
	readonly widths: number[];
	ends: number;
	leave(): void;
}

function watch(folder: PictureFolder, onFrame?: (frame: Frame) => void): Seen {
	const seen = {
		widths: [] as number[],
		ends: 0,
		onFrame(frame: Frame) {
			seen.widths.push(frame.width);
			onFrame?.(frame);
		},
		onEnd: () => void seen.ends++,
		leave: () => folder.unwatch(seen),
	};
	folder.watch(seen);
	return seen;
}

describe("a folder of pictures", () => {
	let directory: MemoryDirectory;
	let log: string[];

	beforeEach(() => {
		resetClock();
		directory = new MemoryDirectory();
		log = [];
	});

	function open(rate?: number): PictureFolder {
		return new PictureFolder(directory, { ...(rate !== undefined && { rate }), log: (line) => log.push(line) });
	}

	function assertNothingLeft(): void {
		assert.deepEqual([directory.open, directory.memories, directory.scans, pendingTimers()], [0, 0, 0, 0]);
	}

	it("plays its files in natural order at its rate, over and over", () => {
		directory
			.put("10.jpg", tinyJpeg(10))
			.put("9.jpg", tinyJpeg(9))
			.put("b.JPEG", tinyJpeg(11))
			.put("notes.txt", tinyJpeg(1));
		const folder = open(4);
		const { widths, leave } = watch(folder);
		advance(0);
		assert.deepEqual(widths, [9]);
		advance(249);
		assert.deepEqual(widths, [9]);
		advance(1);
		assert.deepEqual(widths, [9, 10]);
		advance(1_000);
		assert.deepEqual(widths, [9, 10, 11, 9, 10, 11]);
		assert.equal(folder.shown, 6);
		leave();
		assertNothingLeft();
	});

	it("reads a file once for all viewers, in steps of 8 kB, and none while there are no viewers", () => {
		directory.put("1.jpg", tinyJpeg(1, 20_000)).put("2.jpg", tinyJpeg(2));
		const folder = open();
		advance(5_000);
		assert.equal(directory.names, 0);
		const seen = [1, 2, 3].map(() => watch(folder));
		advance(1_000);
		assert.deepEqual(
			seen.map(({ widths }) => widths),
			[
				[1, 2],
				[1, 2],
				[1, 2],
			],
		);
		assert.deepEqual(directory.opened, ["1.jpg", "2.jpg"]);
		assert.equal(directory.reads, 3 + 1);
		for (const { leave } of seen) leave();
		advance(5_000);
		assert.equal(directory.opened.length, 2);
		assertNothingLeft();
	});

	it("continues where it was for a later viewer", () => {
		directory.put("1.jpg", tinyJpeg(1)).put("2.jpg", tinyJpeg(2)).put("3.jpg", tinyJpeg(3));
		const folder = open();
		const first = watch(folder);
		advance(1_000);
		const second = watch(folder);
		assert.deepEqual(second.widths, [2], "a viewer that joins in between gets the newest at once");
		first.leave();
		second.leave();
		const third = watch(folder);
		advance(0);
		assert.deepEqual(third.widths, [3]);
	});

	it("frees the memory when no stream sends the picture anymore", () => {
		directory.put("1.jpg", tinyJpeg(1)).put("2.jpg", tinyJpeg(2));
		const kept: Frame[] = [];
		const { leave } = watch(open(), (frame) => kept.push(frame.retain()));
		advance(1_000);
		assert.equal(directory.memories, 2);
		assert.deepEqual([...new Uint8Array(kept[0].buffer)], [...tinyJpeg(1)]);
		assert.deepInclude(kept[1], { width: 2, height: 16, byteLength: tinyJpeg(2).length, lost: false });
		kept.shift()!.release();
		assert.equal(directory.memories, 1);
		leave();
		assert.equal(directory.memories, 1);
		kept.shift()!.release();
		assertNothingLeft();
	});

	it("frees what it was reading when the last viewer disconnects", () => {
		directory.put("1.jpg", tinyJpeg(1, 20_000));
		const { widths, leave } = watch(open());
		midway(() => {
			assert.equal(directory.open, 1);
			leave();
		});
		advance(1_000);
		assert.deepEqual(widths, []);
		assert.equal(directory.reads, 1);
		assertNothingLeft();
	});

	/** Calls a function between the first and the second step of reading a file. */
	function midway(what: () => void): void {
		directory.onRead = () => {
			directory.onRead = undefined;
			Timer.set(what);
		};
	}

	it("picks up new files, and skips deleted ones", () => {
		directory.put("1.jpg", tinyJpeg(1)).put("2.jpg", tinyJpeg(2)).put("3.jpg", tinyJpeg(3));
		const { widths } = watch(open());
		advance(0);
		directory.put("4.jpg", tinyJpeg(4)).delete("2.jpg");
		advance(3_000);
		assert.deepEqual(widths, [1, 3, 4, 1]);
		assert.deepEqual(log, []);
	});

	it("reads the folder again within five seconds, however many files it has", () => {
		for (let i = 0; i < 100; i++) directory.put(`${i}.jpg`, tinyJpeg(i + 1));
		const { widths } = watch(open(2));
		advance(0);
		directory.put("20b.jpg", tinyJpeg(1_000));
		advance(12_000);
		assert.equal(widths.indexOf(1_000), 21);
	});

	it("shows a new file in its turn, in the same round if that is still ahead", () => {
		for (let i = 0; i < 20; i++) directory.put(`${i}.jpg`, tinyJpeg(i + 1));
		const { widths } = watch(open(1));
		advance(8_000);
		directory.put("3b.jpg", tinyJpeg(1_000)).put("17b.jpg", tinyJpeg(2_000));
		advance(34_000);
		const round = Array.from({ length: 20 }, (_, i) => i + 1);
		assert.deepEqual(
			widths,
			[
				...round.slice(0, 18),
				2_000,
				...round.slice(18),
				...round.slice(0, 4),
				1_000,
				...round.slice(4, 18),
				2_000,
				...round.slice(18),
			].slice(0, 43),
		);
	});

	for (const rate of [1, 10]) {
		it(`spends about a twentieth of the time on reading a thousand names, at ${rate} a second`, () => {
			for (let i = 0; i < 1_000; i++) directory.put(`${i}.jpg`, tinyJpeg(i + 1));
			const { widths } = watch(open(rate));
			advance(60_000);
			assert.deepEqual(
				widths,
				Array.from({ length: 60 * rate + 1 }, (_, i) => i + 1),
			);
			// A name takes a millisecond. If 128 names are shown sooner, the folder is read for each 128.
			assert.isAtMost(directory.names, 1_000 * (rate === 1 ? 4 : 5));
		});
	}

	it("skips files that are not a whole JPEG, with one line until they change", () => {
		directory
			.put("1.jpg", tinyJpeg(1))
			.put("2.jpg", new Uint8Array([0x47, 0x49, 0x46]))
			.put("3.jpg", tinyJpeg(3).subarray(0, 20))
			.put("4.jpg", new Uint8Array(0));
		const { widths, leave } = watch(open());
		advance(20_000);
		assert.deepEqual(widths, Array(21).fill(1));
		const lines = [
			"2.jpg is not a complete JPEG: it does not begin with FF D8",
			"3.jpg is not a complete JPEG: it is cut short: no end of image (EOI)",
			"4.jpg is not a complete JPEG: it is empty",
		];
		assert.deepEqual(log, lines);
		assert.equal(directory.opened.filter((name) => name !== "1.jpg").length, 3, "none is read again");
		directory.put("2.jpg", tinyJpeg(2)).put("3.jpg", new Uint8Array([1]));
		advance(20_000);
		assert.include(widths, 2);
		assert.deepEqual(log, [...lines, "3.jpg is not a complete JPEG: it does not begin with FF D8"]);
		directory.put("2.jpg", new Uint8Array([2]));
		advance(5_000);
		assert.equal(log.length, 5);
		leave();
		assertNothingLeft();
	});

	it("reports fifty such files, and that there are others", () => {
		for (let i = 0; i < 60; i++) directory.put(`${i}.jpg`, new Uint8Array(1));
		watch(open(10));
		advance(30_000);
		assert.equal(log.length, 51);
		assert.match(log.at(-1)!, /^more than 50 files /);
	});

	it("reports fewer if their names are long", () => {
		for (let i = 0; i < 40; i++) directory.put(`${i}${"x".repeat(250)}.jpg`, new Uint8Array(1));
		watch(open(10));
		advance(30_000);
		assert.isBelow(log.length, 20);
		assert.equal(log.at(-1), `more than ${log.length - 1} files cannot be shown: the others are skipped silently`);
	});

	it("forgets such files when they are deleted, and reports others again", () => {
		directory.put("good.jpg", tinyJpeg(1));
		for (let i = 0; i < 60; i++) directory.put(`a${i}.jpg`, new Uint8Array(1));
		const { widths } = watch(open(10));
		advance(10_000);
		assert.equal(log.length, 51);
		for (let i = 0; i < 60; i++) directory.delete(`a${i}.jpg`);
		advance(10_000);
		for (let i = 0; i < 50; i++) directory.put(`b${i}.jpg`, new Uint8Array(1));
		directory.put("a1.jpg", new Uint8Array(1));
		advance(10_000);
		assert.equal(
			log.filter((line) => line.startsWith("b")).length +
				log.slice(51).filter((line) => line.startsWith("a1.jpg")).length,
			50,
		);
		assert.match(log.at(-1)!, /^more than 50 files /);
		assert.equal(log.length, 102);
		assert.isAbove(widths.length, 250);
	});

	it("reports once that a folder is empty, and plays what comes", () => {
		const { widths } = watch(open());
		advance(10_000);
		assert.deepEqual(log, ["there is no .jpg or .jpeg file in the folder"]);
		directory.put("1.jpg", tinyJpeg(1));
		advance(1_000);
		assert.deepEqual(widths, [1]);
		directory.delete("1.jpg");
		advance(10_000);
		assert.equal(log.length, 2);
	});

	it("does not loop without a pause if nothing can be shown", () => {
		directory.put("1.jpg", new Uint8Array(1)).put("2.jpg", new Uint8Array(1));
		watch(open(100));
		advance(10_000);
		assert.isAtMost(directory.names, 2 * 11);
	});

	it("reports once what is wrong with the folder, and tries again", () => {
		directory.put("1.jpg", tinyJpeg(1)).fault = "/sdcard: Input/output error";
		const { widths } = watch(open());
		advance(10_000);
		assert.deepEqual(log, ["/sdcard: Input/output error"]);
		directory.fault = undefined;
		advance(1_000);
		assert.deepEqual(widths, [1]);
	});

	it("reports once that there is no memory for a file, and tries again", () => {
		directory.put("1.jpg", tinyJpeg(1)).full = "1.jpg: no memory for its 28 bytes";
		const { widths } = watch(open());
		advance(10_000);
		assert.deepEqual(log, ["1.jpg: no memory for its 28 bytes"]);
		assert.equal(directory.open, 0);
		directory.full = undefined;
		advance(1_000);
		assert.deepEqual(widths, [1]);
	});

	it("skips a file that becomes shorter while it is read", () => {
		directory.put("1.jpg", tinyJpeg(1, 20_000)).put("2.jpg", tinyJpeg(2));
		const { widths, leave } = watch(open());
		midway(() => directory.put("1.jpg", tinyJpeg(1)));
		advance(0);
		assert.deepEqual(log, ["1.jpg became shorter while it was read"]);
		assert.deepEqual(widths, [2]);
		advance(1_000);
		assert.deepEqual(widths, [2, 1]);
		leave();
		assertNothingLeft();
	});

	it("can lose a viewer that is receiving a picture, and gain it again at once", () => {
		directory.put("1.jpg", tinyJpeg(1)).put("2.jpg", tinyJpeg(2));
		const folder = open();
		const later: Seen[] = [];
		const first = watch(folder, () => {
			first.leave();
			later.push(watch(folder));
		});
		advance(0);
		assert.deepEqual(first.widths, [1]);
		assert.deepEqual(later[0].widths, [2]);
		advance(2_000);
		assert.deepEqual(later[0].widths, [2, 1, 2]);
		later[0].leave();
		assertNothingLeft();
	});

	it("ends its streams when it is closed", () => {
		directory.put("1.jpg", tinyJpeg(1));
		const folder = open();
		const seen = watch(folder);
		advance(0);
		folder.close();
		assert.equal(seen.ends, 1);
		assert.equal(watch(folder).ends, 1);
		assertNothingLeft();
	});

	it("lends its pictures to a loop", async () => {
		directory.put("1.jpg", tinyJpeg(1));
		const frames = open().frames();
		const first = frames.next();
		advance(0);
		assert.equal((await first).value!.width, 1);
		await frames.return!();
		assertNothingLeft();
	});

	it("throws in a loop that waits for its first picture, after ten seconds or more", async () => {
		let message = "";
		open()
			.frames()
			.next()
			.catch((error: Error) => void (message = error.message));
		advance(20_000);
		for (let turn = 0; turn < 8; turn++) await undefined;
		assert.equal(message, "there is no picture yet");
		assertNothingLeft();
	});

	for (const rate of [0, -1, 101, NaN]) {
		it(`rejects ${rate} pictures per second`, () => {
			assert.throws(() => open(rate), RangeError, `${rate} pictures per second`);
		});
	}

	it("streams to several viewers", async () => {
		directory.put("1.jpg", tinyJpeg(1)).put("2.jpg", tinyJpeg(2));
		const stream = new MjpegStream(open());
		const served = serve(() => stream.respond());
		const viewers = [1, 2, 3].map(() => served.connect().send(head("GET /stream HTTP/1.1")));
		await served.network.settle();
		advance(0);
		await served.network.settle();
		advance(1_000);
		await served.network.settle();
		for (const viewer of viewers) {
			const parts = plainBoundary(contentOf(latin1(viewer.received)))
				.split("--yieldcam-frame\r\n")
				.slice(1, -1);
			assert.equal(parts.length, 2);
			for (const part of parts)
				assert.match(
					part,
					/^Content-Type: image\/jpeg\r\nContent-Length: 28\r\nX-Timestamp: \d+\.\d{6}\r\n\r\n/,
				);
		}
		assert.equal(directory.opened.length, 2);
		for (const viewer of viewers) viewer.finish();
		await served.network.settle();
		assert.deepEqual([directory.open, directory.memories], [0, 0]);
	});
});
