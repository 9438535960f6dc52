import { readFile } from "node:fs/promises";
import { watchWithMotion } from "../../support/motion.ts";
import { type Consumer, FRAME_COUNT, type Reading } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { installed, programPath, versionOf } from "../program.ts";
import { withFolder } from "../written-files.ts";

const read: Reading = ({ url, signal }) =>
	withFolder(undefined, async (folder) => {
		const address = url.replace(/^http:/, "mjpeg:");
		// The last file may not be complete yet.
		const files = await watchWithMotion(address, folder, (count) => count > FRAME_COUNT, signal);
		return await seenOf(await Promise.all(files.slice(0, FRAME_COUNT).map((file) => readFile(file))));
	});

export const MOTION: Consumer = {
	name: "motion",
	what: "`netcam_url mjpeg://…`, its own reader, with HTTP/1.0, or `rtsp://…`; each picture is written to a file",
	reads: {
		stream: read,
		rtsp: read,
	},
	from: "Debian",
	debian: ["motion"],
	installed: installed("motion"),
	version: () => versionOf(programPath("motion"), ["-h"]),
};
