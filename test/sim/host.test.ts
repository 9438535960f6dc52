import { assert } from "chai";
import { once } from "node:events";
import { statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { printed, programs } from "../support/program.ts";
import { root } from "../support/root.ts";
import { overLwip, sendBuffer, type Simulator } from "../support/simulator.ts";

/** A program with one listener on a free port; `body` runs for each socket, and `from` is the listener's value. */
function serving(body: string): string {
	return `
		import Timer from "timer";
		import Listener from "embedded:io/socket/listener";
		import TCP from "embedded:io/socket/tcp";
		const text = string => ArrayBuffer.fromString(string);
		const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable(count) {
			while (count--) {
				const from = this.read();
				${body}
			}
		}});
		trace("port " + listener.port + "\\n");
	`;
}

async function client(simulator: Simulator): Promise<Socket> {
	const socket = connect(Number(await printed(simulator, "port ")), "127.0.0.1");
	await once(socket, "connect");
	return socket;
}

describe("the simulator's host", () => {
	const run = programs();

	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		it(`ends cleanly on ${signal}`, async () => {
			const started = await run(serving("from.close();"));
			await printed(started, "port ");
			await started.stop(signal);
			assert.equal(started.errors, "");
		});
	}

	it("ends cleanly with every socket busy", async () => {
		const started = await run(
			serving(`
			let room = 0;
			const socket = new TCP({ from, onReadable() { this.read(); }, onWritable(count) { room = count; } });
			const chatter = () => {
				if (room > 0)
					room = socket.write(new ArrayBuffer(1));
				Timer.set(chatter);
			};
			chatter();
		`) +
				`
			for (let i = 0; i < 4; i++)
				new TCP({ address: "127.0.0.1", port: listener.port, onReadable() { this.read(); }, onWritable() {} });
			Timer.set(() => trace("busy\\n"), 100);
		`,
		);
		await printed(started, "busy");
		await started.stop();
		assert.equal(started.errors, "");
	});

	it("has different random numbers at each start, as passwords' salts and keys require", async () => {
		const salt = async () => {
			const started = await run(`
				import { hex, randomBytes } from "yieldcam/access/constant-time";
				trace("salt " + hex(randomBytes(16)) + "\\n");
			`);
			const text = await printed(started, "salt ");
			await started.stop();
			return text;
		};
		const salts = [await salt(), await salt()];
		assert.match(salts[0], /^[0-9a-f]{32}$/);
		assert.notEqual(salts[0], salts[1]);
	});

	it("gets acknowledgements from a peer that sends more than it reads", async () => {
		const started = await run(
			serving(`
			const echo = socket => {
				while (socket.count > 0 && socket.room >= 100) {
					const bytes = socket.read(Math.min(socket.count, 100));
					socket.count -= bytes.byteLength;
					socket.room = socket.write(bytes);
				}
			};
			new TCP({
				from,
				onReadable(count) {
					this.count = count;
					echo(this);
				},
				onWritable(room) {
					this.room = room;
					echo(this);
				},
				onError() {
					this.close();
				}
			});
		`),
		);
		for (let round = 0; round < 60; round++) {
			const socket = await client(started);
			let sent = 0,
				received = 0;
			for (let i = 0; i < 500; i++) {
				sent += i;
				socket.write(Buffer.alloc(i));
			}
			for await (const data of socket) {
				received += (data as Buffer).length;
				if (received === sent) break;
			}
			assert.equal(received, sent);
		}
	});

	it("writes all or nothing, within lwIP's send window", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onWritable(room) {
				if (this.said)
					return;
				this.said = true;
				trace("room " + room + "\\n");
				try {
					this.write(new ArrayBuffer(room + 1));
				}
				catch (error) {
					trace("error " + error.message + "\\n");
				}
				trace("left " + this.write(new ArrayBuffer(room - 100)) + "\\n");
			} });
		`),
		);
		const socket = await client(started);
		assert.equal(await printed(started, "room "), String(sendBuffer));
		assert.match(await printed(started, "error "), /would block/);
		assert.isAtLeast(Number(await printed(started, "left ")), 100);
		let received = 0;
		while (received < sendBuffer - 100) received += ((await once(socket, "data")) as [Buffer])[0].length;
		assert.equal(received, sendBuffer - 100);
		socket.destroy();
	});

	it("has no more unacknowledged output under way than the window when the peer stops reading", async () => {
		const started = await run(
			serving(`
			let written = 0;
			new TCP({ from, onWritable(room) {
				while (room >= 1000) {
					room = this.write(new ArrayBuffer(1000));
					written += 1000;
				}
			} });
			Timer.repeat(() => trace("written " + written + "\\n"), 100);
		`),
		);
		const socket = await client(started);
		socket.pause();
		const written = () =>
			started.output
				.split("\n")
				.filter((line) => line.startsWith("written "))
				.map((line) => Number(line.slice(8)));
		// The peer's kernel accepts some; then it stands still.
		await started.until(
			() => written().length > 10 && new Set(written().slice(-5)).size === 1,
			"output stands still",
		);
		const total = written().at(-1)!;
		socket.resume();
		await started.until(() => written().at(-1)! > total, "output goes on");
		socket.destroy();
	});

	it("reports the peer's FIN as an error, after everything before it was read", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onReadable() {
				Timer.set(() => trace("read " + this.read().byteLength + "\\n"), 50);
			}, onError(...rest) {
				trace("end " + rest.length + "\\n");
				this.close();
			} });
		`),
		);
		const socket = await client(started);
		socket.end("hello");
		assert.equal(await printed(started, "end "), "0");
		assert.isBelow(started.output.indexOf("read 5"), started.output.indexOf("end 0"));
	});

	it("reads no more than there is, and returns undefined if there is nothing", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onReadable(count) {
				try {
					this.read(count + 1);
				}
				catch (error) {
					trace("error " + error.message + "\\n");
				}
				trace("some " + this.read(2).byteLength + "\\n");
				trace("rest " + String.fromArrayBuffer(this.read()) + "\\n");
				trace("none " + this.read() + "\\n");
			} });
		`),
		);
		const socket = await client(started);
		socket.write("hello");
		assert.match(await printed(started, "error "), /invalid/);
		assert.equal(await printed(started, "some "), "2");
		assert.equal(await printed(started, "rest "), "llo");
		assert.equal(await printed(started, "none "), "undefined");
		socket.destroy();
	});

	it("resets a connection that is closed with input unread, as lwIP does", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onReadable() {
				this.close();
			} });
		`),
		);
		const socket = await client(started);
		socket.write("hello");
		const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
		assert.equal(error.code, "ECONNRESET");
	});

	it("sends what was written before a close", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onWritable() {
				this.write(text("goodbye"));
				this.close();
			} });
		`),
		);
		const socket = await client(started);
		const [data] = (await once(socket, "data")) as [Buffer];
		assert.equal(data.toString(), "goodbye");
		await once(socket, "end");
	});

	it("resets a connection whose peer sends after the close, as lwIP does", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onWritable() {
				this.write(text("goodbye"));
				this.close();
			} });
		`),
		);
		const socket = connect({
			port: Number(await printed(started, "port ")),
			host: "127.0.0.1",
			allowHalfOpen: true,
		});
		socket.resume();
		await once(socket, "end");
		assert.equal((await started.report()).sockets, 1);
		// The first is answered with the reset, which the second runs into.
		const writing = setInterval(() => socket.write("one more thing"), 20);
		try {
			const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
			assert.include(["ECONNRESET", "EPIPE"], error.code);
		} finally {
			clearInterval(writing);
		}
		assert.equal((await started.report()).sockets, 0);
	});

	it("writes nothing to a connection that was reset, before onError reports it", async () => {
		const started = await run(
			serving(`
			new TCP({ from, onReadable() {
				this.read();
				trace("reset now\\n");
				const since = Date.now();
				while (Date.now() - since < 200)
					;
				trace("wrote " + this.write(new ArrayBuffer(3000)) + "\\n");
			}, onError() {
				trace("error\\n");
				this.close();
			} });
		`),
		);
		const socket = await client(started);
		socket.write("hello");
		await printed(started, "reset now");
		socket.resetAndDestroy();
		assert.equal(await printed(started, "wrote "), "undefined");
		await printed(started, "error");
	});

	it("refuses a write whose argument closes the socket on conversion", async () => {
		const started = await run(
			serving(`
			new TCP({ from, format: "number", onWritable() {
				const socket = this;
				try {
					socket.write({ valueOf() {
						socket.close();
						return 1;
					} });
				}
				catch (error) {
					trace("error " + error.message + "\\n");
				}
			} });
		`),
		);
		await client(started);
		assert.equal(await printed(started, "error "), "closed");
	});

	it("does not listen if an option is wrong", async () => {
		const started = await run(
			serving("from.close();") +
				`
			const { port } = listener;
			listener.close();
			try {
				new Listener({ address: "127.0.0.1", port, onReadable: 5 });
			}
			catch (error) {
				trace("error " + error.message + "\\n");
			}
			new Listener({ address: "127.0.0.1", port, onReadable() {} });
			trace("listens\\n");
		`,
		);
		assert.match(await printed(started, "error "), /functions/);
		await printed(started, "listens");
	});

	it("has 16 TCP control blocks, of which listeners take none; a further peer waits for one", async () => {
		const started = await run(
			serving(`
			trace("accepted\\n");
			new TCP({ from, onError() { this.close(); } });
		`) +
				`
			const other = new Listener({ address: "127.0.0.1", port: 0, onReadable() {} });
		`,
		);
		const accepted = () => started.output.split("accepted").length - 1;
		const sockets: Socket[] = [];
		for (let i = 0; i < 16; i++) sockets.push(await client(started));
		sockets.push(connect(sockets[0].remotePort!, "127.0.0.1"));
		await started.until(() => accepted() === 16, "sixteen are accepted");
		assert.equal((await started.report()).sockets, 16);
		assert.equal(accepted(), 16);
		sockets.shift()!.destroy();
		await started.until(() => accepted() === 17, "the seventeenth is accepted");
		for (const socket of sockets) socket.destroy();
	});

	it("passes the block of a peer that waited at a closed listener to one that waits at another", async () => {
		const started = await run(
			`let accepted = 0;` +
				serving(`
			new TCP({ from, onError() { this.close(); } });
			if (++accepted === 15)
				Timer.set(() => {
					trace("accepted " + accepted + "\\n");
					other.close();
				}, 300);
			if (accepted === 16)
				trace("accepted the last\\n");
		`) +
				`
			const other = new Listener({ address: "127.0.0.1", port: 0, onReadable() {} });
			trace("other " + other.port + "\\n");
		`,
		);
		const sockets = [connect(Number(await printed(started, "other ")), "127.0.0.1")];
		await once(sockets[0], "connect");
		for (let i = 0; i < 16; i++) sockets.push(await client(started));
		assert.equal(await printed(started, "accepted "), "15");
		await printed(started, "accepted the last");
		for (const socket of sockets) socket.destroy();
	});

	it("cannot listen without a control block, which lwIP needs for a moment", async () => {
		const started = await run(
			`let accepted = 0;` +
				serving(`
			new TCP({ from, onError() { this.close(); } });
			if (++accepted === 16)
				try {
					new Listener({ address: "127.0.0.1", port: 0, onReadable() {} });
				}
				catch (error) {
					trace("error " + error.message + "\\n");
				}
		`),
		);
		const sockets: Socket[] = [];
		for (let i = 0; i < 16; i++) sockets.push(await client(started));
		assert.equal(await printed(started, "error "), "no socket");
		for (const socket of sockets) socket.destroy();
	});

	it("has no such limits in the host profile", async function () {
		if (overLwip) {
			console.log("    skipped: lwIP's limits are compiled in");
			this.skip();
		}
		const started = await run(
			serving(`
			trace("accepted\\n");
			new TCP({ from, onError() { this.close(); } });
		`),
			"--profile",
			"host",
		);
		const sockets: Socket[] = [];
		// All at once: each has a message of its own under way, more than the board's queue holds.
		const port = Number(await printed(started, "port "));
		for (let i = 0; i < 200; i++) sockets.push(connect(port, "127.0.0.1"));
		try {
			await started.until(() => started.output.split("accepted").length - 1 === 200, "two hundred are accepted");
		} finally {
			// Left open, they would keep the whole run from ending.
			for (const socket of sockets) socket.destroy();
		}
	});

	it("calls timers back on time, in order, until they are cleared", async () => {
		const started = await run(`
			import Timer from "timer";
			const seen = [];
			Timer.set(() => seen.push("late"), 30);
			Timer.set(() => seen.push("soon"), 10);
			Timer.set(() => seen.push("now"));
			Timer.clear(Timer.set(() => seen.push("never"), 5));
			let ticks = 0;
			Timer.repeat(timer => {
				if (++ticks < 3)
					return;
				Timer.clear(timer);
				Timer.set(() => trace("seen " + seen + " " + ticks + "\\n"), 60);
			}, 5);
		`);
		assert.equal(await printed(started, "seen "), "now,soon,late 3");
	});

	it("stops a timer that is scheduled without a delay, and ends a single one after its callback", async () => {
		const started = await run(`
			import Timer from "timer";
			let single = 0, stopped = 0;
			Timer.set(timer => {
				single++;
				Timer.schedule(timer, 10);
			}, 10);
			const timer = Timer.set(() => stopped++, 10);
			Timer.schedule(timer);
			Timer.set(() => {
				trace("after " + single + " " + stopped + "\\n");
				Timer.schedule(timer, 10, 10);
			}, 100);
			Timer.set(() => trace("again " + (stopped > 1) + "\\n"), 300);
		`);
		assert.equal(await printed(started, "after "), "1 0");
		assert.equal(await printed(started, "again "), "true");
	});

	it("passes the launcher's options to the firmware", async () => {
		const started = await run(
			`
			import options from "sim/options";
			trace("options " + options.frameSize + " " + options.quality + "\\n");
		`,
			"--frame-size",
			"VGA",
			"--quality",
			"20",
		);
		assert.equal(await printed(started, "options "), "VGA 20");
	});

	it("gives the firmware the build's resources, outside the heap, and no other file", async () => {
		const started = await run(`
			import Resource from "Resource";
			const page = new Resource("page.html.gz");
			const names = ["page.html.gz", "page.html", "../modules.map", "."];
			trace("resource " + page.byteLength + " " + new Uint8Array(page, 0, 2).join() + " " + names.map(name => Resource.exists(name)).join() + "\\n");
			try {
				new Resource("../modules.map");
			}
			catch (error) {
				trace("error " + error + "\\n");
			}
		`);
		const { size } = statSync(join(root, "build/page/page.html.gz"));
		assert.equal(await printed(started, "resource "), `${size} 31,139 true,false,false,false`);
		assert.equal(await printed(started, "error "), "URIError: Resource not found: ../modules.map");
	});

	for (const [what, source] of Object.entries({
		slots: "const all = []; for (;;) all.push({});",
		chunks: "const all = []; for (;;) all.push(new ArrayBuffer(1000));",
	})) {
		it(`ends with one clear line if the board's heap is out of ${what}`, async () => {
			const started = await run(source);
			assert.equal(await started.exit, 1);
			assert.match(
				started.errors,
				/^yieldcam-sim: the machine's heap is full, and so is its reserve: \d+ slots of 4928, \d+ chunk bytes of 78848\./m,
			);
		});
	}

	it("lets the heap grow in the host profile", async () => {
		const started = await run(
			`
			const all = [];
			for (let i = 0; i < 20000; i++)
				all.push({ i });
			trace("made " + all.length + "\\n");
		`,
			"--profile",
			"host",
		);
		assert.equal(await printed(started, "made "), "20000");
	});

	it("ends with one clear line if the stack overflows", async () => {
		const started = await run("const f = n => 1 + f(n + 1); f(0);");
		assert.equal(await started.exit, 1);
		assert.match(started.errors, /stack overflow/);
	});

	for (const [what, source] of Object.entries({
		"an exception of the main module": `throw new Error("it broke");`,
		"an exception in a callback": `import Timer from "timer"; Timer.set(() => { throw new Error("it broke"); });`,
	})) {
		it(`ends with the message of ${what}`, async () => {
			const started = await run(source);
			assert.equal(await started.exit, 1);
			assert.equal(started.errors, "yieldcam-sim: Error: it broke\n");
		});
	}

	it("prints the message of an unhandled rejection at the end of the turn, and goes on", async () => {
		const started = await run(`
			import Timer from "timer";
			Promise.reject(new Error("it broke"));
			Promise.reject("twice");
			Timer.set(() => trace("still running\\n"), 0);
		`);
		await printed(started, "still running");
		// Collects the promises, which must not be reported again.
		await started.report();
		assert.match(started.errors, /^yieldcam-sim: unhandled rejection: Error: it broke$/m);
		assert.match(started.errors, /^yieldcam-sim: unhandled rejection: "twice", which is not an Error$/m);
		assert.lengthOf(started.errors.match(/unhandled/g)!, 2);
	});

	it("gives a board the rejections that nothing has handled since the last check", async () => {
		const started = await run(`
			import eachRejection from "yieldcam/common/rejections";
			const seen = [];
			const note = (reason) => seen.push(String(reason));
			Promise.reject("a");
			const handled = Promise.reject("b");
			Promise.reject("c");
			eachRejection(note);
			seen.push("/");
			handled.catch(() => {});
			Promise.reject("d");
			eachRejection((reason) => {
				note(reason);
				Promise.reject("e");
			});
			seen.push("/");
			eachRejection(note);
			trace("seen " + seen.join("") + "\\n");
		`);
		assert.equal(await printed(started, "seen "), "/ac/dee");
		await started.report();
		assert.notInclude(started.errors, "rejection");
	});

	it("knows only the modules of its map", async () => {
		const started = await run(`import fs from "node:fs";`);
		assert.equal(await started.exit, 1);
		assert.match(started.errors, /module "node:fs" not found/);
	});
});
