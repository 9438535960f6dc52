import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { installed, output, programPath, versionOf } from "../program.ts";
import { filesWritten, withFolder } from "../written-files.ts";

/** VLC does not run as root: there it runs as nobody. */
const user = process.getuid?.() === 0 ? 65534 : undefined;

export const VLC: Consumer = {
	name: "VLC",
	what: "`cvlc URL`; each picture that it shows is written to a file",
	reads: {
		stream: ({ url, signal }) =>
			withFolder(user, async (folder) => {
				const log = join(folder, "log");
				const end = new AbortController();
				const player = output(
					programPath("vlc"),
					[
						"--intf",
						"dummy",
						"--no-audio",
						"--vout",
						"dummy",
						"--no-loop",
						"--file-logging",
						"--logfile",
						log,
						"--log-verbose",
						"2",
						"--video-filter",
						"scene",
						"--scene-ratio",
						"1",
						"--scene-format",
						"png",
						"--scene-path",
						folder,
						url,
						"vlc://quit",
					],
					{ signal: AbortSignal.any([signal, end.signal]), user, home: folder },
				);
				try {
					const files = await Promise.race([
						player.then((said) => {
							throw new Error(`it ended: ${said.toString()}`);
						}),
						filesWritten(folder, ".png", FRAME_COUNT, signal),
					]);
					// The pictures in the files have the decoder's padding; their visible size is in its log.
					const sizes = [
						...(await readFile(log, "utf8")).matchAll(/original format sz \S+ of \S+ vsz (\d+x\d+)/g),
					];
					return { frames: files.length, size: sizes.at(-1)?.[1] ?? "none" };
				} finally {
					end.abort();
					await player.catch(() => {});
				}
			}),
	},
	from: "Debian",
	debian: ["vlc-bin", "vlc-plugin-base"],
	installed: installed("vlc"),
	version: () => versionOf(programPath("vlc"), ["--version"], user),
};
