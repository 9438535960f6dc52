import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { checkFrames, skippedLine } from "../../../hosts/sim/cli/frames.ts";
import { listFrames, readFrame, showName } from "../../../hosts/sim/sensor/frame-folder.ts";
import { drawJpeg } from "../../support/draw-jpeg.ts";
import { SensorProcess } from "../../support/sensor-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Bytes that the buffers have room for. */
const MOST = 10_000;

describe("a folder of frames", () => {
	const { path: folder } = temporaryFolder();
	const files = new Map([
		["frame-2.jpg", drawJpeg(64, 48, "red")],
		["frame-9.JPEG", drawJpeg(80, 60, "green")],
		// After the end of the image: it is served unchanged.
		["frame-10.jpg", Buffer.concat([drawJpeg(96, 32, "blue"), Buffer.from("trailer")])],
	]);

	before(() => {
		for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
		writeFileSync(join(folder, "notes.txt"), "no picture");
		mkdirSync(join(folder, "folder.jpg"));
	});

	it("is listed in the order in which people count", async () => {
		const { paths } = await listFrames(Buffer.from(folder));
		expect(paths.map((path) => basename(path.toString()))).to.deep.equal([...files.keys()]);
	});

	it("may hold names of any bytes, and what is not a picture's file", async () => {
		const other = mkdtempSync(join(folder, "other-"));
		const latin1 = Buffer.concat([Buffer.from(`${other}/caf`), Buffer.from([0xe9]), Buffer.from(".jpg")]);
		writeFileSync(latin1, drawJpeg(64, 48, "red"));
		writeFileSync(join(other, "küche.jpg"), drawJpeg(64, 48, "red"));
		writeFileSync(join(other, "line\nend.jpg"), drawJpeg(64, 48, "red"));
		writeFileSync(join(other, "._a.jpg"), "attributes");
		mkdirSync(join(other, "folder.jpg"));
		execFileSync("mkfifo", [join(other, "pipe.jpg")]);
		symlinkSync("küche.jpg", join(other, "link.jpg"));
		symlinkSync("nowhere", join(other, "broken.jpg"));
		const { paths, skipped } = await listFrames(Buffer.from(other));
		expect(paths.map((path) => showName(path).slice(other.length + 1))).to.deep.equal([
			"caf\\xE9.jpg",
			"küche.jpg",
			"line\\x0Aend.jpg",
			"link.jpg",
		]);
		expect(skipped.map(({ name }) => name)).to.have.members(["._a.jpg", "broken.jpg", "folder.jpg", "pipe.jpg"]);
		const sensor = new SensorProcess("--frames", other, "--fps", "50");
		sensor.command("stream 1");
		await sensor.next(4);
		await sensor.close();
		expect(skippedLine(await checkFrames(other, MOST))).to.equal(
			"--frames skips ._a.jpg: its name begins with a dot; broken.jpg: its target does not exist; folder.jpg: it is not a file; pipe.jpg: it is not a file",
		);
	});

	it("may hold files that cannot be shown, which are named with the reason and skipped", async () => {
		const other = mkdtempSync(join(folder, "other-"));
		writeFileSync(join(other, "1.jpg"), "");
		writeFileSync(join(other, "2.jpg"), drawJpeg(64, 48, "red"));
		writeFileSync(join(other, "3.jpg"), drawJpeg(64, 48, "red").subarray(0, -2));
		writeFileSync(join(other, "4.jpg"), drawJpeg(80, 60, "red"));
		writeFileSync(join(other, "5.jpg"), Buffer.concat([drawJpeg(64, 48, "red"), Buffer.alloc(MOST)]));
		const frames = await checkFrames(other, MOST);
		expect(skippedLine(frames)).to.match(
			/^--frames skips 1\.jpg: it is empty; 3\.jpg: it is cut short: no end of image \(EOI\); 5\.jpg: it has \d+ bytes, and the camera's buffers have room for 10000$/,
		);
		expect(frames.largest).to.be.below(MOST);
		const sensor = new SensorProcess("--frames", other, "--fps", "50", "--most", String(MOST));
		sensor.command("stream 1");
		const sizes = (await sensor.next(4)).map(({ width, height }) => `${width}x${height}`);
		await sensor.close();
		expect(sizes).to.deep.equal(["64x48", "80x60", "64x48", "80x60"]);
	});

	it("is refused if no file can be shown, with the reasons of the first few", async () => {
		const other = mkdtempSync(join(folder, "other-"));
		for (let count = 1; count <= 7; count++) writeFileSync(join(other, `${count}.jpg`), "");
		const error = await checkFrames(other, MOST).then(
			() => undefined,
			(reason: Error) => reason.message,
		);
		expect(error).to.equal(
			`--frames: ${other} holds no picture that can be shown: ${[1, 2, 3, 4, 5].map((count) => `${count}.jpg: it is empty`).join("; ")}; and 2 more`,
		);
	});

	it("may have a name of any bytes", async () => {
		const other = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
		mkdirSync(other);
		writeFileSync(Buffer.concat([other, Buffer.from("/1.jpg")]), drawJpeg(64, 48, "red"));
		writeFileSync(Buffer.concat([other, Buffer.from("/2.jpg")]), "");
		// As Node passes the argument on.
		const frames = await checkFrames(`${folder}/caf\ufffd`, MOST);
		expect(skippedLine(frames)).to.equal("--frames skips 2.jpg: it is empty");
		const sensor = new SensorProcess("--frames", frames.folder, "--fps", "50");
		sensor.command("stream 1");
		const [{ width }] = await sensor.next(1);
		await sensor.close();
		expect(width).to.equal(64);
	});

	it("may lose a file to a pipe while it is shown, which is not waited for", async () => {
		const pipe = `${folder}-pipe.jpg`;
		execFileSync("mkfifo", [pipe]);
		try {
			const error = await readFrame(Buffer.from(pipe)).then(
				() => undefined,
				(reason: Error) => reason.message,
			);
			expect(error).to.equal("it is not a file");
		} finally {
			rmSync(pipe);
		}
	});

	it("is sent over and over, byte by byte, with the sizes of its files", async () => {
		const sensor = new SensorProcess("--frames", folder, "--fps", "50");
		sensor.command("set framesize 15");
		sensor.command("stream 1");
		const frames = await sensor.next(2 * files.size);
		await sensor.close();
		const expected = [...files.values(), ...files.values()];
		expect(frames.map(({ jpeg }, i) => Buffer.compare(jpeg, expected[i]))).to.deep.equal(expected.map(() => 0));
		expect(frames.slice(0, 3).map(({ width, height }) => [width, height])).to.deep.equal([
			[64, 48],
			[80, 60],
			[96, 32],
		]);
	});
});
