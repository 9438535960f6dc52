import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { parseCommand } from "./command.ts";
import { FrameFolder, listFrames } from "./frame-folder.ts";
import { sensorModel } from "./models.ts";
import { bytesOf } from "./path-text.ts";
import type { PictureSource } from "./picture.ts";
import { Sensor } from "./sensor.ts";

const { values } = parseArgs({
	options: {
		fps: { type: "string", default: "25" },
		frames: { type: "string" },
		/** Bytes of the largest file: the host's buffers have no room for more. */
		most: { type: "string" },
		model: { type: "string", default: "OV2640" },
	},
});

// A sensor normally ends when its host ends: the host closes stdin, and stdout breaks.
process.stdout.on("error", () => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM"] as const)
	// A terminal's Ctrl-C also reaches the sensor, which runs until the host stops cleanly and closes the pipe.
	process.on(signal, () => {});

const rate = Number(values.fps);
if (!(rate > 0)) fail(`--fps ${values.fps} is not a rate`);
const model = sensorModel(values.model) ?? fail(`--model ${values.model} is not a sensor`);
const source = await openSource(values.frames).catch((error: Error) => fail(error.message));
const sensor = new Sensor(source, rate, process.stdout);

createInterface({ input: process.stdin })
	.on("line", (line) => {
		const command = parseCommand(line);
		const fault = command ? sensor.execute(command) : "no such command";
		if (fault) process.stderr.write(`sensor: ${JSON.stringify(line)}: ${fault}\n`);
	})
	.on("close", () => process.exit(0));

async function openSource(folder: string | undefined): Promise<PictureSource> {
	if (folder !== undefined) {
		const { paths } = await listFrames(bytesOf(folder));
		if (paths.length === 0) throw new Error(`${folder} holds no .jpg or .jpeg file`);
		return new FrameFolder(paths, values.most === undefined ? undefined : Number(values.most));
	}
	// Imported only for drawing pictures: the image library takes longer to load than everything else here.
	const { TestCard } = await import("./test-card.ts");
	return new TestCard(model);
}

function fail(reason: string): never {
	process.stderr.write(`sensor: ${reason}\n`);
	process.exit(1);
}
