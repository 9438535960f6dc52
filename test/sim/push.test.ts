import { assert } from "chai";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { printed, programs } from "../support/program.ts";
import type { PushState } from "../../src/extras/push/pusher.ts";
import { slow, type Simulator } from "../support/simulator.ts";

interface Upload {
	readonly jpeg: Buffer;
	readonly request: IncomingMessage;
}

/** A server that accepts uploads, as people write it. */
class Uploads {
	readonly list: Upload[] = [];
	connections = 0;
	/** Milliseconds before each answer. */
	delay = 0;
	#server: Server | undefined;
	#waiting: { count: number; resolve: () => void }[] = [];

	/**
	 * Starts the server, and returns the port.
	 *
	 * @param patience Milliseconds for which a connection may be idle, which the server reports in whole seconds.
	 */
	async listen(port = 0, patience = 5_000): Promise<number> {
		this.#server = createServer((request, response) => {
			const pieces: Buffer[] = [];
			request
				.on("data", (piece: Buffer) => pieces.push(piece))
				.on("end", () => {
					this.list.push({ jpeg: Buffer.concat(pieces), request });
					setTimeout(() => response.writeHead(201).end("thanks\n"), this.delay);
					this.#waiting = this.#waiting.filter(({ count, resolve }) => this.list.length < count || resolve());
				});
		});
		this.#server.keepAliveTimeout = patience;
		this.#server.on("connection", () => this.connections++);
		this.#server.listen(port, "127.0.0.1");
		await once(this.#server, "listening");
		return (this.#server.address() as AddressInfo).port;
	}

	/** Closes it as if its process ended. */
	kill(): void {
		this.#server?.close();
		this.#server?.closeAllConnections();
	}

	until(count: number): Promise<void> {
		return new Promise((resolve) => {
			if (this.list.length >= count) resolve();
			else this.#waiting.push({ count, resolve });
		});
	}
}

/** A camera with a stream at /stream that is also pushed to an address; prints the pusher's state. */
function pushing(url: string, rate: number): string {
	return `
		import Timer from "timer";
		import Listener from "embedded:io/socket/listener";
		import TCP from "embedded:io/socket/tcp";
		import EspCamera from "yieldcam/common/camera";
		import { Camera } from "yieldcam/camera/camera";
		import { resolve } from "yieldcam/client/resolve";
		import { Response } from "yieldcam/http/response";
		import { Router } from "yieldcam/http/router";
		import { Server } from "yieldcam/http/server";
		import { MjpegStream } from "yieldcam/mjpeg/stream";
		import { Pusher } from "yieldcam/push/pusher";

		const camera = new Camera({ io: EspCamera, frameSize: "QVGA" });
		const stream = new MjpegStream(camera);
		const pusher = new Pusher({ camera, io: TCP, resolve, url: "${url}", rate: ${rate}, token: "secret" });
		const router = new Router();
		router.get("/stream", () => stream.respond());
		router.get("/captured", () => new Response(String(camera.captured)));
		router.get("/state", () => Response.json(pusher.state));
		router.get("/stop", () => {
			pusher.stop();
			return new Response("stopped\\n");
		});
		const server = new Server({ io: Listener, address: "127.0.0.1", port: 0, handler: router });
		pusher.start();
		trace("yieldcam is at http://127.0.0.1:" + server.port + "/\\n");
	`;
}

describe("push, from the simulator to a server of Node's", () => {
	// Preloaded as in a build of the manifests: evaluated when the firmware is linked, outside the heap.
	const run = programs({
		host: ["--preload", "timer,net,embedded:io/socket/tcp,embedded:io/socket/listener,yieldcam/*"],
	});
	const fps = slow ? 10 : 25;
	const rate = fps / 2;
	const uploads = new Uploads();
	let viewer: MjpegClient | undefined;

	afterEach(() => {
		viewer?.close();
		uploads.kill();
	});

	async function get(simulator: Simulator, path: string): Promise<string> {
		return (await fetch(`${simulator.url}${path}`, { headers: { Connection: "close" } })).text();
	}

	it("keeps one connection, drops what a slow server cannot read, survives a restart of the server, and leaves the stream alone", async () => {
		const port = await uploads.listen();
		const simulator = await run(pushing(`http://localhost:${port}/upload?camera=1`, rate), "--fps", String(fps));
		await printed(simulator, "yieldcam is at ");
		const state = async () => JSON.parse(await get(simulator, "/state")) as PushState;
		viewer = new MjpegClient(simulator.url);
		await Promise.all([viewer.until(5), uploads.until(5)]);
		const seen = viewer.frames;
		const captured = Number(await get(simulator, "/captured"));

		await uploads.until(25);
		assert.equal(uploads.connections, 1);
		const { dropped, failures } = await state();
		assert.equal(failures, 0);

		uploads.delay = 3_000 / rate;
		await uploads.until(30);
		assert.isAtLeast((await state()).dropped - dropped, 5, "two of three are dropped");
		assert.equal(uploads.connections, 1);
		uploads.delay = 0;

		uploads.kill();
		await simulator.until(() => simulator.output.includes("next attempt in 1 s"), "it fails");
		const count = uploads.list.length;
		await uploads.listen(port);
		await uploads.until(count + 10);
		await printed(simulator, "push: works again");
		assert.equal(uploads.connections, 2);
		assert.isUndefined((await state()).error);

		for (const { jpeg, request } of uploads.list) {
			assert.equal(jpeg.readUInt16BE(0), 0xffd8);
			assert.equal(jpeg.readUInt16BE(jpeg.length - 2), 0xffd9);
			assert.equal(jpeg.length, Number(request.headers["content-length"]));
			assert.equal(request.url, "/upload?camera=1");
			assert.equal(request.headers["content-type"], "image/jpeg");
			assert.equal(request.headers.authorization, "Bearer secret");
			assert.equal(request.headers.host, `localhost:${port}`);
		}
		const times = uploads.list.map(({ request }) => Number(request.headers["x-timestamp"]));
		assert.deepEqual(
			times,
			[...new Set(times)].sort((a, b) => a - b),
			"each once, in order",
		);

		const capturedMeanwhile = Number(await get(simulator, "/captured")) - captured;
		assert.isUndefined(viewer.fault);
		assert.isAtLeast(viewer.frames - seen, capturedMeanwhile * 0.97, "the viewer gets the full rate");

		await get(simulator, "/stop");
		viewer.close();
		await simulator.idle(200);
	}).timeout(60_000);

	it("keeps one connection at one frame in six seconds, as far as the server does", async () => {
		uploads.connections = uploads.list.length = 0;
		const port = await uploads.listen(0, 8_000);
		await run(pushing(`http://127.0.0.1:${port}/upload`, 1 / 6));
		await uploads.until(2);
		assert.equal(uploads.connections, 1);
	}).timeout(60_000);
});
