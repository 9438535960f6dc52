import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../test/support/root.ts";
import { countFrames, countRequests, type Counter, type Print } from "./instructions.ts";

/** A rate at which an emulator keeps up with eight viewers. */
const FPS = 10;
/** Segments of 1,436 bytes: four, lwIP's default, and eight, as the boards have them. */
const SEND_WINDOWS = [5744, 11488];
const ROUTES = ["/status", "/api/state", "/api/camera", "/"];

const folder = join(root, "build/emulated");

/** Counts the instructions of the script's thread, the first one, on the ESP32-S3's instruction set. */
function emulator(command: readonly string[], plugin: string): Counter {
	const [program, ...args] = command;
	return {
		folder,
		program: (file) => [
			program,
			...args,
			...["-plugin", plugin, "-d", "plugin", "-D", file],
			join(root, "build/host-xtensa/yieldcam-sim.xtensa"),
		],
		read(file) {
			const first = /^cpu 0 insns: (\d+)$/m.exec(readFileSync(file, "utf8"));
			if (first === null) throw new Error(`the plugin ${plugin} has not counted the first thread in ${file}`);
			return Number(first[1]);
		},
	};
}

/**
 * Counts in an emulator.
 *
 * @param command QEMU's user-mode emulator, with its options.
 * @param plugin QEMU's plugin that counts the instructions of each thread (tests/plugin/insn.c in its source).
 */
export async function countEmulated(command: readonly string[], plugin: string, print: Print): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const counter = emulator(command, plugin);
	const cases = SEND_WINDOWS.flatMap((window) =>
		[1, 4, 8].map((viewers) => ({
			title: `${viewers} ${viewers === 1 ? "viewer" : "viewers"}, a send window of ${window} bytes`,
			args: ["--send-window", String(window)],
			viewers,
		})),
	);
	await countFrames(counter, cases, FPS, print);
	await countRequests(counter, ROUTES, print);
}
