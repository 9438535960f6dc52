import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import { ClientError } from "yieldcam/client/client-error";
import { DEFAULT_CLIENT_LIMITS } from "yieldcam/client/limits";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PUSH_PAUSES } from "yieldcam/push/pauses";
import { Pusher, type PusherOptions } from "yieldcam/push/pusher";
import { FakeDriver } from "../support/fake-driver.ts";
import { type Client as FarEnd, Network } from "../support/memory-io.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { takeBack } from "../support/take-back.ts";
import { FakeOwner } from "../support/body-owner.ts";

const CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
const URL = "http://192.0.2.7:8000/upload";

/** A camera at 25 frames a second, a pusher, and the server that a test plays. */
class Bench {
	readonly network = new Network();
	readonly ends = this.network.remote(8000);
	readonly log: string[] = [];
	readonly camera = new Camera({ io: FakeDriver });
	readonly driver = FakeDriver.last;
	readonly pusher: Pusher;
	#milliseconds = 0;

	constructor(options: Partial<PusherOptions> = {}) {
		resetClock();
		this.pusher = new Pusher({
			camera: this.camera,
			io: this.network.TCP,
			url: URL,
			log: (line) => this.log.push(line),
			random: () => 0,
			...options,
		});
	}

	get server(): FarEnd {
		return this.ends.at(-1)!;
	}

	settle(): Promise<void> {
		return this.network.settle();
	}

