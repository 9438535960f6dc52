import { spawnSync } from "node:child_process";

/** What a user lacks if `canBuild32` is false. */
export const NEEDS_32 = "gcc builds no programs with words of 32 bits; as root: apt-get install gcc-multilib";

/** Whether gcc builds programs with the board's words of 32 bits: not without Debian's gcc-multilib, nor on ARM. */
export function canBuild32() {
	const { status } = spawnSync("gcc", ["-m32", "-x", "c", "-o", "/dev/null", "-"], {
		input: '#include <stdio.h>\nint main(void) { return puts("") == EOF; }\n',
		stdio: ["pipe", "ignore", "ignore"],
	});
	return status === 0;
}

/** Makes apt install what is missing, as root. */
export function install32() {
	process.stderr.write("yieldcam: installing gcc-multilib with apt-get\n");
	// Without --no-remove it would remove Debian's cross compilers, which conflict with it.
	for (const args of [["update"], ["install", "--yes", "--no-install-recommends", "--no-remove", "gcc-multilib"]])
		spawnSync("apt-get", args, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
