import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import type { Client } from "../support/memory-io.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";
import { plainBoundary } from "../support/plain-boundary.ts";

interface Board extends Served {
	/** Starts watching. */
	watch(target: string): Promise<Client>;
	/** A frame whose capture began at the first time, and which was complete at the second; in microseconds. */
	capture(began: number, whole?: number): Promise<void>;
	json(target: string): Promise<any>;
}

function board(): Board {
	const { router } = new App(new Camera({ io: FakeOv2640 }));
	const served = serve(router, { window: 1_000_000 });
	const { network, connect, ask } = served;
	FakeOv2640.last.frameLength = 5;
	return {
		...served,
		async watch(target) {
			const client = connect().send(head(`GET ${target} HTTP/1.1`));
			await network.settle();
			return client;
		},
		async capture(began, whole = began) {
			FakeOv2640.last.now = whole;
			FakeOv2640.last.capture(began);
			await network.settle();
		},
		json: async (target) => JSON.parse(contentOf(await ask(head(`GET ${target} HTTP/1.1`)))),
	};
}

/** One character per byte, since JPEG is not UTF-8. */
function textOf(bytes: Uint8Array): string {
	return [...bytes].map((byte) => String.fromCharCode(byte)).join("");
}

/** The data since the last time, after the response's head, with the JPEG's place marked. */
function parts(client: Client): string {
	const text = textOf(client.takeBytes());
	const content = contentOf(text.startsWith("HTTP/") ? text : `\r\n\r\n${text}`);
	return plainBoundary(content.replaceAll(/\xff\xd8\0\0[^\0]/g, "<jpeg>"));
}

const DELIMITER = "\r\n--yieldcam-frame\r\n";
const plain = `Content-Type: image/jpeg\r\nContent-Length: 5\r\nX-Timestamp: 1.000042\r\n\r\n<jpeg>${DELIMITER}`;

