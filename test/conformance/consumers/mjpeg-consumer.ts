import { createRequire } from "node:module";
import { get, type IncomingMessage } from "node:http";
import MjpegConsumer from "mjpeg-consumer";
import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { seenOf } from "../pictures.ts";

export const MJPEG_CONSUMER: Consumer = {
	name: "npm's mjpeg-consumer",
	what: "Node's `http.get(URL)`, piped into it",
	reads: {
		async stream({ url, signal }) {
			const response = await new Promise<IncomingMessage>((resolve, reject) => {
				get(url, { signal }, resolve).on("error", reject);
			});
			// It may emit a picture once more when the next one begins, so only different ones count.
			const different = new Map<string, Buffer>();
			try {
				for await (const jpeg of response.pipe(new MjpegConsumer()) as AsyncIterable<Buffer>) {
					different.set(jpeg.toString("base64"), jpeg);
					if (different.size === FRAME_COUNT) break;
				}
			} finally {
				response.destroy();
			}
			return seenOf([...different.values()]);
		},
	},
	from: "npm",
	installed: true,
	version: async () => (createRequire(import.meta.url)("mjpeg-consumer/package.json") as { version: string }).version,
};
