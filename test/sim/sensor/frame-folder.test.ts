import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { listFrames } from "../../../hosts/sim/sensor/frame-folder.ts";
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
		expect((await listFrames(folder)).map((file) => basename(file))).to.deep.equal([...files.keys()]);
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
