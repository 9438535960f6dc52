import { Agent, get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Consumer, FRAME_COUNT, type Visit } from "../consumer.ts";
import { readAsGo2rtc } from "../../support/go2rtc-rtsp.ts";
import { seenOf } from "../pictures.ts";
import { ByteReader } from "../../support/byte-reader.ts";

function request(url: string, agent: Agent, signal: AbortSignal): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		get(url, { agent, signal }, resolve).on("error", reject);
	});
}

/** go2rtc's choice of a reader (internal/http/http.go): by the Content-Type without its parameters. */
async function opened({ url, signal }: Visit, agent: Agent, type: string): Promise<IncomingMessage> {
	const response = await request(url, agent, signal);
	if (response.statusCode !== 200) throw new Error(`unexpected status ${response.statusCode}`);
	const [given] = (response.headers["content-type"] ?? "").split(";");
	if (given !== type) throw new Error(`unexpected Content-Type ${given}`);
	return response;
}

/** pkg/mpjpeg/multipart.go, Next: a line with two hyphens, a header with a length, and that many bytes. */
async function nextPart(reader: ByteReader): Promise<Buffer> {
	for (;;) {
		const line = await reader.readLine();
		if (line === "\r\n") continue;
		if (!line.startsWith("--")) throw new Error(`multipart: wrong boundary: ${line}`);
		if ((await reader.peek(2)) !== "--") break;
	}
	let length: number | undefined;
	for (;;) {
		const line = (await reader.readLine()).trimEnd();
		if (line === "") break;
		const colon = line.indexOf(":");
		if (colon <= 0) throw new Error(`malformed MIME header line: ${line}`);
		if (line.slice(0, colon).toLowerCase() === "content-length") length = Number(line.slice(colon + 1).trim());
	}
	if (length === undefined || !Number.isInteger(length)) throw new Error("multipart: no content length");
	return reader.read(length);
}

export const GO2RTC: Consumer = {
	name: "go2rtc, Frigate",
	what: "go2rtc's rules for `multipart/x-mixed-replace` (`pkg/mpjpeg`) and for `image/jpeg`, fetched again and again over one connection (`pkg/image`); for RTSP over TCP (`pkg/rtsp`, `pkg/mjpeg`)",
	reads: {
		async stream(visit) {
			const agent = new Agent();
			const response = await opened(visit, agent, "multipart/x-mixed-replace");
			try {
				const reader = new ByteReader(response);
				const jpegs: Buffer[] = [];
				while (jpegs.length < FRAME_COUNT) jpegs.push(await nextPart(reader));
				return await seenOf(jpegs);
			} finally {
				response.destroy();
			}
		},
		async rtsp({ url, signal }) {
			return seenOf((await readAsGo2rtc(url, { count: FRAME_COUNT, signal })).jpegs);
		},
		async snapshot(visit) {
			const agent = new Agent({ keepAlive: true, maxSockets: 1 });
			try {
				const jpegs = [await buffer(await opened(visit, agent, "image/jpeg"))];
				while (jpegs.length < FRAME_COUNT) {
					const response = await request(visit.url, agent, visit.signal);
					if (response.statusCode !== 200) throw new Error(`wrong status: ${response.statusCode}`);
					jpegs.push(await buffer(response));
				}
				return await seenOf(jpegs);
			} finally {
				agent.destroy();
			}
		},
	},
	from: "these tests",
	installed: true,
	version: async () => "rules of dc1685e9",
};
