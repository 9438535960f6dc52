import { assert } from "chai";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { printed, programs } from "../support/program.ts";
import { overLwip, type Simulator } from "../support/simulator.ts";

const PROGRAM = `
	import Listener from "embedded:io/socket/listener";
	import TCP from "embedded:io/socket/tcp";
	let accepted = 0;
	const held = [];
	const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable(count) {
		while (count--) {
			held.push(new TCP({ from: this.read(), onReadable() { this.read(); } }));
			if (++accepted > HELD)
				while (held.length)
					held.shift().close();
			trace("accepted " + accepted + "\\n");
		}
	}});
	trace("port " + listener.port + "\\n");
`;

/** A client that does not close when the device does. */
async function client(simulator: Simulator): Promise<Socket> {
	const port = Number(await printed(simulator, "port "));
	const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
	socket.on("error", () => {});
	await once(socket, "connect");
	return socket;
}

describe("the blocks of closed connections", function () {
	const run = programs();

	// Without that, each sixteen of them would wait for two seconds.
	it("give way to new connections, although their peers do not close", async function () {
		this.timeout(20_000);
		const started = await run(PROGRAM.replace("HELD", "0"));
		const sockets: Socket[] = [];
		for (let i = 0; i < 320; i++) {
			sockets.push(await client(started));
			await once(sockets[i].resume(), "end");
		}
		assert.isAtMost((await started.report()).sockets, 16);
		for (const socket of sockets) socket.destroy();
	});

	it("may give way in the same turn in which their peers close", async function () {
		this.timeout(20_000);
		const started = await run(PROGRAM.replace("HELD", "0"));
		for (let i = 0; i < 10; i++) {
			const closed: Socket[] = [];
			for (let j = 0; j < 16; j++) {
				closed.push(await client(started));
				await once(closed[j].resume(), "end");
			}
			started.process.kill("SIGSTOP");
			const next = await client(started);
			for (const socket of closed) socket.destroy();
			started.process.kill("SIGCONT");
			await once(next.resume(), "end");
			next.destroy();
		}
		assert.isAtMost((await started.report()).sockets, 16);
	});

	it("stay as long as the peer has not acknowledged everything", async function () {
		// The fault has no effect over lwIP; test/lwip has this case.
		if (overLwip) this.skip();
		const started = await run(PROGRAM.replace("HELD", "15"), "--fault", "half-open@signal");
		const sockets: Socket[] = [];
		const ended = new Set<Socket>();
		for (let i = 0; i < 15; i++) {
			const socket = await client(started);
			sockets.push(socket);
			for (const event of ["end", "error"]) socket.on(event, () => ended.add(socket));
			socket.resume();
		}
		await started.until(() => started.output.includes("accepted 15\n"), "all are accepted");
		started.process.kill("SIGUSR2");
		// So that the fault has begun.
		for (let i = 0; i < 2; i++) await started.report();
		// When it is accepted, all are closed, and the fifteen do not acknowledge that.
		const last = await client(started);
		await once(last.resume(), "end");
		assert.equal((await started.report()).sockets, 16);
		for (let i = 0; i < 10; i++) {
			const another = await client(started);
			await once(another.resume(), "end");
			another.destroy();
		}
		assert.equal(ended.size, 0);
		for (const socket of [...sockets, last]) socket.destroy();
	});
});
