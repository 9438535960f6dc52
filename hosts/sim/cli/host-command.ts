import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FRAME_BUFFERS } from "../../../src/camera/camera-options.ts";
import type { Limits } from "../../../src/http/limits.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import type { Frames } from "./frames.ts";
import { type Creation, type Manifest, readManifests } from "./manifests.ts";
import { moduleMapFile } from "./module-map.ts";
import type { Options } from "./options.ts";

const sensorProcess = fileURLToPath(new URL("../sensor/main.js", import.meta.url));

/**
 * The server's limits without a board's memory and sockets. What a single request may contain stays the same. Numbers, since
 * JSON has no Infinity.
 */
const HOST_LIMITS: Partial<Limits> = {
	connections: 1_024,
	slots: 1e9,
	contentWaiters: 256,
	headMemory: 4 << 20,
	contentMemory: 4 << 20,
	streamMemory: 4 << 20,
	responseMemory: 64 << 20,
};

/** lwIP's default on the board: four segments of 1,436 bytes. */
const BOARD_SEND_BUFFER = 5744;

/** Bytes of PSRAM, as most boards have it. What exceeds it, such as a bitmap of 12 megapixels, fails here, too. */
const BOARD_PSRAM = 8_388_608;

/** Bytes of PSRAM for the heap's reserve (hosts/common/reserve.h), and for what the program keeps there. */
const BOARD_RESERVED = 524_288;

/** Returns how many bytes a picture of a folder may have. The board profile has three buffers for the largest. */
export function largestFrame({ profile }: Pick<Options, "profile">): number {
	return profile === "board" ? Math.floor((BOARD_PSRAM - BOARD_RESERVED) / FRAME_BUFFERS) : 67_108_864;
}

/** Returns the arguments of the host's binary, `build/host/yieldcam-sim`. */
export function hostArguments(root: string, options: Options, frames: Frames | undefined): string[] {
	const {
		app,
		address,
		port,
		streamPort,
		rtspPort,
		sensor,
		frameSize,
		quality,
		files,
		fixed,
		profile,
		fps,
		settings,
	} = options;
	const { board, pins } = options;
	const manifests = readManifests(join(resolve(root, app), "manifest.json"));
	const { chunk, heap, stack } = creation(manifests);
	const sendWindow = options.sendWindow ?? (profile === "board" ? BOARD_SEND_BUFFER : undefined);
	return [
		"--modules",
		moduleMapFile(app),
		"--config",
		JSON.stringify({
			address,
			port,
			streamPort,
			rtspPort,
			frameSize,
			quality,
			files,
			board,
			faults: options.faults.length ? true : undefined,
			wifi: options.wifi,
			fixed,
			limits: profile === "host" ? HOST_LIMITS : undefined,
			config: configOf(manifests, options),
		}),
		"--data",
		"build/page",
		...(settings === undefined ? [] : ["--settings", settings]),
		...(pins === undefined ? [] : ["--pins", pins]),
		"--preload",
		manifests.flatMap(({ preload }) => preload).join(","),
		"--profile",
		profile,
		...(sendWindow === undefined ? [] : ["--send-window", String(sendWindow)]),
		...(profile === "board" ? ["--psram", String(BOARD_PSRAM)] : []),
		"--chunk",
		String(chunk.initial),
		"--slots",
		String(heap.initial),
		"--stack",
		String(stack),
		...(frames === undefined ? [] : ["--jpeg-buffer", String(frames.largest)]),
		...options.faults.flatMap((fault) => ["--fault", fault]),
		"--model",
		sensor,
		"--sensor",
		process.execPath,
		sensorProcess,
		"--model",
		sensor,
		"--fps",
		String(fps),
		...(frames === undefined ? [] : ["--frames", frames.folder, "--most", String(frames.largest)]),
	];
}

/**
 * Merges the configuration. Later values win: an including manifest follows the included ones, and the command line is
 * last.
 */
function configOf(manifests: readonly Manifest[], { config }: Options): Record<string, unknown> {
	return Object.assign({}, ...manifests.map((manifest) => manifest.config), config) as Record<string, unknown>;
}

/** Returns the last `creation` in the manifests. Throws a CommandError if it is incomplete. */
function creation(manifests: readonly Manifest[]): Creation {
	const { chunk, heap, stack } =
		manifests
			.map(({ creation }) => creation)
			.filter((creation) => creation !== undefined)
			.at(-1) ?? {};
	if (!Number.isInteger(chunk?.initial) || !Number.isInteger(heap?.initial) || !Number.isInteger(stack))
		throw new CommandError(`${manifests.at(-1)!.file} has no creation with chunk.initial, heap.initial and stack`);
	return { chunk, heap, stack } as Creation;
}
