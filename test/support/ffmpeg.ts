import { assert } from "chai";
import { chmodSync } from "node:fs";
import { createRequire } from "node:module";
import { executable, systemProgram } from "./tools.ts";
import { run } from "./tools-run.ts";

/** The binary in npm's package, or the system's if the package has none for this machine. */
export function ffmpegProgram(context: Mocha.Context): string {
	return packagedFfmpeg() ?? systemProgram(context, "ffmpeg");
}

/** The binary in npm's package, if there is one for this machine. */
export function packagedFfmpeg(): string | undefined {
	let packaged;
	try {
		packaged = createRequire(import.meta.url).resolve(
			`@ffmpeg-installer/${process.platform}-${process.arch}/ffmpeg`,
		);
	} catch {
		return undefined;
	}
	// The package's install script would do it, but such scripts do not run.
	if (!executable(packaged)) chmodSync(packaged, 0o755);
	return packaged;
}

export interface Decoded {
	/** As in "320x240". */
	readonly size: string;
	/** A hash of each frame's pixels. */
	readonly hashes: readonly string[];
}

/**
 * Decodes the first `count` frames of the input, as strictly as ffmpeg can: every error in the container or in a JPEG
 * ends it, and its error log must be empty.
 */
export async function decode(ffmpeg: string, count: number, ...input: string[]): Promise<Decoded> {
	const { code, stdout, stderr } = await run(
		ffmpeg,
		"-nostdin",
		"-hide_banner",
		"-loglevel",
		"error",
		"-xerror",
		"-err_detect",
		"explode",
		...input,
		"-frames:v",
		String(count),
		"-f",
		"framemd5",
		"-",
	);
	assert.equal(stderr, "", "ffmpeg's error log");
	assert.equal(code, 0, "ffmpeg's exit code");
	const lines = stdout.toString("latin1").trim().split("\n");
	return {
		size: /^#dimensions 0: (\d+x\d+)$/m.exec(lines.join("\n"))?.[1] ?? "",
		hashes: lines
			.filter((line) => !line.startsWith("#"))
			.map((line) => line.slice(line.lastIndexOf(",") + 1).trim()),
	};
}
