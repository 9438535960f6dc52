import { readFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { hasParts, jpegsOnWire, seenOf, seenOfBitmap } from "../pictures.ts";
import { installed, output, programPath, type RunOptions, versionOf } from "../program.ts";

function wgetOf(url: string, options: RunOptions, ...args: string[]): Promise<Buffer> {
	return output(
		programPath("wget"),
		["--no-config", "--quiet", "--tries=1", "--output-document=-", ...args, url],
		options,
	);
}

export const WGET: Consumer = {
	name: "wget, and moonraker-timelapse",
	what: "`wget URL -O -`; snapshots with moonraker-timelapse's command (`component/timelapse.py`): `wget URL -O FILE`, 2 s",
	reads: {
		async stream({ url, signal }) {
			const until = (bytes: Buffer) => hasParts(bytes, FRAME_COUNT);
			return seenOf(jpegsOnWire(await wgetOf(url, { signal, until }, "--save-headers")).slice(0, FRAME_COUNT));
		},
		async snapshot({ url, signal }) {
			const folder = await mkdtemp(join(tmpdir(), "yieldcam-wget-"));
			try {
				const file = join(folder, "frame000001.jpg");
				await output(programPath("wget"), [url, "-O", file], {
					signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
				});
				return await seenOf([await readFile(file)]);
			} finally {
				await rm(folder, { recursive: true });
			}
		},
		bitmap: async ({ url, signal }) => seenOfBitmap(await wgetOf(url, { signal })),
		json: async ({ url, signal }) => ({ json: JSON.parse((await wgetOf(url, { signal })).toString()) as unknown }),
		async command({ url, signal }) {
			await wgetOf(url, { signal });
			return {};
		},
	},
	from: "Debian",
	debian: ["wget"],
	installed: installed("wget"),
	version: () => versionOf(programPath("wget"), ["--version"]),
};
