import { assert } from "chai";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

/** Streams that the board's server serves at once. */
const STREAMS = 10;

/** The URL of the second stream, from what the firmware prints. */
function secondStream(simulator: Simulator): string {
	return /^yieldcam is at http:\S+ {2}\(stream http:\S+ and (http:\S+\/stream), /m.exec(simulator.output)![1];
}

describe("a second port", () => {
	let simulator: Simulator | undefined;
	const sockets: Socket[] = [];

	afterEach(async () => {
		for (const socket of sockets.splice(0)) socket.destroy();
		await simulator?.stop();
		simulator = undefined;
	});

	it("has the stream and all the rest, as the first has", async () => {
		simulator = await Simulator.start(["--stream-port", "0"]);
		const url = secondStream(simulator);
		assert.notEqual(new URL(url).port, new URL(simulator.url).port);
		const viewers = [simulator.url, url].map((at) => new MjpegClient(at));
		await Promise.all(viewers.map((viewer) => viewer.until(5)));
		for (const at of [simulator.url, new URL(url).origin]) {
			const { viewers: watching } = (await (
				await fetch(`${at}/status`, { headers: { Connection: "close" } })
			).json()) as { viewers: unknown[] };
			assert.lengthOf(watching, 2, at);
		}
		for (const viewer of viewers) viewer.close();
	});

	it("shares the first one's limits", async () => {
		simulator = await Simulator.start(["--stream-port", "0"]);
		const ports = [simulator.port, Number(new URL(secondStream(simulator)).port)];
		for (let i = 0; i < STREAMS; i++) {
			const socket = connect(ports[i % 2], "127.0.0.1");
			sockets.push(socket);
			socket.write("GET /api/events HTTP/1.1\r\nHost: cam\r\n\r\n");
			await once(socket, "data");
		}
		const ask = async (port: number, path: string): Promise<number> => {
			const { status, body } = await fetch(`http://127.0.0.1:${port}${path}`, {
				headers: { Connection: "close" },
			});
			await body?.cancel();
			return status;
		};
		for (const port of ports) {
			assert.equal(await ask(port, "/api/events"), 503, "one more stream");
			assert.equal(await ask(port, "/status"), 200, "not a stream");
		}
		sockets.pop()!.destroy();
		while ((await ask(ports[1], "/api/events")) !== 200) await pause(20);
	});

	it("that is in use is an error that names the option", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as { port: number };
		try {
			simulator = await Simulator.spawn(["--stream-port", String(port)]);
			await simulator.exit;
			assert.include(simulator.output + simulator.errors, `--stream-port: port ${port} on 127.0.0.1 is in use`);
			assert.notInclude(simulator.output, "yieldcam is at");
		} finally {
			other.close();
		}
	});
});
