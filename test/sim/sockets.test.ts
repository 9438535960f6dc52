import { assert } from "chai";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { printed, programs } from "../support/program.ts";
import { sendBuffer, type Simulator } from "../support/simulator.ts";

/** A program whose listener makes a socket of each connection, with the given callbacks. */
function serving(callbacks: string, more = ""): string {
	return `
		import Timer from "timer";
		import Listener from "embedded:io/socket/listener";
		import TCP from "embedded:io/socket/tcp";
		const say = (...words) => trace(words.join(" ") + "\\n");
		const bytes = text => ArrayBuffer.fromString(text);
		const text = buffer => String.fromArrayBuffer(buffer);
		const attempt = (name, run) => {
			try {
				say(name, run());
			}
			catch (error) {
				say(name, error.message);
			}
		};
		const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable(count) {
			while (count--) {
				const from = this.read();
				if (from)
					new TCP({ from, ${callbacks} });
			}
		}});
		${more}
		say("port", listener.port);
	`;
}

/** What the script's sockets promise, on the simulator's own and, where the tests run over lwIP, on the board's. */
describe("the script's sockets", () => {
	const run = programs();
	let sockets: Socket[] = [];

	afterEach(() => {
		for (const socket of sockets) socket.destroy();
		sockets = [];
	});

	async function client(simulator: Simulator): Promise<Socket> {
		const socket = connect({
			port: Number(await printed(simulator, "port ")),
			host: "127.0.0.1",
			allowHalfOpen: true,
		});
		socket.on("error", () => {});
		sockets.push(socket);
		await once(socket, "connect");
		return socket;
	}

	/** All that comes before the end. The socket stays open. */
	async function everything(socket: Socket): Promise<string> {
		let received = "";
		socket.on("data", (data) => (received += String(data)));
		await once(socket, "end");
		return received;
	}

	it("report the peer's end once, after its last bytes, and can answer it", async () => {
		const started = await run(
			serving(`
				onReadable() { say("read", text(this.read())); },
				onError() { say("error"); },
				onEnd() {
					say("end");
					this.write(bytes("answer"));
					Timer.set(() => this.close(), 100);
				}`),
		);
		const socket = await client(started);
		socket.end("question");
		assert.equal(await everything(socket), "answer");
		await pause(200);
		assert.match(started.output, /read question\nend\n$/);
	});

	it("end their own half, and go on receiving", async () => {
		const started = await run(
			serving(`
				onWritable() {
					if (this.done) return;
					this.done = true;
					this.write(bytes("last"));
					this.end();
					attempt("after", () => this.write(bytes("more")));
				},
				onReadable() { say("read", text(this.read())); },
				onEnd() { say("end"); this.close(); }`),
		);
		const socket = await client(started);
		assert.equal(await everything(socket), "last");
		assert.equal(await printed(started, "after "), "would block");
		socket.write("still here");
		assert.equal(await printed(started, "read "), "still here");
		socket.end();
		await started.until(() => started.output.includes("end\n"), "the script learns of the end");
	});

	it("report a reset at once and once, however much is unread, and write nothing after it", async () => {
		const started = await run(
			serving(`
				onReadable(count) { say("readable", count); },
				onEnd() { say("end"); },
				onError() {
					say("error", this.remoteAddress, this.read());
					Timer.set(() => { this.close(); attempt("closed", () => this.write(bytes("x"))); }, 50);
				}`),
		);
		const socket = await client(started);
		socket.write("unread");
		await printed(started, "readable ");
		socket.resetAndDestroy();
		assert.match(await printed(started, "error "), /^127\.\d+\.\d+\.\d+ /);
		assert.equal(await printed(started, "closed "), "closed");
		assert.equal(started.output.split("error").length, 2);
		assert.notInclude(started.output, "end\n");
	});

	it("tell how much is unread, also before it is reported", async () => {
		const started = await run(
			serving(`
				onReadable() {
					if (this.looking) return;
					this.looking = true;
					say("reported", this.unread);
					// Nothing is received meanwhile, except by lwIP's thread.
					const end = Date.now() + 5_000;
					while (this.unread < 8 && Date.now() < end);
					say("arrived", this.unread);
					this.read();
					say("left", this.unread);
				}`),
		);
		const socket = await client(started);
		socket.write("one,");
		assert.equal(await printed(started, "reported "), "4");
		socket.write("two,");
		assert.equal(await printed(started, "arrived "), "8");
	});

	it("reset the connection by abort()", async () => {
		const started = await run(serving(`onReadable() { this.read(); this.abort(); }`));
		const socket = await client(started);
		const failed = once(socket, "error");
		socket.write("x");
		assert.equal(((await failed) as [NodeJS.ErrnoException])[0].code, "ECONNRESET");
	});

	it("write up to four pieces in one call, all or nothing", async () => {
		const started = await run(
			serving(`
				onWritable(room) {
					if (this.done) return;
					this.done = true;
					attempt("much", () => this.writePieces(new ArrayBuffer(room), bytes("x")));
					attempt("many", () => this.writePieces(bytes("1"), bytes("2"), bytes("3"), bytes("4"), bytes("5")));
					const left = this.writePieces(bytes("one,"), bytes(""), bytes("two,"), new Uint8Array(bytes("three")));
					say("left", room - left);
					Timer.set(() => this.close(), 100);
				}`),
		);
		const socket = await client(started);
		assert.equal(await everything(socket), "one,two,three");
		assert.equal(await printed(started, "much "), "would block");
		assert.notEqual(await printed(started, "many "), "13");
		assert.isAtLeast(Number(await printed(started, "left ")), 13);
	});

	it("hold no more than a window of what nobody reads, and get the rest when somebody does", async () => {
		const started = await run(
			serving(`
				onReadable(count) {
					if (!this.begun) {
						this.begun = true;
						Timer.set(() => { say("unread", this.count); this.reads = true; this.take(); }, 1000);
						this.total = 0;
						this.take = () => {
							const read = this.read();
							if (read) this.total += read.byteLength;
							if (this.total === 300000) say("total", this.total);
						};
					}
					this.count = count;
					if (this.reads) this.take();
				}`),
		);
		const socket = await client(started);
		socket.write(Buffer.alloc(300_000));
		const unread = Number(await printed(started, "unread "));
		assert.isAbove(unread, 500);
		assert.isAtMost(unread, Math.max(sendBuffer, 5_744));
		assert.equal(await printed(started, "total "), "300000");
	});

	it("name their errors", async () => {
		const started = await run(
			serving(
				"",
				`
				attempt("again", () => new Listener({ address: "127.0.0.1", port: listener.port }));
				attempt("port", () => new TCP({ address: "127.0.0.1", port: 65536 }));
				attempt("address", () => new TCP({ address: "yieldcam.local", port: 80 }));
				attempt("callback", () => new TCP({ address: "127.0.0.1", port: 80, onError: 1 }));
				listener.close();
				attempt("listener", () => listener.port);
				Object.defineProperty(listener, "port", { value: 0 });
			`,
			),
		);
		await printed(started, "port 0");
		assert.match(started.output, /^again port \d+ on 127\.0\.0\.1 is in use/m);
		assert.match(started.output, /^port invalid port$/m);
		assert.match(started.output, /^address invalid address$/m);
		assert.match(started.output, /^callback callbacks must be functions$/m);
		assert.match(started.output, /^listener closed$/m);
	});
});
