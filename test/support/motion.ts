import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Has Debian's motion read an address (`netcam_url`) at 320x240 and 25 frames per second, and save each picture in an empty folder,
 * until there are enough. Returns the pictures' paths in order; the last may not be complete. Rejects with what it
 * reports, if it ends, or with the signal's reason.
 */
export async function watchWithMotion(
	url: string,
	folder: string,
	enough: (count: number) => boolean,
	signal?: AbortSignal,
): Promise<string[]> {
	const config = join(folder, "motion.conf"),
		log = join(folder, "motion.log");
	await writeFile(
		config,
		[
			"daemon off",
			"setup_mode off",
			"webcontrol_port 0",
			"stream_port 0",
			"movie_output off",
			`netcam_url ${url}`,
			"width 320",
			"height 240",
			"framerate 25",
			// Every picture counts as a motion, and is saved unchanged: no text in it.
			"emulate_motion on",
			"text_right",
			"picture_output on",
			"picture_filename %Y%m%d%H%M%S-%q",
			`target_dir ${folder}`,
			`log_file ${log}`,
			"log_level 5",
			"",
		].join("\n"),
	);
	const daemon = spawn("motion", ["-n", "-c", config], {
		stdio: "ignore",
		env: { ...process.env, no_proxy: "*", NO_PROXY: "*" },
	});
	const closed = once(daemon, "close");
	try {
		for (;;) {
			const files = (await readdir(folder)).filter((name) => name.endsWith(".jpg")).sort();
			const text = await readFile(log, "utf8").catch(() => ""),
				complaint = /\[(ERR|CRT|ALR|EMG)\].*|.*camera lost.*/i.exec(text)?.[0];
			if (complaint !== undefined) throw new Error(complaint);
			if (enough(files.length)) return files.map((name) => join(folder, name));
			if (daemon.exitCode !== null) throw new Error("it ended");
			await pause(50, undefined, signal && { signal });
		}
	} finally {
		daemon.kill("SIGKILL");
		await closed;
	}
}
