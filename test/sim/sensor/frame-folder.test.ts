import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { checkFrames, skippedLines } from "../../../hosts/sim/cli/frames.ts";
import { listFrames, readFrame, showName } from "../../../hosts/sim/sensor/frame-folder.ts";
import { drawJpeg } from "../../support/draw-jpeg.ts";
import { SensorProcess } from "../../support/sensor-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

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
		expect(skipped).to.have.members(["._a.jpg", "broken.jpg", "folder.jpg", "pipe.jpg"]);
		const sensor = new SensorProcess("--frames", other, "--fps", "50");
		sensor.command("stream 1");
		await sensor.next(4);
		await sensor.close();
		expect(skippedLines(await checkFrames(other))).to.deep.equal([
			"--frames skips what is not a file, or begins with a dot: ._a.jpg, broken.jpg, folder.jpg, pipe.jpg",
		]);
	});

	it("may hold files that are not whole pictures, which are named and skipped", async () => {
		const other = mkdtempSync(join(folder, "other-"));
		writeFileSync(join(other, "1.jpg"), "");
		writeFileSync(join(other, "2.jpg"), drawJpeg(64, 48, "red"));
		writeFileSync(join(other, "3.jpg"), drawJpeg(64, 48, "red").subarray(0, -2));
		writeFileSync(join(other, "4.jpg"), drawJpeg(80, 60, "red"));
		const [line, ...more] = skippedLines(await checkFrames(other));
		expect(more).to.deep.equal([]);
		expect(line).to.match(
			/^--frames skips what is not a whole JPEG: \S+1\.jpg is not .*, \S+3\.jpg is not .* cut short/,
		);
		const sensor = new SensorProcess("--frames", other, "--fps", "50");
		sensor.command("stream 1");
		const sizes = (await sensor.next(4)).map(({ width, height }) => `${width}x${height}`);
		await sensor.close();
		expect(sizes).to.deep.equal(["64x48", "80x60", "64x48", "80x60"]);
	});

	it("may lose a file to a pipe while it is shown, which is not waited for", async () => {
		const pipe = `${folder}-pipe.jpg`;
		execFileSync("mkfifo", [pipe]);
		try {
			const error = await readFrame(Buffer.from(pipe)).then(
				() => undefined,
				(reason: Error) => reason.message,
			);
			expect(error).to.equal(`${pipe} is not a file`);
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
