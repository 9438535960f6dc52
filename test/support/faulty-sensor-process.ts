/**
 * A sensor that fails on demand: `node faulty-sensor-process.js LOG RUN…`, with a RUN for each time that it is started,
 * the last one for all further times. A RUN is the failure (silent, broken, exit) after a number of frames, "5 silent",
 * or "good"; the size of its frames in bytes may follow. Each byte of a frame but its ends is the number of the run. It
 * writes the commands it receives to the file LOG.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { frameSize } from "../../src/camera/frame-sizes.ts";
import { parseCommand } from "../../hosts/sim/sensor/command.ts";
import { frameHeader } from "../../hosts/sim/sensor/frame-record.ts";

const [log, ...runs] = process.argv.slice(2) as [string, ...string[]];
appendFileSync(log, "run\n");
const number = readFileSync(log, "utf8")
	.split("\n")
	.filter((line) => line === "run").length;
const [, count, failure, length = "2000"] = /^(?:(\d+) )?(\w+)(?: (\d+))?$/.exec(
	runs[Math.min(number, runs.length) - 1],
)!;
const good = failure === "good" ? Infinity : Number(count);

let sent = 0;
let size = frameSize("QVGA")!;

function send(): void {
	if (sent >= good && failure === "exit") process.exit(0);
	if (sent >= good && failure === "silent") return;
	const jpeg = Buffer.alloc(Number(length), number);
	jpeg.writeUInt16BE(0xffd8, 0);
	if (sent < good) jpeg.writeUInt16BE(0xffd9, jpeg.length - 2);
	const timestamp = process.hrtime.bigint() / 1000n;
	process.stdout.write(
		Buffer.concat([frameHeader({ jpeg, width: size.width, height: size.height, timestamp }), jpeg]),
	);
	sent++;
}

process.stdout.on("error", () => process.exit(0));
createInterface({ input: process.stdin })
	.on("line", (line) => {
		appendFileSync(log, `${line}\n`);
		const command = parseCommand(line);
		if (command?.verb === "set" && command.name === "framesize") size = frameSize(command.value)!;
		if (command?.verb === "stream" && command.on) setInterval(send, 40);
	})
	.on("close", () => process.exit(0));
