import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "./cli-error.ts";
import type { Frames } from "./frames.ts";
import type { Options } from "./options.ts";

const sensorProcess = fileURLToPath(new URL("../sensor/main.js", import.meta.url));

/** lwIP's default on the board, four segments of 1,436 bytes. */
const boardSendWindow = 5744;

/** What the board's manifest gives the machine: bytes of chunks, slots of heap and of stack. */
interface Creation {
	readonly chunk: { readonly initial: number };
	readonly heap: { readonly initial: number };
	readonly stack: number;
}

type Include = string | readonly string[];

interface Manifest {
	readonly include?: Include;
	readonly platforms?: Readonly<Record<string, { readonly include?: Include }>>;
	readonly creation?: Partial<Creation>;
	/** Specifiers of the modules that are evaluated when the firmware is linked, so that what they make lies in flash. */
	readonly preload?: readonly string[];
}

/** The arguments of the host's binary, `build/host/yieldcam-sim`. */
export function hostArguments(root: string, options: Options, frames: Frames | undefined): string[] {
	const { address, port, streamPort, sensor, frameSize, quality, fixed, profile, fps, settings } = options;
	const manifest = join(root, "manifest.json");
	const { chunk, heap, stack } = creation(manifest);
	const sendWindow = options.sendWindow ?? (profile === "board" ? boardSendWindow : undefined);
	return [
		"--modules", "build/modules.map",
		"--config", JSON.stringify({ address, port, streamPort, frameSize, quality, fixed }),
		...(settings === undefined ? [] : ["--settings", settings]),
		"--preload", preloads(manifest).join(","),
		"--profile", profile,
		...(sendWindow === undefined ? [] : ["--send-window", String(sendWindow)]),
		"--chunk", String(chunk.initial),
		"--slots", String(heap.initial),
		"--stack", String(stack),
		...(frames === undefined ? [] : ["--jpeg-buffer", String(frames.largest)]),
		"--model", sensor,
		"--sensor", process.execPath, sensorProcess,
		"--model", sensor,
		"--fps", String(fps),
		...(frames === undefined ? [] : ["--frames", frames.folder]),
	];
}

function creation(file: string): Creation {
	const { chunk, heap, stack } = readManifest(file).creation ?? {};
	if (!Number.isInteger(chunk?.initial) || !Number.isInteger(heap?.initial) || !Number.isInteger(stack))
		throw new CliError(`${file} gives no creation with chunk.initial, heap.initial and stack`);
	return { chunk, heap, stack } as Creation;
}

/**
 * The preloads of a manifest and of those it includes for the desktop simulator, whose modules are the same, but for the
 * SDK's own.
 */
function preloads(file: string): string[] {
	const { include = [], platforms = {}, preload = [] } = readManifest(file);
	const included = [include, platforms["lin"]?.include ?? []].flat().filter((path) => path.startsWith("."));
	return [...included.flatMap((path) => preloads(join(dirname(file), path))), ...preload];
}

function readManifest(file: string): Manifest {
	return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
