import { findProgram } from "../../support/tools.ts";
import { packagedFfmpeg } from "../../support/ffmpeg.ts";
import { type Consumer, FRAME_COUNT, type Reading } from "../consumer.ts";
import { output, versionText } from "../program.ts";

const program = packagedFfmpeg() ?? findProgram("ffmpeg");

/** Decodes with every error fatal, and counts the decoded frames. */
function decode(count: number, ...input: string[]): Reading {
	return async ({ url, signal }) => {
		const text = (
			await output(
				program!,
				[
					"-nostdin",
					"-hide_banner",
					"-loglevel",
					"error",
					"-xerror",
					"-err_detect",
					"explode",
					...input,
					"-i",
					url,
					"-frames:v",
					String(count),
					"-f",
					"framemd5",
					"-",
				],
				{ signal },
			)
		).toString("latin1");
		return {
			frames: text
				.trim()
				.split("\n")
				.filter((line) => !line.startsWith("#")).length,
			size: /^#dimensions 0: (\d+x\d+)$/m.exec(text)?.[1] ?? "none",
		};
	};
}

const COMMON = {
	installed: program !== undefined,
	from: "npm" as const,
	debian: ["ffmpeg"],
	version: async () => /version (\S+)/.exec(await versionText(program!, ["-version"]))![1],
};

/** Detects the format itself, as people use it. */
export const FFMPEG: Consumer = {
	...COMMON,
	name: "ffmpeg",
	what: "`ffmpeg -i URL`, which detects the format, and takes RTSP by UDP; it stops at any error in the container or in a JPEG",
	reads: { stream: decode(FRAME_COUNT), rtsp: decode(FRAME_COUNT), snapshot: decode(2), bitmap: decode(2) },
};

/** Told that it is MIME multipart, with only the boundary of the Content-Type. */
export const STRICT_FFMPEG: Consumer = {
	...COMMON,
	name: "ffmpeg, strict",
	what: "`ffmpeg -f mpjpeg -strict_mime_boundary 1 -i URL`, which takes the boundary literally",
	reads: { stream: decode(FRAME_COUNT, "-f", "mpjpeg", "-strict_mime_boundary", "1") },
};
