import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { moduleVersions, pythonWith, runPictures, runScript } from "../python.ts";

const python = pythonWith("aiohttp");
const SCRIPT = "pikvm.py";

export const PI_KVM: Consumer = {
	name: "PiKVM",
	what: "the rules of its uStreamer client (`kvmd/clients/streamer.py`) with its library, aiohttp: `X-UStreamer-*` of each picture",
	reads: {
		stream: async ({ url, signal }) =>
			seenOf(await runPictures(python!, SCRIPT, ["stream", url, String(FRAME_COUNT)], { signal })),
		snapshot: async ({ url, signal }) =>
			seenOf(await runPictures(python!, SCRIPT, ["snapshot", url, "1"], { signal })),
		json: async ({ url, signal }) => ({ json: await runScript(python!, SCRIPT, ["json", url, "1"], { signal }) }),
	},
	only: ["/stream?extra_headers=1", "/snapshot", "/state"],
	from: "Debian",
	debian: ["python3-aiohttp"],
	installed: python !== undefined,
	version: () => moduleVersions(python!, "aiohttp"),
};
