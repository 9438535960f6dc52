import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "./cli-error.ts";
import type { Frames } from "./frames.ts";
import type { Options } from "./options.ts";

const sensor = fileURLToPath(new URL("../sensor/main.js", import.meta.url));

/** lwIP's default on the board, four segments of 1,436 bytes. */
const boardSendWindow = 5744;

/** What the board's manifest gives the machine: bytes of chunks, slots of heap and of stack. */
interface Creation {
	readonly chunk: { readonly initial: number };
	readonly heap: { readonly initial: number };
	readonly stack: number;
}

interface Manifest {
	readonly creation: Creation;
	/** Specifiers of the modules that are evaluated when the firmware is linked, so that what they make lies in flash. */
	readonly preload: readonly string[];
}

/** The arguments of the host's binary, `build/host/yieldcam-sim`. */
export function hostArguments(root: string, options: Options, frames: Frames | undefined): string[] {
	const { address, port, frameSize, quality, profile, fps } = options;
	const { creation: { chunk, heap, stack }, preload } = readManifest(join(root, "manifest.json"));
	const sendWindow = options.sendWindow ?? (profile === "board" ? boardSendWindow : undefined);
	return [
		"--modules", "build/modules.map",
		"--config", JSON.stringify({ address, port, frameSize, quality }),
		"--preload", preload.join(","),
		"--profile", profile,
		...(sendWindow === undefined ? [] : ["--send-window", String(sendWindow)]),
		"--chunk", String(chunk.initial),
		"--slots", String(heap.initial),
		"--stack", String(stack),
		...(frames === undefined ? [] : ["--jpeg-buffer", String(frames.largest)]),
		"--sensor", process.execPath, sensor,
		"--fps", String(fps),
		...(frames === undefined ? [] : ["--frames", frames.folder]),
	];
}

function readManifest(file: string): Manifest {
	const { creation, preload = [] } = JSON.parse(readFileSync(file, "utf8")) as { creation?: Partial<Creation>; preload?: string[] };
	const { chunk, heap, stack } = creation ?? {};
	if (!Number.isInteger(chunk?.initial) || !Number.isInteger(heap?.initial) || !Number.isInteger(stack))
		throw new CliError(`${file} gives no creation with chunk.initial, heap.initial and stack`);
	return { creation: creation as Creation, preload };
}
