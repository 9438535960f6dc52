import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { hasParts, jpegsOnWire, seenOf, seenOfBitmap } from "../pictures.ts";
import { installed, output, programPath, type RunOptions, versionOf } from "../program.ts";
import { firstEvents } from "../server-sent-events.ts";
import { metricsOf } from "../prometheus-text.ts";

function curlOf(url: string, options: RunOptions, ...args: string[]): Promise<Buffer> {
	return output(programPath("curl"), ["--disable", "--silent", "--show-error", "--fail", ...args, url], options);
}

export const CURL: Consumer = {
	name: "curl",
	what: "`curl --fail URL`; each part of a stream must have the length of its Content-Length",
	reads: {
		async stream({ url, signal }) {
			const until = (bytes: Buffer) => hasParts(bytes, FRAME_COUNT);
			return seenOf(
				jpegsOnWire(await curlOf(url, { signal, until }, "--include", "--raw", "--no-buffer")).slice(
					0,
					FRAME_COUNT,
				),
			);
		},
		snapshot: async ({ url, signal }) => seenOf([await curlOf(url, { signal })]),
		bitmap: async ({ url, signal }) => seenOfBitmap(await curlOf(url, { signal })),
		json: async ({ url, signal }) => ({ json: JSON.parse((await curlOf(url, { signal })).toString()) as unknown }),
		async command({ url, signal }) {
			await curlOf(url, { signal });
			return {};
		},
		async events({ url, signal }) {
			const until = (bytes: Buffer) => "controls" in firstEvents(bytes.toString());
			return { events: firstEvents((await curlOf(url, { signal, until }, "--no-buffer")).toString()) };
		},
		metrics: async ({ url, signal }) => ({ metrics: metricsOf((await curlOf(url, { signal })).toString()) }),
	},
	from: "Debian",
	debian: ["curl"],
	installed: installed("curl"),
	version: () => versionOf(programPath("curl"), ["--version"]),
};
