import { assert } from "chai";
import { once } from "node:events";
import { connect } from "node:net";
import { until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

/** Requests at once, as a dashboard with many pictures sends them. With three streams they take 15 of a board's 16 sockets. */
const AT_ONCE = 12;
const ROUNDS = 4;

describe("a client that asks for much at once, beside three streams,", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let viewers: MjpegClient[];

	before(async () => {
		simulator = await Simulator.start();
		viewers = Array.from({ length: 3 }, () => new MjpegClient(simulator.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
	});

	after(async () => {
		for (const viewer of viewers) viewer.close();
		await simulator.stop();
	});

	/** Asks on a connection of its own. Resolves to the status of the whole response, or to what happened instead. */
	async function ask(path: string, field: string): Promise<string> {
		const socket = connect(simulator.port, "127.0.0.1");
		let text = "",
			failure = "closed";
		socket.setEncoding("latin1").on("error", (error) => (failure = error.message));
		socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${field}\r\n`);
		socket.on("data", (piece: string) => {
			text += piece;
			if (isWhole(text)) socket.destroy();
		});
		await once(socket, "close").catch(() => {});
		return isWhole(text) ? text.slice(9, 12) : `${failure} after ${text.length} bytes`;
	}

	function isWhole(text: string): boolean {
		const end = text.indexOf("\r\n\r\n") + 4,
			length = /\r\nContent-Length: (\d+)\r\n/.exec(text.slice(0, end))?.[1];
		return length !== undefined && text.length >= end + Number(length);
	}

	for (const paths of [["/capture"], ["/bmp"], ["/api/camera"], ["/", "/status", "/capture", "/api/state"]])
		for (const field of ["", "Connection: close\r\n"])
			it(`gets whole responses or 503: ${paths.join()} ${field.trim()}`, async () => {
				const failures: string[] = [];
				for (let round = 0; round < ROUNDS; round++) {
					await until(
						"the sockets of the round before are closed",
						async () => (await simulator.report()).sockets === viewers.length,
					);
					const answers = await Promise.all(
						Array.from({ length: AT_ONCE }, (_, i) => ask(paths[i % paths.length], field)),
					);
					assert.isAtLeast(answers.filter((answer) => answer === "200").length, 2, answers.join());
					failures.push(...answers.filter((answer) => answer !== "200" && answer !== "503"));
				}
				// A client on a busy machine may acknowledge its response and be slow to read it, or send its request late: see
				// docs/robustness.md. Where a third was reset, there were sixteen.
				assert.isAtMost(failures.length, 4, failures.join());
			});

	it("leaves the viewers their streams", async () => {
		await Promise.all(viewers.map((viewer) => viewer.until(viewer.frames + 3)));
	});
});
