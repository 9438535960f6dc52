import { assert } from "chai";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { overLwip, Simulator, slow } from "../support/simulator.ts";

/** The largest buffer of what Linux receives, for the sockets that are made from then on. */
const RECEIVE_BUFFER = "/proc/sys/net/ipv4/tcp_rmem";

const REQUEST = "GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/** Peers that use TCP in every way but the usual one. */
describe("a server whose peers attack its TCP", function () {
	this.timeout(120_000);
	let simulator: Simulator;
	let viewer: MjpegClient;
	let peers: Socket[] = [];

	before(async () => {
		simulator = await Simulator.start(["--fps", slow ? "10" : "25"]);
		viewer = new MjpegClient(simulator.url);
		await viewer.until(3);
	});

	after(async () => {
		viewer.close();
		await simulator.idle(3_000);
		await simulator.stop();
		assert.equal(simulator.errors.replaceAll(/^yieldcam-sim: \{.*\n/gm, ""), "");
	});

	/** The viewer sees it through, and others are served when it is over. */
	afterEach(async () => {
		for (const peer of peers) peer.destroy();
		peers = [];
		await viewer.until(viewer.frames + 10);
		assert.isUndefined(viewer.fault);
		for (let attempt = 0; ; attempt++) {
			const status = await fetch(`${simulator.url}/status`, { headers: { Connection: "close" } }).then(
				(response) => response.status,
				() => 0,
			);
			if (status === 200) break;
			assert.isBelow(attempt, 500, `the last answer is ${status}`);
			await pause(50);
		}
	});

	function attack(localAddress = "127.0.0.1"): Socket {
		const peer = connect({ port: simulator.port, host: "127.0.0.1", localAddress, noDelay: true });
		peer.on("error", () => {});
		peers.push(peer);
		return peer;
	}

	/** Ends when the connection is there, or fails. */
	async function connected(peer: Socket): Promise<void> {
		await Promise.race([once(peer, "connect"), once(peer, "close")]).catch(() => {});
	}

	/** Skips a test that changes the network, where that is not the test's own. */
	function onlyOverLwip(context: Mocha.Context): void {
		if (overLwip) return;
		console.log("    skipped: it changes the network, which only the tests over lwIP have to themselves");
		context.skip();
	}

	it("goes on while 2,000 connect, and reset at once, after a request, or after bytes", async () => {
		for (let i = 0; i < 100; i++) {
			const some = Array.from({ length: 20 }, () => attack());
			for (const [index, peer] of some.entries()) {
				if (index % 3 === 1) peer.write(REQUEST);
				if (index % 3 === 2) peer.write("x".repeat(3_000));
			}
			await Promise.race([Promise.all(some.map(connected)), pause(100)]);
			for (const peer of some) peer.resetAndDestroy();
			peers = [];
		}
	});

	it("goes on while 16 send bytes in a segment each, and nobody reads them", async () => {
		const some = Array.from({ length: 16 }, () => attack());
		await Promise.race([Promise.all(some.map(connected)), pause(2_000)]);
		for (const peer of some) peer.pause().write(REQUEST);
		for (let i = 0; i < 3_000; i++) {
			for (const peer of some) if (peer.writableLength < 100) peer.write("x");
			if (i % 50 === 0) await pause(1);
		}
		await pause(2_000);
	});

	it("goes on while 16 close their windows for ever", async function () {
		onlyOverLwip(this);
		const before = readFileSync(RECEIVE_BUFFER, "utf8");
		writeFileSync(RECEIVE_BUFFER, "4096 4096 4096");
		try {
			for (let i = 0; i < 16; i++)
				attack(`127.0.0.${2 + i}`)
					.pause()
					.write(REQUEST);
			await pause(1_000);
		} finally {
			writeFileSync(RECEIVE_BUFFER, before);
		}
		assert.isAbove((await simulator.report()).sockets, 8, "they are connected");
		// Longer than a response may stand still.
		await viewer.until(viewer.frames + (slow ? 250 : 600));
	});

	it("goes on during a flood of 5,000 SYNs that nobody follows up", async function () {
		onlyOverLwip(this);
		const rule = ["pref", "5", "to", "127.5.0.0/16", "blackhole"];
		execFileSync("ip", ["rule", "add", ...rule]);
		try {
			for (let i = 0; i < 100; i++) {
				for (let j = 0; j < 50; j++) attack(`127.5.${i}.${j + 1}`);
				await pause(20);
				if (i === 50) assert.isAbove((await simulator.report()).sockets, 8, "they wait to be followed up");
				for (const peer of peers) peer.destroy();
				peers = [];
			}
		} finally {
			execFileSync("ip", ["rule", "del", ...rule]);
		}
	});
});
