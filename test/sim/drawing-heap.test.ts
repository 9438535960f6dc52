import { assert } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatModuleMap, moduleMap } from "../../hosts/sim/cli/module-map.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The modules that an app that draws preloads beside the firmware. */
const preload = ["src/extras/drawing", "src/extras/jpeg"].flatMap(
	(folder) =>
		(JSON.parse(readFileSync(join(root, folder, "manifest.json"), "utf8")) as { preload: string[] }).preload,
);

const CHARTS = 12;

const program = `
	import Timer from "timer";
	import { Drawing } from "yieldcam/drawing/drawing";
	import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";

	let turns = 0, jpeg;
	Timer.repeat(() => turns++, 1);
	for (let n = 0; n < ${CHARTS}; n++) {
		const points = new Int16Array(520);
		for (let i = 0; i < 260; i++) {
			points[2 * i] = 44 + i;
			points[2 * i + 1] = 120 - 60 * Math.sin((i + n) / 20) + i % 7 * 2;
		}
		const chart = new Drawing({ width: 320, height: 240 })
			.text("Temperature", 100, 4, 0x202020, 2)
			.polyline([40, 20, 40, 220, 310, 220], 0x404040);
		for (let y = 20; y < 220; y += 40)
			chart.line(41, y, 310, y, 0xd0d0d0).text(String(30 - y / 10), 10, y - 3, 0);
		// The last one is still there, as it is while a client watches.
		jpeg = await encodeJpeg(chart.polyline(points, 0xff0000, 2));
	}
	trace("done, ", jpeg.byteLength, " bytes, ", turns, " turns\\n");
`;

describe("charts of 320x240 pixels", () => {
	const folder = temporaryFolder();

	it("are drawn and encoded in the board's heap, one after the other, while timers go on", async function () {
		this.timeout(60_000);
		const main = join(folder.path, "main.js"),
			modules = join(folder.path, "modules.map");
		writeFileSync(main, program);
		writeFileSync(modules, formatModuleMap(moduleMap({ root, overrides: { main } })));
		const simulator = await Simulator.spawn(["--profile", "board"], {
			modules,
			host: ["--preload", preload.join(",")],
		});
		await simulator.until(() => simulator.output.includes("done"), "the charts are done");
		const [, bytes, turns] = /done, (\d+) bytes, (\d+) turns/.exec(simulator.output)!.map(Number);
		const report = await simulator.report();
		await simulator.stop();
		console.log(
			`      a JPEG of ${bytes} bytes; left in use: ${report.slots} slots, ${report.chunks} bytes of chunks`,
		);
		assert.isAbove(bytes, 5_000, "it shows something");
		assert.isAbove(turns, CHARTS, "others ran during each");
		// Whether the program has ended yet makes a difference of a hundred. What is left of one chart would be thousands in all.
		assert.isBelow(report.slots, 450);
		assert.isBelow(report.chunks, bytes + 10_000, "the JPEG is left, and not everything that it was made with");
	});
});
