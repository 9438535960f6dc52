import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { jpegsOf, seenOf } from "../pictures.ts";
import { moduleVersions, pythonWith, runScript } from "../python.ts";

const python = pythonWith("aiohttp");

interface Printed {
	readonly type: string;
	/** In Base64. */
	readonly proxied: string;
	readonly picture: string;
}

export const HOME_ASSISTANT: Consumer = {
	name: "Home Assistant",
	what: "the rules of its MJPEG camera (`components/mjpeg/camera.py`) with its library, aiohttp: the stream through a proxy, a picture taken from it, `still_image_url`",
	reads: {
		async stream({ url, signal }) {
			const { type, proxied, picture } = (await runScript(
				python!,
				"home_assistant.py",
				["stream", url, String(FRAME_COUNT)],
				{ signal },
			)) as Printed;
			await seenOf([Buffer.from(picture, "base64")]);
			return seenOf(jpegsOf(type, Buffer.from(proxied, "base64")).slice(0, FRAME_COUNT));
		},
		async snapshot({ url, signal }) {
			const { picture } = (await runScript(python!, "home_assistant.py", ["snapshot", url, "1"], {
				signal,
			})) as Printed;
			return seenOf([Buffer.from(picture, "base64")]);
		},
	},
	from: "Debian",
	debian: ["python3-aiohttp"],
	installed: python !== undefined,
	version: () => moduleVersions(python!, "aiohttp"),
};
