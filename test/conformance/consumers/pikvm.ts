import { type Consumer, frameCount } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { moduleVersions, pythonWith, runPictures, runScript } from "../python.ts";

const python = pythonWith("aiohttp");
const script = "pikvm.py";

export const piKvm: Consumer = {
	name: "PiKVM",
	what: "the rules of its uStreamer client (`kvmd/clients/streamer.py`) with its library, aiohttp: `X-UStreamer-*` of every picture",
	reads: {
		stream: async ({ url, signal }) =>
			seenOf(await runPictures(python!, script, ["stream", url, String(frameCount)], { signal })),
		snapshot: async ({ url, signal }) =>
			seenOf(await runPictures(python!, script, ["snapshot", url, "1"], { signal })),
		json: async ({ url, signal }) => ({ json: await runScript(python!, script, ["json", url, "1"], { signal }) }),
	},
	only: ["/stream?extra_headers=1", "/snapshot", "/state"],
	from: "Debian",
	debian: ["python3-aiohttp"],
	installed: python !== undefined,
	version: () => moduleVersions(python!, "aiohttp"),
};
