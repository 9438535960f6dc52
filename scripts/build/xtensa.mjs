import { spawnSync } from "node:child_process";

const VARIABLES = /** @type {const} */ (["XTENSA_CC", "QEMU_XTENSA"]);

/** Selects the simulator that is compiled for the ESP32-S3's instructions, in the emulator. */
export const XTENSA = { YIELDCAM_HOST: "build/host-xtensa/yieldcam-sim" };

/**
 * Returns what this machine lacks for programs of the ESP32-S3's instructions, or undefined. Both variables name a
 * program, and may go on with its options: `XTENSA_CC="xtensa-linux-gcc -mabi=windowed"`.
 *
 * @returns {string | undefined}
 */
export function missingForXtensa() {
	const unset = VARIABLES.filter((name) => !process.env[name]);
	if (unset.length > 0)
		return `${unset.join(" and ")} ${unset.length > 1 ? "are" : "is"} not set: docs/emulation.md says to what`;
	for (const name of VARIABLES) {
		const [program, ...options] = /** @type {string} */ (process.env[name]).trim().split(/\s+/);
		const { error, status } = spawnSync(program, [...options, "--version"], { stdio: "ignore" });
		if (error || status !== 0) return `${name} names no program that runs: ${program}`;
	}
	return undefined;
}
