import type { Consumer } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { moduleVersions, pythonWith, runPictures } from "../python.ts";

const python = pythonWith("requests");

export const OCTO_PRINT: Consumer = {
	name: "OctoPrint",
	what: "the rules of its snapshots (`plugins/classicwebcam`) with its library, requests: 5 s, `Content-Type: image/*`. Its streams are an `<img>`: see the browsers",
	reads: {
		snapshot: async ({ url, signal }) => seenOf(await runPictures(python!, "octoprint.py", [url], { signal })),
	},
	from: "Debian",
	debian: ["python3-requests"],
	installed: python !== undefined,
	version: () => moduleVersions(python!, "requests"),
};
