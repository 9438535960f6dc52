import { assert } from "chai";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { printed, programRunner } from "../support/program.ts";
import { overLwip } from "../support/simulator.ts";

/** A program with a socket that says what arrives. */
function program(more: string): string {
	return `
		import Timer from "timer";
		import UDP from "embedded:io/socket/udp";
		const say = (...words) => trace(words.join(" ") + "\\n");
		const attempt = (name, run) => {
			try {
				run();
				say(name, "done");
			}
			catch (error) {
				say(name, error.message);
			}
		};
		const open = (onReadable) => new UDP({ address: "127.0.0.1", port: 0, onReadable });
		${more}
	`;
}

describe("the script's UDP sockets", function () {
	// The tests send over the loopback interface.
	if (overLwip) return;
	const run = programRunner();
	let sockets: Socket[] = [];

	afterEach(() => {
		for (const socket of sockets) socket.close();
		sockets = [];
	});

	async function peer(): Promise<{ socket: Socket; port: number; received: Buffer[] }> {
		const socket = createSocket("udp4"),
			received: Buffer[] = [];
		socket.on("message", (message) => received.push(message));
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		sockets.push(socket);
		return { socket, port: socket.address().port, received };
	}

	it("send and receive packets, with the sender's address and port", async () => {
		const { socket, port } = await peer();
		const started = await run(
			program(`
				const socket = open(function (count) {
					while (count--) {
						const packet = this.read();
						say("packet", packet.byteLength, packet.address, packet.port, String.fromArrayBuffer(packet));
						this.write(packet, packet.address, packet.port);
					}
				});
				say("none", String(socket.read()));
				say("port", socket.port);
			`),
			{},
		);
		assert.equal(await printed(started, "none "), "undefined");
		socket.send("hello", Number(await printed(started, "port ")), "127.0.0.1");
		const [echo] = await once(socket, "message");
		assert.equal(String(echo), "hello");
		assert.equal(await printed(started, "packet "), `5 127.0.0.1 ${port} hello`);
	});

	it("keep a few packets that wait, and drop those beyond, as well as fragments", async () => {
		const { socket } = await peer();
		const started = await run(
			program(`
				let arrived = 0;
				const socket = open(() => arrived++);
				say("port", socket.port);
				Timer.set(() => {
					let count = 0, bytes = 0, packet;
					while ((packet = socket.read())) {
						count++;
						bytes += packet.byteLength;
					}
					say("waited", count, bytes);
				}, 1500);
			`),
			{},
		);
		const at = Number(await printed(started, "port "));
		socket.send(Buffer.alloc(1_473), at, "127.0.0.1");
		for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(10), at, "127.0.0.1");
		assert.equal(await printed(started, "waited "), "16 160");
	});

	it("are sixteen at most on the board, and free for others once they are closed", async () => {
		const started = await run(
			program(`
				const all = [];
				attempt("open", () => {
					for (;;)
						all.push(open());
				});
				say("count", all.length);
				all.pop().close();
				attempt("again", () => all.push(open()));
			`),
			{},
		);
		assert.equal(await printed(started, "open "), "no socket: no memory");
		assert.equal(await printed(started, "count "), "16");
		assert.equal(await printed(started, "again "), "done");
	});

	it("lose a packet without a transmit buffer, and send again when the radio has sent others", async () => {
		const { port, received } = await peer();
		const started = await run(
			program(`
				const socket = open(), packet = new Uint8Array(1000);
				let lost = 0;
				for (let i = 0; i < 200; i++)
					try {
						socket.write(packet, "127.0.0.1", ${port});
					}
					catch (error) {
						lost++;
						if (lost === 1)
							say("first", error.message);
					}
				say("lost", lost);
				Timer.set(() => attempt("later", () => socket.write(packet, "127.0.0.1", ${port})), 100);
			`),
			{},
		);
		assert.equal(await printed(started, "first "), "the packet was not sent: no memory");
		assert.equal(await printed(started, "later "), "done");
		const lost = Number(await printed(started, "lost "));
		assert.isAtLeast(lost, 1);
		await pause(100);
		assert.equal(received.length, 201 - lost);
	});

	it("lose every packet while there is no memory, and some on a bad link", async () => {
		const { port, received } = await peer();
		const source = program(`
			const socket = open(), packet = new Uint8Array(10);
			let failed = 0, sent = 0;
			const timer = Timer.repeat(() => {
				try {
					socket.write(packet, "127.0.0.1", ${port});
				}
				catch {
					failed++;
				}
				if (++sent < 200)
					return;
				Timer.clear(timer);
				say("failed", failed);
			}, 1);
		`);
		const without = await run(source, {}, "--fault", "udp-nomem@0s");
		assert.equal(await printed(without, "failed "), "200");
		assert.equal(received.length, 0);
		await without.stop();
		const bad = await run(source, {}, "--fault", "udp-loss@0s");
		assert.equal(await printed(bad, "failed "), "0");
		await pause(100);
		assert.isBelow(received.length, 200);
		assert.isAbove(received.length, 150);
	});

	it("refuse an address that is none, and a port that is taken", async () => {
		const started = await run(
			program(`
				const socket = open();
				attempt("send", () => socket.write(new Uint8Array(1), "camera", 1));
				attempt("port", () => socket.write(new Uint8Array(1), "127.0.0.1", 0));
				attempt("address", () => new UDP({ address: "camera", port: 0 }));
				attempt("taken", () => new UDP({ address: "127.0.0.1", port: socket.port }));
				socket.close();
				attempt("closed", () => socket.read());
			`),
			{},
		);
		assert.equal(await printed(started, "send "), "the packet was not sent: invalid address");
		assert.equal(await printed(started, "port "), "invalid port");
		assert.equal(await printed(started, "address "), "no socket: invalid address");
		assert.equal(await printed(started, "taken "), "no socket: the port is in use");
		assert.equal(await printed(started, "closed "), "closed");
	});
});
