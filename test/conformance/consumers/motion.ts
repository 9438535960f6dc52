import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Consumer, FRAME_COUNT, type Reading } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { installed, output, programPath, versionOf } from "../program.ts";
import { filesWritten, withFolder } from "../written-files.ts";

const read: Reading = ({ url, signal }) =>
	withFolder(undefined, async (folder) => {
		const config = join(folder, "motion.conf");
		await writeFile(
			config,
			[
				"daemon off",
				"setup_mode off",
				"webcontrol_port 0",
				"stream_port 0",
				"movie_output off",
				`netcam_url ${url.replace(/^http:/, "mjpeg:")}`,
				"width 320",
				"height 240",
				"framerate 25",
				// Every picture counts as a motion, and is saved unchanged: no text in it.
				"emulate_motion on",
				"text_right",
				"picture_output on",
				"picture_filename %Y%m%d%H%M%S-%q",
				`target_dir ${folder}`,
				`log_file ${join(folder, "motion.log")}`,
				"log_level 5",
				"",
			].join("\n"),
		);
		const end = new AbortController();
		const daemon = output(programPath("motion"), ["-n", "-c", config], {
			signal: AbortSignal.any([signal, end.signal]),
		});
		try {
			const files = await Promise.race([
				daemon.then(() => {
					throw new Error("it ended");
				}),
				filesWritten(folder, ".jpg", FRAME_COUNT, signal),
			]);
			const log = await readFile(join(folder, "motion.log"), "utf8");
			const complaint = /\[(ERR|CRT|ALR|EMG)\].*|.*camera lost.*/i.exec(log)?.[0];
			if (complaint !== undefined) throw new Error(complaint);
			return await seenOf(await Promise.all(files.map((file) => readFile(file))));
		} finally {
			end.abort();
			await daemon.catch(() => {});
		}
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
