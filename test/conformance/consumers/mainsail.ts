import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { seenOf } from "../pictures.ts";

/** A page on another host may read it only if the response says so. */
async function fetchAcross(url: string, parameter: string, signal: AbortSignal): Promise<Response> {
	const target = new URL(url);
	target.searchParams.append(parameter, String(Date.now()));
	const response = await fetch(target, { signal, headers: { Origin: "http://mainsail.local" } });
	if (!response.ok) throw new Error(`${response.status}: ${response.statusText}`);
	if (response.headers.get("access-control-allow-origin") !== "*")
		throw new Error("the browser would not let a page of Mainsail's host read it");
	return response;
}

/** The last Content-Length among lines that may follow a JPEG's bytes. */
function lengthIn(head: string): number {
	let length = -1;
	for (const line of head.split("\n")) {
		const [name, value] = line.split(":");
		if (name.toLowerCase() === "content-length") length = Number(value);
	}
	return length;
}

/**
 * mjpegstreamer.worker.ts: a part's head is everything before ff d8, both of which must be in one block; the length in
 * it counts; and a picture is shown when the byte after it has arrived, which is dropped.
 */
async function readStream(body: ReadableStream<Uint8Array>, count: number): Promise<Buffer[]> {
	const jpegs: Buffer[] = [];
	let head = "",
		length = -1,
		read = 0;
	let picture = Buffer.alloc(0);
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) throw new Error(`the stream ended after ${jpegs.length} frames`);
			for (const [index, byte] of value.entries()) {
				if (byte === 0xff && value[index + 1] === 0xd8) {
					length = lengthIn(head);
					if (length < 0) throw new Error("RangeError: invalid array length, without a Content-Length");
					picture = Buffer.alloc(length);
				}
				if (length <= 0) head += String.fromCharCode(byte);
				else if (read < length) picture[read++] = byte;
				else {
					jpegs.push(picture);
					if (jpegs.length === count) return jpegs;
					length = read = 0;
					head = "";
				}
			}
		}
	} finally {
		await reader.cancel();
	}
}

export const MAINSAIL: Consumer = {
	name: "Mainsail",
	what: "the rules of its MJPEG streamer (`mjpegstreamer.worker.ts`) and, for snapshots, of its adaptive one: fetched again and again with `bypassCache` added, readable for pages of another host",
	reads: {
		async stream({ url, signal }) {
			const response = await fetchAcross(url, "timestamp", signal);
			return seenOf(await readStream(response.body!, FRAME_COUNT));
		},
		async snapshot({ url, signal }) {
			const jpegs: Buffer[] = [];
			while (jpegs.length < FRAME_COUNT)
				jpegs.push(Buffer.from(await (await fetchAcross(url, "bypassCache", signal)).arrayBuffer()));
			return seenOf(jpegs);
		},
	},
	from: "these tests",
	installed: true,
	version: async () => "rules of df0ef3e34",
};
