import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import type { Memory } from "yieldcam/state/memory";
import type { System } from "yieldcam/state/state";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

const HEAP = { slots: { used: 2_000, size: 4_928 }, chunks: { used: 30_000, size: 78_848 } };
const MEMORY: Memory = {
	heap: HEAP,
	internal: { size: 327_680, free: 90_000, minimumFree: 61_000 },
	psram: { size: 8_388_608, free: 5_000_000, minimumFree: 4_000_000 },
};

/** The firmware with viewers who have watched for some seconds, at 20 frames per second. */
async function watched(viewers: number, system: System = {}): Promise<Served> {
	const { router } = new App(new Camera({ io: FakeOv2640 }), { system });
	const served = serve(router, { window: 1_000_000 });
	for (let i = 0; i < viewers; i++) served.connect().send(head("GET /stream HTTP/1.1"));
	await served.network.settle();
	for (let i = 0; i < 100; i++) {
		FakeOv2640.last.capture(1_000_000 + i * 50_000);
		await served.network.settle();
	}
	return served;
}

async function json(served: Served, path: string): Promise<any> {
	return JSON.parse(contentOf(await served.ask(head(`GET ${path} HTTP/1.1`))));
}

describe("/api/state", () => {
	it("reports the camera, and each viewer's part", async () => {
		const state = await json(await watched(2, { rssi: -61, restart: "watchdog" }), "/api/state");
		assert.deepInclude(state, {
			sensor: "OV2640",
			resolution: { width: 320, height: 240 },
			uptime: 5.95,
			rssi: -61,
			restart: "watchdog",
		});
		assert.deepEqual(state.captured, { frames: 100, fps: 20, dropped: 0 });
		assert.deepEqual(state.sent, { fps: 40 });
		assert.lengthOf(state.viewers, 2);
		for (const viewer of state.viewers) {
			assert.isString(viewer.address);
			assert.deepInclude(viewer, { fps: 20, sent: 100, skipped: 0 });
		}
	});

	it("counts the frames that a viewer skipped", async () => {
		const { router } = new App(new Camera({ io: FakeOv2640 }));
		const served = serve(router);
		const viewer = served.connect().send(head("GET /stream HTTP/1.1"));
		await served.network.settle();
		FakeOv2640.last.frameLength = 4_000;
		viewer.pause();
		for (let i = 1; i <= 10; i++) {
			FakeOv2640.last.capture(i * 50_000);
			await served.network.settle();
		}
		const {
			viewers: [{ sent, skipped }],
		} = await json(served, "/api/state");
		assert.isBelow(sent, 10);
		assert.equal(sent + skipped, 10);
	});

	it("reports the memory that the host knows, as it is now", async () => {
		let known: Memory | undefined;
		const served = await watched(0, {
			get memory() {
				return known;
			},
		});
		assert.notProperty(await json(served, "/api/state"), "memory");
		known = { heap: HEAP, internal: undefined };
		assert.deepEqual((await json(served, "/api/state")).memory, { heap: HEAP });
		known = MEMORY;
		assert.deepEqual((await json(served, "/api/state")).memory, MEMORY);
	});

	it("reports why there are no frames", async () => {
		const served = await watched(1);
		FakeOv2640.last.options.onError("the camera gives no frames");
		assert.equal((await json(served, "/api/state")).fault, "the camera gives no frames");
	});
});

