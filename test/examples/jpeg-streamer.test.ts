import { assert } from "chai";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { freePort } from "../support/free-port.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { printed, programs } from "../support/program.ts";
import { Simulator } from "../support/simulator.ts";

describe("the example jpeg-streamer", function () {
	this.timeout(60_000);
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/jpeg-streamer"]);
	});

	after(() => simulator?.stop());

	it("is decoded by ffmpeg without an error", async function () {
		const { size, hashes } = await decode(ffmpegProgram(this), 3, "-f", "mpjpeg", "-i", `${simulator.url}/stream`);
		assert.equal(size, "320x240");
		assert.lengthOf(hashes, 3);
	});

	it("has the page that the program set", async () => {
		const response = await fetch(simulator.url, { headers: { Connection: "close" } });
		assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
		assert.include(await response.text(), "<h1>JpegStreamer</h1>");
	});

	// MaixPy's opens a connection per image in the other direction, and blocks in write.
	it("streams the written pictures to all viewers, on one connection each, even if some do not read", async () => {
		const stalled = new MjpegClient(simulator.url, { read: false });
		const viewers = Array.from({ length: 4 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(20)));
		for (const viewer of viewers) {
			assert.isUndefined(viewer.fault);
			viewer.close();
		}
		stalled.close();
		const { buffers } = await simulator.report();
		assert.equal(buffers, 3);
	});

	it("prints its rate, host and port", async () => {
		await simulator.until(() => /^[\d.]+ fps at http:/m.test(simulator.output), "it prints its rate");
		const [, fps, host, port] = /^([\d.]+) fps at http:\/\/([\d.]+):(\d+)\/, \d+ watching$/m.exec(
			simulator.output,
		)!;
		assert.isAbove(Number(fps), 5);
		assert.equal(host, "127.0.0.1");
		assert.equal(Number(port), simulator.port);
	});
});

describe("a JpegStreamer", function () {
	this.timeout(60_000);
	const run = programs();

	// A program like MaixPy's, with a route to control it.
	it("shows the picture written before its start, rejects text that is not a JPEG, and can be stopped and started again", async () => {
		const simulator = await run(
			`
			import Timer from "timer";
			import { Response } from "yieldcam/http/response";
			import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";
			import { Drawing } from "yieldcam/drawing/drawing";
			import { JpegStreamer } from "yieldcam/jpeg-streamer/jpeg-streamer";
			const stream = new JpegStreamer();
			trace("at first " + stream.host + " " + stream.port + "\\n");
			stream.setHtml("<h1>mine</h1><img src=/stream>");
			stream.router.get("/again", () => {
				Timer.set(() => {
					stream.stop();
					stream.stop();
					trace("stopped " + stream.host + " " + stream.viewers + "\\n");
					stream.start();
					stream.start();
				}, 50);
				return new Response("soon");
			});
			encodeJpeg(new Drawing({ width: 64, height: 48 })).then((jpeg) => {
				stream.write(jpeg);
				try {
					stream.write(jpeg.slice(0, -2));
				}
				catch (error) {
					trace(error.name + ": " + error.message + "\\n");
				}
				stream.start();
			});
		`,
			"--port",
			String(await freePort()),
		);
		await printed(simulator, "yieldcam is at ");
		assert.include(simulator.output, "at first undefined 8000\n");
		assert.include(simulator.output, "RangeError: not a complete JPEG: it is cut short: no end of image (EOI)\n");
		assert.equal(
			await (await fetch(simulator.url, { headers: { Connection: "close" } })).text(),
			"<h1>mine</h1><img src=/stream>",
		);
		const before = new MjpegClient(simulator.url);
		await before.until(1);
		await fetch(`${simulator.url}/again`, { headers: { Connection: "close" } });
		await simulator.until(() => simulator.output.split("yieldcam is at ").length === 3, "it is there again, once");
		assert.include(simulator.output, "stopped undefined 0\n");
		const after = new MjpegClient(simulator.url);
		await after.until(1);
		assert.isTrue(after.last!.equals(before.last!));
		assert.isUndefined(after.fault);
		before.close();
		after.close();
	});
});

describe("the example jpeg-streamer, pushing to the relay,", function () {
	this.timeout(60_000);
	let relay: Simulator;
	let device: Simulator;
	/** A proxy between the two, which counts connections, and the bytes to the relay. */
	let way: Server;
	let connections = 0,
		bytes = 0;

	before(async () => {
		relay = await Simulator.start(["examples/relay", "--profile", "host", "token=secret"]);
		const { port } = relay;
		way = createServer((near) => {
			connections += 1;
			const far = connect(port, "127.0.0.1");
			near.on("data", (data) => (bytes += data.length));
			near.pipe(far).pipe(near);
			near.on("error", () => far.destroy());
			far.on("error", () => near.destroy());
		});
		way.listen(0, "127.0.0.1");
		await once(way, "listening");
		device = await Simulator.start([
			"examples/jpeg-streamer",
			`push=http://127.0.0.1:${(way.address() as AddressInfo).port}/upload/garden`,
			"token=secret",
			"rate=10",
		]);
	});

	after(async () => {
		way?.close();
		await device?.stop();
		await relay?.stop();
	});

	it("shows the same pictures there, while its own viewer gets every one", async () => {
		const own = new MjpegClient(device.url);
		const sent = new Set<string>(),
			relayed = new Set<string>();
		own.onFrame = (jpeg) => sent.add(jpeg.toString("latin1"));
		await own.until(10);
		const far = Array.from({ length: 10 }, () => new MjpegClient(relay.url, { path: "/stream/garden" }));
		far[0].onFrame = (jpeg) => relayed.add(jpeg.toString("latin1"));
		const before = own.frames;
		await Promise.all(far.map((viewer) => viewer.until(10)));
		// Ten at ten a second: its own viewer has had twenty-five a second in that time, less what a busy machine
		// takes.
		assert.isAbove(own.frames - before, 13);
		assert.isUndefined(own.fault);
		assert.isUndefined(far[0].fault);
		// Frames that its own viewer may have missed are another matter.
		assert.isAbove([...relayed].filter((jpeg) => sent.has(jpeg)).length, 7);
		for (const viewer of [own, ...far]) viewer.close();
		// MaixPy's opens one for each.
		assert.equal(connections, 1);
		assert.isAbove(bytes, (10 * far[0].last!.length) / 2, "of ten pictures and more");
	});

	it("continues when the relay is back", async () => {
		const { port } = relay;
		relay.process.kill("SIGKILL");
		await relay.exit;
		await device.until(
			() =>
				/push/i.test(
					device.output
						.split("\n")
						.filter((line) => !line.includes("fps at"))
						.slice(1)
						.join("\n"),
				),
			"it reports that the relay is down",
		);
		relay = await Simulator.start(["examples/relay", "--profile", "host", "--port", String(port), "token=secret"]);
		for (;;) {
			const { status } = await fetch(`${relay.url}/snapshot/garden`, { headers: { Connection: "close" } });
			if (status === 200) break;
			await pause(50);
		}
		const viewer = new MjpegClient(relay.url, { path: "/stream/garden" });
		await viewer.until(5);
		viewer.close();
	});
});
