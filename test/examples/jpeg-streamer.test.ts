import { assert } from "chai";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

describe("the example jpeg-streamer", function () {
	this.timeout(60_000);
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/jpeg-streamer"]);
	});

	after(() => simulator?.stop());

	it("has the page that it was given", async () => {
		const response = await fetch(simulator.url, { headers: { Connection: "close" } });
		assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
		assert.include(await response.text(), "<h1>JpegStreamer</h1>");
	});

	// MaixPy's opens a connection per image in the other direction, and blocks in write.
	it("streams what is written to all who watch, on one connection each", async () => {
		const viewers = Array.from({ length: 4 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(20)));
		for (const viewer of viewers) {
			assert.isUndefined(viewer.fault);
			viewer.close();
		}
		const { buffers } = await simulator.report();
		assert.equal(buffers, 3);
	});

	it("prints its rate, host and port", async () => {
		await simulator.until(() => /^[\d.]+ fps at http:/m.test(simulator.output), "it prints its rate");
		const [, fps, host, port] = /^([\d.]+) fps at http:\/\/([\d.]+):(\d+)\/, \d+ watching$/m.exec(simulator.output)!;
		assert.isAbove(Number(fps), 5);
		assert.equal(host, "127.0.0.1");
		assert.equal(Number(port), simulator.port);
	});
});
