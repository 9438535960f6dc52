import { assert } from "chai";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

/** Frames that each viewer gets during the attack: a second and a half's. */
const FRAMES = 37;

describe("a server under load", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let viewers: MjpegClient[] = [];
	let attackers: Socket[] = [];
	let attacking = false;

	before(async () => {
		simulator = await Simulator.start();
		viewers = Array.from({ length: 4 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
	});

	after(async () => {
		for (const viewer of viewers) viewer.close();
		await simulator.stop();
	});

	afterEach(async () => {
		attacking = false;
		for (const attacker of attackers) attacker.destroy();
		attackers = [];
		assert.equal((await simulator.report()).reservePeak ?? 0, 0, "bytes of the heap's reserve that were in use");
	});

	function attack(text = "", port = simulator.port): Socket {
		const socket = connect(port, "127.0.0.1");
		socket.on("error", () => {});
		socket.write(text);
		attackers.push(socket);
		return socket;
	}

	/** Sends a byte now and then, and reconnects when the server closes the connection. */
	function drip(beginning: string): void {
		const socket = attack(beginning).resume();
		const timer = setInterval(() => socket.write("x"), 100);
		socket.on("close", () => {
			clearInterval(timer);
			if (attacking) setTimeout(() => attacking && drip(beginning), 50);
		});
	}

	/** Disconnects all viewers, and returns when the server has noticed. */
	async function leave(): Promise<void> {
		for (const viewer of viewers) viewer.close();
		await simulator.idle(500);
	}

	async function status(): Promise<number> {
		try {
			return (await fetch(`${simulator.url}/status`, { headers: { Connection: "close" } })).status;
		} catch {
			return 0; // closed without a response
		}
	}

	function times(count: number, what: () => void): void {
		for (let i = 0; i < count; i++) what();
	}

	/** A head of the largest size allowed: 4,096 bytes in 48 fields. */
	function largest(line: string, more = ""): string {
		const fields = Array.from({ length: 45 }, (_, i) => `X-${i}: ${"x".repeat(56)}\r\n`).join("");
		return `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}${fields}\r\n`;
	}

	const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
	const attacks: [what: string, begin: () => void | Promise<void>][] = [
		["clients that send nothing", () => times(9, attack)],
		["more connections than it has sockets", () => times(40, attack)],
		["heads that come byte by byte", () => times(9, () => drip("GET / HTTP/1.1\r\nHost: cam\r\nX: "))],
		[
			"contents that come byte by byte",
			() =>
				times(6, () =>
					drip(
						"PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{",
					),
				),
		],
		["viewers that do not read", () => times(9, () => attack(get("/stream")).pause())],
		["clients that do not read the page", () => times(13, () => attack(get("/")).pause())],
		[
			"bursts of snapshots",
			async () => {
				for (let i = 0; i < 10; i++) {
					times(13, () => attack(get("/capture")).resume());
					await pause(100);
				}
			},
		],
		[
			"bursts of contents that never come, behind the largest heads",
			async () => {
				for (let i = 0; i < 5; i++) {
					const burst = Array.from({ length: 13 }, () =>
						attack(
							largest("PATCH /api/camera", "Content-Type: application/json\r\nContent-Length: 9000\r\n"),
						).resume(),
					);
					await pause(300);
					for (const attacker of burst) attacker.destroy();
				}
			},
		],
		[
			"clients that keep their connections and ask for nothing more",
			() => times(9, () => attack(get("/status")).resume()),
		],
		[
			"a thousand connections in a second",
			async () => {
				for (let i = 0; i < 100; i++) {
					times(10, () =>
						attack(get("/status"))
							.resume()
							.setTimeout(200, function (this: Socket) {
								this.destroy();
							}),
					);
					await pause(10);
				}
			},
		],
	];
	for (const [what, begin] of attacks) {
		it(`serves its viewers and accepts control beside ${what}`, async () => {
			attacking = true;
			const before = viewers.map((viewer) => viewer.frames);
			const begun = begin();
			const watched = Promise.all(viewers.map((viewer, i) => viewer.until(before[i] + FRAMES)));
			const answers: number[] = [];
			for (; answers.at(-1) !== 200 && answers.length < 200; await pause(50)) answers.push(await status());
			await Promise.all([begun, watched]);
			assert.equal(answers.at(-1), 200, `${answers}`);
			const got = viewers.map((viewer, i) => viewer.frames - before[i]);
			assert.isAbove(Math.min(...got) / Math.max(...got), 0.8, `frames: ${got}`);
			assert.isTrue(
				answers.every((status) => [0, 200, 503].includes(status)),
				`${answers}`,
			);
		});
	}

	it("has lost nothing by it", async () => {
		await leave();
		assert.equal(
			simulator.errors
				.split("\n")
				.filter((line) => line && !line.startsWith("yieldcam-sim: {"))
				.join("\n"),
			"",
		);
	});

	it("has room for the worst case it allows: all sockets, the largest heads, viewers, contents that wait, settings that change", async () => {
		attacking = true;
		viewers = Array.from({ length: 4 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
		const target = `/stream?extra_headers=1&x=${"y".repeat(990)}`;
		assert.isAbove(largest(`GET ${target}`).length, 3_900);
		for (let i = 0; i < 6; i++) attack(largest(`GET ${target}`)).pause();
		for (let i = 0; i < 6; i++)
			attack(
				largest("PATCH /api/camera", "Content-Type: application/json\r\nContent-Length: 16000\r\n") +
					"[".repeat(1_000),
			).resume();
		const begun = viewers.map((viewer) => viewer.frames);
		let changed = 0;
		for (let i = 0; changed < 20 && i < 200; i++) {
			const answers = await Promise.allSettled([
				fetch(`${simulator.url}/api/camera`, {
					method: "PATCH",
					headers: { "Content-Type": "application/json" },
					body: JSON.stringify({ brightness: (i % 3) - 1, mirror: i % 2 === 0 }),
				}),
				fetch(`${simulator.url}/api/camera`),
				fetch(`${simulator.url}/metrics`),
			]);
			const statuses = answers.map((answer) => (answer.status === "fulfilled" ? answer.value.status : 0));
			assert.isTrue(
				statuses.every((status) => [0, 200, 503].includes(status)),
				`${statuses}`,
			);
			changed += statuses[0] === 200 ? 1 : 0;
		}
		const { slots, slotLimit, chunks, chunkLimit } = await simulator.report();
		assert.equal(changed, 20, "it accepts control at the same time");
		const { headroomSlots, headroomBytes } = DEFAULT_LIMITS;
		assert.isAtMost(slots, slotLimit - headroomSlots, "the work of one more request fits");
		assert.isAtMost(chunks, chunkLimit - headroomBytes, "the work of one more request fits");
		assert.isTrue(
			viewers.every((viewer, i) => viewer.frames > begun[i]),
			"all viewers continue watching",
		);
		for (const attacker of attackers) attacker.destroy();
		await leave();
	});

	it("lets ten watch, sends the eleventh 503 and Retry-After, and accepts control at the same time", async () => {
		viewers = Array.from({ length: 10 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
		const refused = await fetch(`${simulator.url}/stream`);
		assert.equal(refused.status, 503);
		assert.equal(refused.headers.get("retry-after"), "5");
		assert.equal(await refused.text(), "too many streams\n");
		const control = await fetch(`${simulator.url}/control?var=hmirror&val=1`);
		assert.equal(control.status, 200, await control.text());
		assert.equal(await status(), 200);
		// Its place is free when a frame finds that it is gone.
		viewers[0].close();
		for (let attempt = 0; ; attempt++) {
			viewers[0] = new MjpegClient(simulator.url);
			const watches = await viewers[0].until(1).then(
				() => true,
				() => false,
			);
			if (watches) break;
			assert.isBelow(attempt, 20, viewers[0].head);
			await pause(50);
		}
		await Promise.all(viewers.map((viewer) => viewer.until(6)));
	});
});
