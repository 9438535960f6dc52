import { assert } from "chai";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { printed, programs } from "../support/program.ts";
import { sendBuffer } from "../support/simulator.ts";

/** A server that keeps its connections; `accept` receives each. */
async function listen(
	accept: (socket: Socket) => void = () => {},
): Promise<{ server: Server; port: number; sockets: Socket[] }> {
	const sockets: Socket[] = [];
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on("error", () => {});
		accept(socket);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { server, port: (server.address() as AddressInfo).port, sockets };
}

describe("the simulator's outgoing connections", () => {
	const run = programs();
	let close = () => {};

	afterEach(() => close());

	async function listening(accept?: (socket: Socket) => void): Promise<number> {
		const { server, port, sockets } = await listen(accept);
		close = () => {
			for (const socket of sockets) socket.destroy();
			server.close();
			close = () => {};
		};
		return port;
	}

	it("are open once they can be written to, not before, and have lwIP's window", async () => {
		const port = await listening((socket) => socket.pipe(socket));
		const started = await run(`
			import TCP from "embedded:io/socket/tcp";
			const socket = new TCP({ address: "127.0.0.1", port: ${port}, onWritable(room) {
				if (this.said)
					return;
				this.said = true;
				trace("room " + room + "\\n");
				this.write(ArrayBuffer.fromString("hello"));
			}, onReadable() {
				trace("echo " + String.fromArrayBuffer(this.read()) + " of " + this.remoteAddress + "\\n");
			}});
			try {
				socket.write(new ArrayBuffer(1));
			}
			catch (error) {
				trace("early " + error.message + "\\n");
			}
		`);
		assert.equal(await printed(started, "early "), "not ready");
		assert.equal(await printed(started, "room "), String(sendBuffer));
		assert.equal(await printed(started, "echo "), "hello of 127.0.0.1");
	});

	it("report through onError if they are refused, after the constructor has returned", async () => {
		const port = await listening();
		close();
		const started = await run(`
			import TCP from "embedded:io/socket/tcp";
			new TCP({ address: "127.0.0.1", port: ${port}, onWritable() { trace("writable\\n"); }, onError(...rest) {
				trace("error " + rest.length + "\\n");
				this.close();
			}});
			trace("made\\n");
		`);
		assert.equal(await printed(started, "error "), "0");
		assert.isBelow(started.output.indexOf("made"), started.output.indexOf("error"));
		assert.notInclude(started.output, "writable");
		assert.equal((await started.report()).sockets, 0);
	});

	it("are not made to an invalid address", async () => {
		const started = await run(`
			import TCP from "embedded:io/socket/tcp";
			for (const address of ["localhost", "1.2.3", "0x7f.0.0.1", ""])
				try {
					new TCP({ address, port: 80 });
				}
				catch (error) {
					trace("error " + error.message + "\\n");
				}
			trace("done\\n");
		`);
		await printed(started, "done");
		assert.equal(started.output, "error invalid address\n".repeat(4) + "done\n");
		assert.equal((await started.report()).sockets, 0);
	});

	it("take control blocks like accepted ones, and without one there is no socket", async () => {
		const port = await listening();
		const started = await run(`
			import Timer from "timer";
			import TCP from "embedded:io/socket/tcp";
			const sockets = [];
			const connect = () => {
				try {
					for (;;)
						sockets.push(new TCP({ address: "127.0.0.1", port: ${port}, onWritable() {}, onError() {} }));
				}
				catch (error) {
					return error.message;
				}
			};
			trace("first " + connect() + " after " + sockets.length + "\\n");
			sockets.shift().close();
			sockets.shift().close();
			// Over lwIP those that were connected keep their blocks until their peers have closed too.
			const again = Timer.repeat(() => {
				const error = connect();
				if (sockets.length < 16)
					return;
				Timer.clear(again);
				trace("second " + error + " after " + sockets.length + "\\n");
			}, 20);
		`);
		assert.equal(await printed(started, "first "), "no socket after 16");
		assert.equal(await printed(started, "second "), "no socket after 16");
		assert.equal((await started.report()).sockets, 16);
	});
});

describe("the simulator's names", () => {
	const run = programs();

	it("are resolved off the loop; an unknown one has no address", async () => {
		const started = await run(`
			import Net from "net";
			Net.resolve("localhost", (name, address) => trace("first " + name + " " + address + "\\n"));
			Net.resolve("no such name", (name, address) => trace("second " + name + " " + address + "\\n"));
			trace("asked\\n");
		`);
		assert.equal(await printed(started, "first "), "localhost 127.0.0.1");
		assert.equal(await printed(started, "second "), "no such name undefined");
		assert.isBelow(started.output.indexOf("asked"), started.output.indexOf("first"));
	});

	it("can be pending when the machine ends", async () => {
		const started = await run(`
			import Net from "net";
			for (let i = 0; i < 20; i++)
				Net.resolve("localhost", () => {});
			trace("asked\\n");
		`);
		await printed(started, "asked");
		await started.stop();
		assert.equal(started.errors, "");
	});
});