describe("uStreamer's /stream", () => {
	it("has the fields for extra_headers in each part, in uStreamer's order and formats", async () => {
		const { watch, capture } = board();
		const client = await watch("/stream?extra_headers=1");
		await capture(1_000_042, 1_040_000);
		const expected = (time: string, whole: string, latency: string, fps: number): string =>
			[
				"Content-Type: image/jpeg",
				"Content-Length: 5",
				`X-Timestamp: ${whole}`,
				"X-UStreamer-Online: true",
				"X-UStreamer-Dropped: 0",
				"X-UStreamer-Width: 320",
				"X-UStreamer-Height: 240",
				`X-UStreamer-Client-FPS: ${fps}`,
				`X-UStreamer-Grab-Begin-Time: ${time}`,
				`X-UStreamer-Grab-End-Time: ${whole}`,
				`X-UStreamer-Encode-Begin-Time: ${whole}`,
				`X-UStreamer-Encode-End-Time: ${whole}`,
				`X-UStreamer-Expose-Begin-Time: ${whole}`,
				`X-UStreamer-Expose-Cmp-Time: ${whole}`,
				`X-UStreamer-Expose-End-Time: ${whole}`,
				`X-UStreamer-Send-Time: ${whole}`,
				`X-UStreamer-Latency: ${latency}`,
				"",
				`<jpeg>${DELIMITER}`,
			].join("\r\n");
		assert.equal(parts(client), `--yieldcam-frame\r\n${expected("1.000042", "1.040000", "0.039958", 25)}`);
		await capture(1_080_042, 1_120_000);
		assert.equal(parts(client), expected("1.080042", "1.120000", "0.039958", 17));
	});

	it("reports how long a frame waited for its viewer, from the camera's delay", async () => {
		const { watch, capture } = board();
		await watch("/stream");
		await capture(2_000_000, 2_040_000);
		FakeOv2640.last.now = 2_500_000;
		const late = parts(await watch("/stream?extra_headers=true"));
		assert.include(late, "X-UStreamer-Grab-Begin-Time: 2.000000\r\nX-UStreamer-Grab-End-Time: 2.040000\r\n");
		assert.include(late, "X-UStreamer-Send-Time: 2.500000\r\nX-UStreamer-Latency: 0.500000\r\n");
		assert.include(late, "X-Timestamp: 2.500000\r\n");
	});

	it("sends the next part's fields in advance, without a length, for advance_headers", async () => {
		const { watch, capture } = board();
		for (const target of ["/stream?advance_headers=1", "/?action=stream&advance_headers=1&extra_headers=1"]) {
			const client = await watch(target);
			await capture(1_000_042);
			const next = "Content-Type: image/jpeg\r\nX-Timestamp: 1.000042\r\n\r\n";
			assert.equal(parts(client), `--yieldcam-frame\r\n${next}<jpeg>${DELIMITER}${next}`);
			await capture(1_050_000);
			assert.equal(parts(client), `<jpeg>${DELIMITER}${next.replace("1.000042", "1.050000")}`);
			client.finish();
		}
	});

	for (const target of [
		"/stream",
		"/stream?extra_headers=0&advance_headers=no",
		"/stream?key=abc",
		"/stream?zero_data=1&dual_final_frames=1",
	]) {
		it(`has the common fields at ${target}`, async () => {
			const { watch, capture } = board();
			const client = await watch(target);
			await capture(1_000_042);
			assert.equal(parts(client), `--yieldcam-frame\r\n${plain}`);
			await capture(1_000_042);
			assert.equal(parts(client), plain);
		});
	}

	it("reports to a viewer that gives a key which of the clients it is", async () => {
		const { watch, capture } = board();
		const others = [await watch("/stream"), await watch("/stream?extra_headers=1")];
		const client = await watch("/stream?key=a%2Fb%3B%0D%0Ac");
		await capture(1_000_000);
		for (const { received } of others) assert.notInclude(textOf(received), "Set-Cookie");
		assert.match(
			textOf(client.received),
			/\r\nSet-Cookie: stream_client=a%2Fb%3B%0D%0Ac\/3; path=\/; max-age=30\r\n/,
		);
	});
});

describe("a key at uStreamer's /stream", () => {
	for (const [length, status] of [
		[64, 200],
		[65, 400],
	] as const) {
		it(`of ${length} characters is answered with ${status}`, async () => {
			const { watch } = board();
			const { text } = await watch(`/stream?key=${"k".repeat(length)}`);
			assert.equal(Number(text.split(" ")[1]), status);
			assert.equal(FakeOv2640.last.running, status === 200, "a refused viewer does not watch");
		});
	}
});

describe("uStreamer's /state", () => {
	it("has the fields that its clients read", async () => {
		const { watch, capture, json } = board();
		const leaving = await watch("/stream");
		await watch("/stream?key=abc&advance_headers=1");
		await watch("/stream?extra_headers=1");
		leaving.finish();
		for (let i = 0; i < 100; i++) await capture(1_000_000 + i * 50_000);
		assert.deepEqual(await json("/state"), {
			ok: true,
			result: {
				instance_id: "",
				encoder: { type: "HW", quality: 12 },
				source: { resolution: { width: 320, height: 240 }, online: true, desired_fps: 0, captured_fps: 20 },
				stream: {
					queued_fps: 20,
					clients: 2,
					clients_stat: {
						2: {
							fps: 20,
							extra_headers: false,
							advance_headers: true,
							dual_final_frames: false,
							zero_data: false,
							key: "abc",
						},
						3: {
							fps: 20,
							extra_headers: true,
							advance_headers: false,
							dual_final_frames: false,
							zero_data: false,
							key: "0",
						},
					},
				},
			},
		});
	});

	it("is available before the first frame, and while the camera restarts", async () => {
		const { json, watch } = board();
		await watch("/stream");
		FakeOv2640.last.restarting = true;
		const { ok, result } = await json("/state");
		assert.isTrue(ok);
		assert.deepEqual(result.source.resolution, { width: 0, height: 0 });
		assert.equal(result.encoder.quality, 0);
		assert.deepInclude(result.stream.clients_stat[1], { fps: 0, key: "0" });
	});

	it("reports when there is no picture", async () => {
		const { json, watch } = board();
		await watch("/stream");
		FakeOv2640.last.options.onError("the camera gives no frames");
		assert.isFalse((await json("/state")).result.source.online);
	});
});

