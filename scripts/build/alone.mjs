import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Progress } from "../support/progress.mjs";
import { output } from "../support/root.mjs";

/** How long to wait for another command before saying so, in milliseconds. */
const SILENCE = 1000;

/** @type {Promise<() => Promise<void>> | undefined} */
let lock;
let steps = 0;

/**
 * Runs a step while no other command of this checkout runs one, since two that write the same files leave neither usable. A
 * step may contain others.
 *
 * The lock is a file's (flock, util-linux), which a child holds for as long as its input is open: however this process
 * ends, the lock ends with it. Without flock, the step does not wait.
 *
 * @template T
 * @param {() => Promise<T>} step
 */
export async function alone(step) {
	lock ??= acquire();
	const held = lock;
	steps += 1;
	try {
		await held;
		return await step();
	} finally {
		steps -= 1;
		if (steps === 0) {
			lock = undefined;
			await (
				await held
			)();
		}
	}
}

/** @returns {Promise<() => Promise<void>>} Resolves to a function that releases the lock. */
function acquire() {
	mkdirSync(output, { recursive: true });
	return new Promise((resolve) => {
		/** @type {Progress | undefined} */
		let waiting;
		const silence = setTimeout(() => {
			waiting = new Progress("Waiting for another command that builds here");
		}, SILENCE);
		const holder = spawn("flock", [join(output, "lock"), "sh", "-c", "echo; exec cat"], {
			stdio: ["pipe", "pipe", "ignore"],
		});
		/** @type {Promise<void>} */
		const gone = new Promise((end) => {
			for (const event of ["error", "close"]) holder.on(event, () => end());
		});
		const release = () => {
			holder.stdin.end();
			return gone;
		};
		const go = () => {
			clearTimeout(silence);
			waiting?.end();
			waiting = undefined;
			resolve(release);
		};
		// The holder may have ended first, for instance by the signal of a terminal.
		holder.stdin.on("error", () => {});
		holder.stdout.on("data", go);
		void gone.then(go);
	});
}