describe("/metrics", () => {
	it("is the state in Prometheus's text format", async () => {
		const response = await (await watched(1, { rssi: -61 })).ask(head("GET /metrics HTTP/1.1"));
		assert.match(response, /\r\nContent-Type: text\/plain; version=0\.0\.4; charset=utf-8\r\n/);
		const lines = contentOf(response).trimEnd().split("\n");
		for (const expected of [
			"yieldcam_frames_captured_total 100",
			"yieldcam_capture_fps 20",
			"yieldcam_viewers 1",
			"yieldcam_sent_fps 20",
			"yieldcam_up 1",
			"yieldcam_uptime_seconds 5.95",
			"yieldcam_wifi_rssi_dbm -61",
		])
			assert.include(lines, expected);
		for (const line of lines) assert.match(line, /^(# (HELP|TYPE) )?yieldcam_[a-z_]+ \S/);
	});

	it("has the memory, each kind with a label", async () => {
		const lines = contentOf(await (await watched(0, { memory: MEMORY })).ask(head("GET /metrics HTTP/1.1")))
			.trimEnd()
			.split("\n");
		assert.deepEqual(
			lines.filter((line) => /^yieldcam_(heap|memory)/.test(line)),
			[
				"yieldcam_heap_used_slots 2000",
				"yieldcam_heap_size_slots 4928",
				"yieldcam_heap_used_chunk_bytes 30000",
				"yieldcam_heap_size_chunk_bytes 78848",
				`yieldcam_memory_size_bytes{kind="internal"} 327680`,
				`yieldcam_memory_size_bytes{kind="psram"} 8388608`,
				`yieldcam_memory_free_bytes{kind="internal"} 90000`,
				`yieldcam_memory_free_bytes{kind="psram"} 5000000`,
				`yieldcam_memory_minimum_free_bytes{kind="internal"} 61000`,
				`yieldcam_memory_minimum_free_bytes{kind="psram"} 4000000`,
			],
		);
		// The samples of each metric are together, below its own two lines.
		for (const [index, line] of lines.entries()) {
			if (line.startsWith("# HELP ")) assert.equal(lines[index + 1].split(" ")[2], line.split(" ")[2]);
		}
		assert.equal(
			new Set(lines.filter((line) => line.startsWith("# TYPE "))).size,
			lines.filter((line) => line.startsWith("# HELP ")).length,
		);
	});

	it("leaves out memory that the host does not count", async () => {
		const lines = contentOf(
			await (await watched(0, { memory: { heap: HEAP } })).ask(head("GET /metrics HTTP/1.1")),
		).split("\n");
		assert.include(lines, "yieldcam_heap_used_slots 2000");
		assert.isFalse(lines.some((line) => line.includes("yieldcam_memory")));
	});
});

describe("pages of other hosts", () => {
	for (const path of ["/stream", "/stream?extra_headers=1", "/status", "/state", "/?action=stream"]) {
		it(`may read ${path}`, async () => {
			const { router } = new App(new Camera({ io: FakeOv2640 }));
			const response = await serve(router).ask(head(`HEAD ${path} HTTP/1.1`));
			assert.match(response, /\r\nAccess-Control-Allow-Origin: \*\r\n/);
		});
	}

	// For a page's own fields, browsers ask first. Programs against caches send Cache-Control.
	for (const path of ["/stream", "/capture", "/snapshot", "/bmp", "/status", "/state", "/?action=stream"]) {
		it(`may send fields against caches with a request for ${path}`, async () => {
			const served = serve(new App(new Camera({ io: FakeOv2640 })));
			const response = await served.ask(
				head(
					`OPTIONS ${path} HTTP/1.1`,
					"Origin: http://dashboard.example",
					"Access-Control-Request-Method: GET",
					"Access-Control-Request-Headers: cache-control",
				),
			);
			assert.match(response, /^HTTP\/1\.1 204 /);
			assert.match(response, /\r\nAccess-Control-Allow-Origin: \*\r\n/);
			assert.match(response, /\r\nAccess-Control-Allow-Headers: .*Cache-Control/);
		});
	}

	it("may not read or change what is not shared", async () => {
		const { router } = new App(new Camera({ io: FakeOv2640 }));
		const served = serve(router);
		for (const request of ["GET /api/state", "GET /api/camera", "OPTIONS /api/camera"])
			assert.notMatch(await served.ask(head(`${request} HTTP/1.1`)), /Access-Control/);
	});
});