describe("uStreamer's /snapshot", () => {
	it("has uStreamer's fields, which PiKVM's client insists on", async () => {
		const { connect, network, capture } = board();
		const client = connect().send(head("GET /snapshot HTTP/1.1"));
		await capture(1_000_042, 1_040_000);
		await network.settle();
		const text = textOf(client.received);
		for (const line of [
			"Content-Type: image/jpeg",
			"Content-Length: 5",
			"X-Timestamp: 1.040000",
			"X-UStreamer-Online: true",
			"X-UStreamer-Width: 320",
			"X-UStreamer-Height: 240",
			"X-UStreamer-Grab-Begin-Timestamp: 1.000042",
			"X-UStreamer-Grab-End-Timestamp: 1.040000",
			"X-UStreamer-Encode-Begin-Timestamp: 1.040000",
			"X-UStreamer-Encode-End-Timestamp: 1.040000",
			"X-UStreamer-Send-Timestamp: 1.040000",
			"Access-Control-Allow-Origin: *",
		])
			assert.include(text, `\r\n${line}\r\n`);
		assert.equal(FakeOv2640.last.lent, 0);
	});

	it("reports why there is no picture", async () => {
		const { connect, network } = board();
		const client = connect().send(head("GET /snapshot HTTP/1.1"));
		FakeOv2640.last.options.onError("the camera gives no frames");
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 .*the camera gives no frames\n$/s);
	});
});

describe("a picture that a client asks for and does not wait for", () => {
	for (const target of ["/snapshot", "/?action=snapshot", "/capture"]) {
		it(`keeps no other client waiting: ${target}`, async () => {
			const { connect, network, log } = board();
			const client = connect().send(head(`GET ${target} HTTP/1.1`));
			await network.settle();
			assert.isTrue(FakeOv2640.last.running);
			client.finish();
			await network.settle();
			assert.isFalse(FakeOv2640.last.running);
			assert.deepEqual(log, []);
		});
	}
});

describe("mjpg-streamer's addresses", () => {
	it("may name the camera: the first is 0", async () => {
		const { watch, capture, connect, network } = board();
		const stream = await watch("/?action=stream_0");
		const snapshot = connect().send(head("GET /?action=snapshot_0 HTTP/1.1"));
		await capture(1_000_042);
		await network.settle();
		assert.equal(parts(stream), `--yieldcam-frame\r\n${plain}`);
		assert.equal(parts(snapshot), "<jpeg>");
	});

	it("take what a dashboard appends blindly, such as a question mark and a time", async () => {
		const { watch, capture, connect, network } = board();
		const stream = await watch("/?action=stream?nonce=1"),
			snapshot = connect().send(head("GET /?action=snapshot?_=1700000000&x=y HTTP/1.1"));
		await capture(1_000_042);
		await network.settle();
		assert.equal(parts(stream), `--yieldcam-frame\r\n${plain}`);
		assert.equal(parts(snapshot), "<jpeg>");
		assert.match(await board().ask(head("GET /?action=?x HTTP/1.1")), /^HTTP\/1\.1 400 /);
	});

	for (const action of ["stream_1", "snapshot_1", "take", ""]) {
		it(`have no action "${action}"`, async () => {
			assert.match(
				await board().ask(head(`GET /?action=${action} HTTP/1.1`)),
				/^HTTP\/1\.1 400 .*action must be stream or snapshot\n$/s,
			);
		});
	}
});