	/** Lets time pass at the camera's rate: 40 milliseconds and a frame, if it captures. */
	async frames(count: number, each: () => void = () => {}): Promise<void> {
		for (let i = 0; i < count; i++) {
			this.#milliseconds += 40;
			advance(40);
			this.driver.capture(this.#milliseconds * 1_000);
			await this.settle();
			each();
			await this.settle();
		}
	}

	/** Answers the requests that have arrived whole. */
	answer(response = CREATED): boolean {
		const asked = this.ends.length > 0 && this.server.received.length > 100;
		if (asked) {
			this.server.takeBytes();
			this.server.send(response);
		}
		return asked;
	}

	async start(): Promise<this> {
		this.pusher.start();
		await this.settle();
		return this;
	}

	/** Checks that nothing is lent, open or waiting. */
	async stopped(): Promise<void> {
		this.pusher.stop();
		await this.settle();
		assert.equal(this.network.open, 0, "sockets");
		assert.equal(pendingTimers(), 0, "timers");
		assert.equal(this.driver.lent, 0, "frame buffers");
		assert.isFalse(this.driver.running, "the camera captures");
	}
}

describe("a pusher", () => {
	it("posts each frame, whole, over one connection", async () => {
		const at = await new Bench({ token: "secret", headers: { "X-Camera": "porch" } }).start();
		assert.deepEqual(at.network.dialled, ["192.0.2.7:8000"]);
		await at.frames(1);
		const { received } = at.server;
		const head =
			"POST /upload HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Type: image/jpeg\r\nX-Timestamp: 0.040000\r\n" +
			"X-Camera: porch\r\nAuthorization: Bearer secret\r\nContent-Length: 100\r\n\r\n";
		assert.equal(String.fromArrayBuffer(received.buffer, 0, head.length), head);
		assert.deepEqual([...received.slice(head.length, head.length + 2)], [0xff, 0xd8]);
		assert.equal(received.length, head.length + 100);
		at.server.takeBytes();
		at.server.send(CREATED);
		await at.settle();
		await at.frames(24, () => at.answer());
		assert.deepEqual(at.pusher.state, {
			running: true,
			connected: true,
			sent: 25,
			dropped: 0,
			failures: 0,
			error: undefined,
		});
		assert.equal(at.ends.length, 1);
		await at.stopped();
		assert.deepEqual(at.log, []);
	});

	it("keeps to its rate", async () => {
		const at = await new Bench({ rate: 10 }).start();
		await at.frames(250, () => at.answer());
		assert.approximately(at.pusher.state.sent, 100, 1);
		assert.equal(at.pusher.state.dropped, 0);
		await at.stopped();
	});

	it("drops frames if the server is slow, and keeps none", async () => {
		const at = await new Bench({ rate: 5 }).start();
		let waited = 0;
		await at.frames(250, () => {
			assert.isAtMost(at.driver.lent, 1, "the newest, which the camera keeps");
			if (at.server.received.length && ++waited === 10) {
				waited = 0;
				at.answer();
			}
		});
		// Ten seconds at one in 400 ms, and 5 a second that were due.
		const { sent, dropped } = at.pusher.state;
		assert.approximately(sent, 25, 2);
		assert.isAtLeast(dropped, 20);
		assert.equal(at.ends.length, 1);
		await at.stopped();
	});

	it("holds one frame if the server stops reading, as a copy, and the camera goes on", async () => {
		const at = new Bench();
		at.driver.frameLength = 20_000;
		await at.start();
		at.server.pause();
		await at.frames(50);
		assert.equal(at.driver.lost, 0);
		assert.equal(at.driver.copies, 1);
		assert.isAtMost(at.driver.lent, 1);
		assert.equal(at.pusher.state.dropped, 49);
		await at.stopped();
	});

	it("does not disturb a stream of the same camera", async () => {
		const at = new Bench();
		const stream = new MjpegStream(at.camera);
		const source = stream.respond().open(new FakeOwner())!;
		await at.start();
		let seen = 0;
		await at.frames(100, () => {
			if (source.pull(() => {})) seen++;
		});
		assert.equal(seen, 100);
		assert.equal(at.pusher.state.sent, 0);
		source.close();
		await at.stopped();
	});

	it("keeps no frame while there is no connection, and the camera does not capture", async () => {
		const at = new Bench();
		at.network.silent = true;
		await at.start();
		await at.frames(20);
		assert.isFalse(at.driver.running);
		assert.equal(at.camera.captured, 0);
		await at.stopped();
	});

	it("lets the camera rest between frames that are far apart", async () => {
		const at = await new Bench({ rate: 0.1 }).start();
		await at.frames(25 * 60, () => at.answer());
		const { sent, failures } = at.pusher.state;
		assert.approximately(sent, 6, 1);
		assert.equal(failures, 0);
		assert.isBelow(at.camera.captured, (25 * 60) / 4);
		await at.stopped();
	});

	it("keeps one connection at one frame in ten seconds, if the server keeps it as long", async () => {
		const at = await new Bench({ rate: 0.1 }).start();
		await at.frames(25 * 60, () => at.answer("HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=15\r\n\r\n"));
		assert.approximately(at.pusher.state.sent, 6, 1);
		assert.equal(at.ends.length, 1);
		await at.stopped();
	});

	it("connects again for each frame if the server does not keep connections, which is not a failure", async () => {
		const at = await new Bench({ rate: 0.1 }).start();
		await at.frames(25 * 60, () => at.answer());
		const { sent, failures } = at.pusher.state;
		assert.equal(failures, 0);
		assert.equal(at.ends.length, sent);
		await at.stopped();
	});

	it("connects again if the server has closed the connection in between, which is not a failure", async () => {
		const at = await new Bench().start();
		await at.frames(1, () => at.answer());
		at.server.finish();
		await at.settle();
		await at.frames(3, () => at.answer());
		const { sent, failures } = at.pusher.state;
		assert.equal(sent, 3);
		assert.equal(failures, 0);
		assert.equal(at.ends.length, 2);
		await at.stopped();
	});

	it("sends the last frame of a source that ends", async () => {
		const at = await new Bench().start();
		await at.frames(1);
		at.camera.close();
		await at.settle();
		assert.isTrue(at.pusher.state.running);
		at.answer();
		await at.settle();
		assert.deepEqual(at.pusher.state, {
			running: false,
			connected: false,
			sent: 1,
			dropped: 0,
			failures: 0,
			error: undefined,
		});
		assert.deepEqual(at.log, ["push: there are no more frames"]);
		assert.equal(pendingTimers(), 0);
	});

	it("ends with a source that ends while nothing is under way", async () => {
		const at = await new Bench().start();
		await at.frames(2, () => at.answer());
		at.camera.close();
		await at.settle();
		const { running, sent } = at.pusher.state;
		assert.deepEqual({ running, sent }, { running: false, sent: 2 });
		assert.deepEqual(at.log, ["push: there are no more frames"]);
		assert.equal(at.network.open, 0);
		assert.equal(pendingTimers(), 0);
	});

	it("does not log the end of a source after it was stopped", async () => {
		const at = await new Bench().start();
		at.pusher.stop();
		at.pusher.onEnd();
		await at.settle();
		assert.deepEqual(at.log, []);
	});

	for (const [rate, rests] of [
		[0.5, false],
		[0.4, true],
	] as const) {
		it(`at ${rate} frames a second lets the camera ${rests ? "rest until a second before the next" : "go on"}`, async () => {
			const at = await new Bench({ rate }).start();
			await at.frames(1, () => at.answer());
			assert.equal(at.driver.running, !rests);
			advance(1_400);
			await at.settle();
			assert.equal(at.driver.running, !rests);
			advance(200);
			await at.settle();
			assert.isTrue(at.driver.running);
			await at.stopped();
		});
	}

	it("can be stopped and started at any moment", async () => {
		const at = new Bench();
		at.driver.frameLength = 20_000;
		for (let turns = 0; turns < 40; turns++) {
			at.pusher.start();
			at.pusher.start();
			for (let i = 0; i < turns; i++) {
				at.network.run();
				await undefined;
				if (i % 5 === 4) at.driver.capture(at.driver.now + 40_000);
			}
			at.pusher.stop();
			at.pusher.stop();
			if (turns % 2) await at.stopped();
		}
		await at.start();
		await at.frames(5, () => at.answer());
		assert.isAbove(at.pusher.state.sent, 1);
		await at.stopped();
	});

	it("survives a source that throws, as a closed camera does", async () => {
		let closed = true;
		const at = new Bench();
		const pusher = new Pusher({
			camera: {
				watch: () => {
					if (closed) throw new Error("the camera is closed");
				},
				unwatch() {},
			},
			io: at.network.TCP,
			url: URL,
			log: (line) => at.log.push(line),
			random: () => 0,
		});
		pusher.start();
		await at.settle();
		assert.deepEqual(at.log, ["push: the camera is closed; next attempt in 1 s"]);
		advance(PUSH_PAUSES.first);
		await at.settle();
		assert.equal(pusher.state.failures, 2);
		closed = false;
		advance(2 * PUSH_PAUSES.first);
		await at.settle();
		assert.equal(pusher.state.failures, 2);
		pusher.stop();
		await at.settle();
		assert.equal(at.network.open, 0);
		assert.equal(pendingTimers(), 0);
	});

	it("rejects options that make no sense", () => {
		for (const [options, error, message] of [
			[{ url: "https://server/upload" }, ClientError, "TLS"],
			[{ rate: -1 }, RangeError, "-1 frames per second"],
			[{ rate: NaN }, RangeError, "NaN"],
			[{ token: "a\r\nb" }, TypeError, "Authorization"],
			[{ headers: { "a b": 1 } }, TypeError, "a b"],
		] as const)
			assert.throws(() => new Bench(options), error, message);
	});
});

describe("a push that fails", () => {
	it("pauses longer each time, up to a limit, and the camera rests", async () => {
		const at = new Bench();
		at.network.hangUp(8000);
		const times: number[] = [];
		at.pusher.start();
		let now = 0;
		for (let count = 0; times.length < 9 && now < 1_000; now++) {
			await at.settle();
			if (at.network.dialled.length > count) {
				count = at.network.dialled.length;
				times.push(now);
			}
			advance(1_000);
		}
		const pauses = times.slice(1).map((time, i) => time - times[i]);
		assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
		const { failures, error, connected } = at.pusher.state;
		assert.equal(failures, 9);
		assert.equal(error, "192.0.2.7:8000: cannot connect: refused or unreachable");
		assert.isFalse(connected);
		assert.isFalse(at.driver.running);
		assert.deepEqual(at.log, [`push: ${error}; next attempt in 1 s`], "logged once");
		await at.stopped();
	});

	it("spreads its attempts randomly", async () => {
		const at = new Bench({ random: () => 0.999 });
		at.network.hangUp(8000);
		await at.start();
		advance(PUSH_PAUSES.first);
		await at.settle();
		assert.equal(at.network.dialled.length, 1);
		advance(PUSH_PAUSES.first / 4);
		await at.settle();
		assert.equal(at.network.dialled.length, 2);
		await at.stopped();
	});

	it("continues when the server is back, logs so, and begins with short pauses again", async () => {
		const at = await new Bench().start();
		await at.frames(3, () => at.answer());
		at.server.finish();
		at.network.hangUp(8000);
		await at.frames(100);
		assert.isAbove(at.pusher.state.failures, 1);
		const ends = at.network.remote(8000);
		await at.frames(200, () => {
			if (ends.at(-1)?.received.length) {
				ends.at(-1)!.takeBytes();
				ends.at(-1)!.send(CREATED);
			}
		});
		const { sent, error } = at.pusher.state;
		assert.isAbove(sent, 100);
		assert.isUndefined(error);
		assert.equal(at.log.at(-1), "push: works again");
		ends.at(-1)!.finish();
		at.network.hangUp(8000);
		await at.frames(2);
		assert.include(at.log.at(-1)!, "next attempt in 1 s");
		await at.stopped();
	});

	for (const [status, message] of [
		["401 Unauthorized", "the server answers 401 Unauthorized: does it require a token?"],
		["404 Not Found", "the server answers 404 Not Found: is the path right?"],
		["418 Teapot", "the server answers 418"],
	] as const) {
		it(`for good, as by ${status}, is reported clearly, and retried slowly`, async () => {
			const at = await new Bench().start();
			await at.frames(1, () => at.answer(`HTTP/1.1 ${status}\r\nContent-Length: 3\r\n\r\nno!`));
			assert.equal(at.pusher.state.error, message);
			assert.deepEqual(at.log, [`push: ${message}; next attempt in 60 s`]);
			await at.frames(25 * 50);
			assert.equal(at.pusher.state.failures, 1);
			await at.frames(25 * 11, () => at.answer());
			assert.isAbove(at.pusher.state.sent, 0);
			assert.equal(at.log.at(-1), "push: works again");
			await at.stopped();
		});
	}

	for (const status of ["499 Client Gone", "410 Gone", "300 Multiple Choices"]) {
		it(`by ${status} is retried slowly`, async () => {
			const at = await new Bench().start();
			await at.frames(1, () => at.answer(`HTTP/1.1 ${status}\r\nContent-Length: 3\r\n\r\nno!`));
			assert.include(at.log.at(-1)!, "next attempt in 60 s");
			await at.stopped();
		});
	}

	for (const status of [
		"413 Too Large",
		"422 Unprocessable",
		"400 Bad Request",
		"408 Request Timeout",
		"425 Too Early",
		"429 Too Many Requests",
		"500 Internal Server Error",
	]) {
		it(`by ${status}, which is temporary or concerns one frame, continues soon with the next frame`, async () => {
			const at = await new Bench().start();
			await at.frames(1, () => at.answer(`HTTP/1.1 ${status}\r\nContent-Length: 3\r\n\r\nno!`));
			assert.include(at.log.at(-1)!, "next attempt in 1 s");
			await at.frames(50, () => at.answer());
			assert.isAbove(at.pusher.state.sent, 0);
			await at.stopped();
		});
	}

	it("by a redirection reports the new address", async () => {
		const at = await new Bench().start();
		await at.frames(1, () =>
			at.answer("HTTP/1.1 308 Permanent Redirect\r\nLocation: http://other/\r\nContent-Length: 0\r\n\r\n"),
		);
		assert.equal(
			at.pusher.state.error,
			"the server answers 308 Permanent Redirect: use the URL http://other/ instead",
		);
		await at.stopped();
	});

	for (const [retryAfter, seconds] of [
		["7", 7],
		["0", 1],
		["99999", 3_600],
		["Mon, 27 Jul 2026 12:28:53 GMT", 1],
		["-5", 1],
		["7, 8", 1],
	] as const) {
		it(`by 503 with Retry-After: ${retryAfter} waits ${seconds} s`, async () => {
			const at = await new Bench().start();
			await at.frames(1, () =>
				at.answer(
					`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${retryAfter}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
				),
			);
			assert.deepEqual(at.log, [
				`push: the server answers 503 Service Unavailable; next attempt in ${seconds} s`,
			]);
			advance(seconds * 1_000 - 100);
			await at.settle();
			assert.equal(at.ends.length, 1);
			advance(200);
			await at.settle();
			assert.equal(at.ends.length, 2);
			await at.stopped();
		});
	}

	it("by a server that is full and says so at once is reported as such", async () => {
		const at = await new Bench().start();
		at.server
			.send(
				"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
			)
			.finish();
		await at.frames(1);
		assert.deepEqual(at.log, ["push: the server answers 503 Service Unavailable; next attempt in 5 s"]);
		await at.stopped();
	});

	it("by a server that closes each connection at once does not retry at the frame rate", async () => {
		const at = await new Bench().start();
		await at.frames(250, () => at.server.closed || at.server.finish());
		assert.isAtMost(at.ends.length, 6);
		assert.isAbove(at.pusher.state.failures, 2);
		await at.stopped();
	});

	it("by a server that reads the frame and never answers times out", async () => {
		const at = await new Bench().start();
		await at.frames(1);
		assert.equal(at.driver.lent, 0, "it is released as soon as it is sent");
		await at.frames(Math.ceil((DEFAULT_CLIENT_LIMITS.headTimeout + 2 * DEFAULT_CLIENT_LIMITS.sweepInterval) / 40));
		assert.match(at.pusher.state.error!, /no response within 20 s/);
		await at.stopped();
	});

	it("by a server that stops reading times out, and releases the frame", async () => {
		const at = new Bench();
		at.driver.frameLength = 20_000;
		await at.start();
		at.server.pause();
		await at.frames(1);
		assert.equal(at.driver.lent, 1);
		await at.frames(Math.ceil((DEFAULT_CLIENT_LIMITS.writeTimeout + 2 * DEFAULT_CLIENT_LIMITS.sweepInterval) / 40));
		assert.match(at.pusher.state.error!, /the server accepted nothing of the request for 20 s/);
		assert.equal(at.driver.lent, 0);
		await at.stopped();
	});

	it("by a frame that the camera takes back closes the connection, and the pusher continues", async () => {
		const at = new Bench();
		at.driver.frameLength = 20_000;
		await at.start();
		at.server.pause();
		const watched: ArrayBuffer[] = [];
		at.camera.watch({ onFrame: (frame) => void watched.push(frame.buffer), onEnd() {} });
		await at.frames(1);
		takeBack(watched[0]);
		at.server.resume();
		await at.settle();
		assert.match(at.pusher.state.error!, /taken back/);
		assert.equal(at.network.open, 0);
		await at.frames(50, () => at.answer());
		assert.isAbove(at.pusher.state.sent, 5);
		at.pusher.stop();
	});

	it("in every way for a thousand frames leaves nothing behind", async () => {
		const at = new Bench({ random: () => 0 });
		at.driver.frameLength = 7_000;
		await at.start();
		let turn = 0;
		await at.frames(3_000, () => {
			if (!at.ends.length || at.server.closed) return;
			switch (++turn % 7) {
				case 0:
					return at.server.finish();
				case 1:
					return void at.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
				case 2:
					return void at.answer("nonsense\r\n");
				case 3:
					return void (at.server.reset(), at.server.finish());
				case 4:
					return void at.answer("HTTP/1.1 200 OK\r\n\r\nuntil close");
				default:
					return void at.answer();
			}
		});
		assert.isAbove(at.pusher.state.failures, 3);
		assert.isAtMost(at.driver.lent, 2);
		assert.equal(at.driver.lost, 0);
		await at.stopped();
	});
});
