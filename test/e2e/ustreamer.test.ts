import { assert } from "chai";
import { Simulator } from "../support/simulator.ts";
import { parseParts, type RawPart } from "../support/tools-http.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

describe("uStreamer's clients", () => {
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["--fps", "50"]);
	});

	after(() => simulator.stop());

	/** Watches until there are count parts; `meanwhile` receives the response before it ends. */
	async function watch(
		target: string,
		count: number,
		meanwhile?: (response: Response) => Promise<void>,
	): Promise<RawPart[]> {
		const response = await fetch(simulator.url + target);
		const boundary = response.headers.get("content-type")!.split("boundary=")[1];
		const reader = response.body!.getReader();
		let body = Buffer.alloc(0);
		let parts: RawPart[] = [];
		while (parts.length < count) {
			const { value } = await reader.read();
			body = Buffer.concat([body, value!]);
			if (body.length > boundary.length + 4) parts = parseParts(body, boundary);
		}
		await meanwhile?.(response);
		await reader.cancel();
		return parts;
	}

	it("get X-UStreamer-* with each part if they ask for extra_headers", async () => {
		const parts = await watch("/stream?extra_headers=1", 20);
		let last = 0;
		for (const { fields, body } of parts) {
			assert.equal(await decodeJpeg(body), "320x240");
			assert.equal(fields.get("content-length"), String(body.length));
			assert.deepInclude(Object.fromEntries(fields), {
				"x-ustreamer-online": "true",
				"x-ustreamer-width": "320",
				"x-ustreamer-height": "240",
			});
			const [begin, end, send, latency] = ["grab-begin-time", "grab-end-time", "send-time", "latency"].map(
				(name) => Number(fields.get(`x-ustreamer-${name}`)),
			);
			assert.isAbove(begin, last);
			assert.isAtLeast(end, begin);
			assert.isAtLeast(send, end);
			assert.approximately(latency, send - begin, 2e-6);
			assert.equal(Number(fields.get("x-timestamp")), send);
			last = begin!;
		}
	});

	it("get each picture with the next one's fields if they ask for advance_headers", async () => {
		for (const { fields, body } of await watch("/stream?advance_headers=1", 20)) {
			assert.deepEqual([...fields.keys()], ["content-type", "x-timestamp"]);
			assert.equal(await decodeJpeg(body), "320x240");
		}
	});

	it("find themselves in /state by their cookie, as PiKVM's page does", async () => {
		await watch("/stream?key=Zq3", 20, async ({ headers }) => {
			const [, id] = /^stream_client=Zq3\/(\w+); /.exec(headers.get("set-cookie")!)!;
			const { result } = (await (await fetch(`${simulator.url}/state`)).json()) as {
				result: {
					source: { online: boolean };
					stream: { clients_stat: Record<string, { fps: number; key: string }> };
				};
			};
			assert.isTrue(result.source.online);
			assert.equal(result.stream.clients_stat[id].key, "Zq3");
			assert.isAbove(result.stream.clients_stat[id].fps, 0);
		});
	});

	it("get the fields of a snapshot that PiKVM's client reads", async () => {
		const response = await fetch(`${simulator.url}/snapshot`);
		const { headers } = response;
		assert.equal(await decodeJpeg(Buffer.from(await response.arrayBuffer())), "320x240");
		assert.deepEqual(
			["online", "width", "height"].map((name) => headers.get(`x-ustreamer-${name}`)),
			["true", "320", "240"],
		);
	});
});
