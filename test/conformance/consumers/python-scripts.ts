import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { seenOf, seenOfBitmap } from "../pictures.ts";
import { moduleVersions, pythonWith, runPictures, runScript } from "../python.ts";

const python = pythonWith();
const SCRIPT = "scripts.py";

export const PYTHON_SCRIPTS: Consumer = {
	name: "Python scripts",
	what: "`urllib`, which is part of Python: streams are read up to `\\xff\\xd9`, as in the snippet that everybody copies; snapshots and JSON are read whole",
	reads: {
		stream: async ({ url, signal }) =>
			seenOf(await runPictures(python!, SCRIPT, ["stream", url, String(FRAME_COUNT)], { signal })),
		snapshot: async ({ url, signal }) =>
			seenOf(await runPictures(python!, SCRIPT, ["snapshot", url, "1"], { signal })),
		async bitmap({ url, signal }) {
			const [bitmap] = await runPictures(python!, SCRIPT, ["snapshot", url, "1"], { signal });
			return seenOfBitmap(bitmap);
		},
		json: async ({ url, signal }) => ({ json: await runScript(python!, SCRIPT, ["json", url, "1"], { signal }) }),
		command: async ({ url, signal }) => {
			await runScript(python!, SCRIPT, ["command", url, "1"], { signal });
			return {};
		},
	},
	from: "Debian",
	debian: ["python3"],
	installed: python !== undefined,
	version: () => moduleVersions(python!),
};
