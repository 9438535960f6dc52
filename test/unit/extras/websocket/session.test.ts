import { assert } from "chai";
import { FakeMachine } from "../../support/fake-machine.ts";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { webSocket, type WebSocket } from "yieldcam/websocket/web-socket";
import { WebSocketError } from "yieldcam/websocket/web-socket-error";
import { Deferred, serve } from "../../support/serve.ts";
import { takeBack } from "../../support/take-back.ts";
import { advance, pendingTimers } from "../../support/time.ts";
import {
	binary,
	close,
	concat,
	echo,
	frame,
	HANDSHAKE,
	type Peer,
	ping,
	pong,
	serveWebSocket,
	type Sockets,
	text,
} from "../../support/web-socket-peer.ts";

/** A deadline passes at its time at the earliest, and at most one sweep later. */
const SWEEP = 1_000;

/** Bytes that no other test's payloads have. */
function payload(length: number): Uint8Array {
	return new Uint8Array(length).fill(0x2e);
}

/** A handler for one connection that a test controls. */
class Puppet {
	socket!: WebSocket;
	readonly done = new Deferred<void>();
	readonly handler = (socket: WebSocket) => {
		this.socket = socket;
		return this.done.promise;
	};

	/** Tries to send. Settles to undefined, or to the error's code. */
	send(data: string | Uint8Array): { code: number | undefined; settled: boolean } {
		const result: { code: number | undefined; settled: boolean } = { code: undefined, settled: false };
		this.socket.send(data).then(
			() => (result.settled = true),
			(error) => {
				result.settled = true;
				result.code = (error as WebSocketError).code;
			},
		);
		return result;
	}

	async next(): Promise<string | undefined> {
		const { done, value } = await this.socket[Symbol.asyncIterator]().next();
		return done ? undefined : value.text;
	}
}

async function puppet(
	options: Parameters<typeof serveWebSocket>[1] = {},
): Promise<{ puppet: Puppet; peer: Peer; served: Sockets }> {
	const puppet = new Puppet();
	const served = serveWebSocket(puppet.handler, options);
	return { puppet, peer: await served.open(), served };
}

async function pass(served: Sockets, milliseconds: number): Promise<void> {
	for (let passed = 0; passed < milliseconds; passed += SWEEP) {
		advance(SWEEP);
		await served.network.settle();
	}
}

describe("a handler of a WebSocket", () => {
	it("that returns closes the connection, and waits for the peer's Close", async () => {
		const { open, network } = serveWebSocket(async (socket) => {
			for await (const message of socket) {
				void socket.send(message.text);
				return;
			}
		});
		const peer = await open();
		await peer.send(concat(text("one"), text("two")));
		assert.deepEqual(peer.take(), ["text one", "close 1000"]);
		await peer.send(concat(text("three"), ping("4")), close(1000));
		assert.deepEqual(peer.take(), ["end"], "nothing is sent after a Close, and nothing after it counts");
		assert.equal(network.open, 0);
	});

	it("that throws closes the connection with 1011, and the error goes to the log", async () => {
		const { open, log } = serveWebSocket(async (socket) => {
			for await (const message of socket) throw new Error(`no idea of ${message.text}`);
		});
		const peer = await open();
		await peer.send(text("this"));
		assert.deepEqual(peer.take(), ["close 1011"]);
		assert.lengthOf(log, 1);
		assert.match(log[0], /GET \/: .*no idea of this/);
	});

	it("that throws synchronously does the same", async () => {
		const { open, log } = serveWebSocket(() => {
			throw new Error("at once");
		});
		assert.deepEqual((await open()).take(), ["close 1011"]);
		assert.match(log[0], /at once/);
	});

	it("that throws a WebSocketError closes the connection with that", async () => {
		const { open, log } = serveWebSocket(async () => {
			throw new WebSocketError(4001, "asleep");
		});
		assert.deepEqual((await open()).take(), ["close 4001 asleep"]);
		assert.deepEqual(log, []);
	});

	for (const [what, error] of [
		["a code that must not be sent", new WebSocketError(1005)],
		["a reason that is too long", new WebSocketError(4000, "r".repeat(124))],
	] as const) {
		it(`that throws one with ${what} is an error itself`, async () => {
			const { open, log } = serveWebSocket(async () => {
				throw error;
			});
			assert.deepEqual((await open()).take(), ["close 1011"]);
			assert.lengthOf(log, 1);
		});
	}

	it("may close with a code and a reason, after what it has sent", async () => {
		const {
			puppet: { socket },
			peer,
			served,
		} = await puppet();
		assert.throws(() => socket.close(1006), RangeError);
		assert.throws(() => socket.close(1000, "é".repeat(62)), RangeError);
		assert.throws(() => socket.close(1000.5), RangeError);
		assert.isUndefined(socket.closeCode);
		void socket.send("last");
		socket.close(4002, "é".repeat(61));
		socket.close(4003);
		await served.network.settle();
		assert.deepEqual(peer.take(), ["text last", `close 4002 ${"é".repeat(61)}`]);
		assert.equal(socket.closeCode, 4002);
		await peer.send(close(4002));
		assert.deepEqual(peer.take(), ["end"]);
		assert.equal(socket.closeCode, 4002);
	});

	it("gets no messages once it has closed", async () => {
		const { puppet: it, peer } = await puppet();
		await peer.send(text("before"));
		it.socket.close();
		await peer.send(text("after"));
		assert.isUndefined(await it.next());
	});

	it("learns how the peer closed", async () => {
		const { puppet: it, peer } = await puppet();
		const next = it.next();
		await peer.send(close(4321, "see you"));
		assert.isUndefined(await next);
		assert.equal(it.socket.closeCode, 4321);
		assert.equal(it.socket.closeReason, "see you");
		assert.deepEqual(peer.take(), ["close 4321", "end"]);
	});

	it("learns that the peer is gone", async () => {
		const left: string[] = [];
		const it = new Puppet();
		const { connect, network, log } = serve((request) => {
			request.onClose(() => left.push("left"));
			return webSocket(request, it.handler);
		});
		const client = connect().send(HANDSHAKE);
		await network.settle();
		const next = it.next();
		client.finish();
		assert.isUndefined(await next);
		assert.equal(it.socket.closeCode, 1006);
		assert.deepEqual(left, ["left"]);
		const sent = it.send("too late");
		await network.settle();
		assert.equal(sent.code, 1006);
		it.socket.close();
		it.done.reject(new WebSocketError(1006));
		await network.settle();
		assert.deepEqual(log, []);
		assert.equal(network.open, 0);
		assert.equal(pendingTimers(), 0);
	});

	it("is still reported if it fails after the peer is gone", async () => {
		const { puppet: it, peer, served } = await puppet();
		peer.client.finish();
		it.done.reject(new Error("cleaning up"));
		await served.network.settle();
		assert.match(served.log.join("\n"), /cleaning up/);
	});

	it("gets the last message of a peer that then disconnects", async () => {
		const { puppet: it, peer } = await puppet();
		await peer.send(text("last"));
		peer.client.finish();
		assert.equal(await it.next(), "last");
		assert.isUndefined(await it.next());
	});

	it("may end its loop and begin another", async () => {
		const got: string[] = [];
		const { open } = serveWebSocket(async (socket) => {
			for await (const message of socket) {
				got.push(`first ${message.text}`);
				break;
			}
			for await (const message of socket) got.push(`then ${message.text}`);
		});
		await (await open()).send(concat(text("a"), text("b"), text("c")));
		assert.deepEqual(got, ["first a", "then b", "then c"]);
	});

	it("cannot wait for two messages at once", async () => {
		const { puppet: it, peer } = await puppet();
		const first = it.next();
		const second = await it.next().catch((error) => error);
		assert.instanceOf(second, TypeError);
		await peer.send(text("a"));
		assert.equal(await first, "a");
	});

	it("is not called if the client disconnected before the answer", async () => {
		const answer = new Deferred<void>();
		let runs = 0;
		const { connect, network } = serve(async (request) => {
			await answer.promise;
			return webSocket(request, async () => {
				runs++;
			});
		});
		const client = connect().send(HANDSHAKE);
		client.finish();
		answer.resolve();
		await network.settle();
		assert.equal(runs, 0);
		assert.equal(network.open, 0);
	});
});

describe("a message's value", () => {
	const values: unknown[] = [];
	const json = async (socket: WebSocket) => {
		for await (const message of socket) values.push(message.json());
	};

	it("is that of its JSON", async () => {
		values.length = 0;
		const { open } = serveWebSocket(json);
		const peer = await open();
		await peer.send(text('{"left":0.5,"right":[1,"é"]}'));
		assert.deepEqual(values, [{ left: 0.5, right: [1, "é"] }]);
		assert.deepEqual(peer.take(), []);
	});

	const refused: [what: string, message: Uint8Array, answer: string][] = [
		["is malformed", text("{"), "close 1007 malformed JSON"],
		["has a NUL", text(Uint8Array.of(0x22, 0, 0x22)), "close 1007 the text is not UTF-8"],
		["is nested too deep for the machine's stack", text("[".repeat(4_096)), "close 1007 JSON nested too deep"],
		[
			"has too many values for its heap",
			text(`[${"0,".repeat(1_000)}0]`),
			"close 1007 too many JSON values: at most 512",
		],
		["is binary", binary(Uint8Array.of(0x30)), "close 1003 text expected"],
	];
	for (const [what, message, answer] of refused)
		it(`closes the connection if it ${what}`, async () => {
			const { open, log } = serveWebSocket(json);
			assert.deepEqual((await (await open()).send(message)).take(), [answer]);
			assert.deepEqual(log, []);
		});
});

describe("a WebSocket that its peer writes to", () => {
	it("leaves in the socket what its handler does not ask for", async () => {
		const { puppet: it, peer } = await puppet();
		const count = 40;
		for (let i = 0; i < count; i++) await peer.send(text(`${i} ${"x".repeat(200)}`));
		assert.isAbove(peer.client.unread, count * 200 - 3_000, "one message, and as much as is read ahead");
		for (let i = 0; i < count; i++) assert.match((await it.next())!, new RegExp(`^${i} `));
		assert.equal(peer.client.unread, 0);
	});

	it("answers a Ping while the handler works on a message, and while another waits", async () => {
		const { puppet: it, peer } = await puppet();
		await peer.send(text("a"));
		assert.equal(await it.next(), "a");
		await peer.send(concat(text("b"), ping("1")));
		assert.deepEqual(peer.take(), ["pong 1"]);
	});

	it("answers the latest of many Pings if there is no room for more", async () => {
		const { puppet: it, peer } = await puppet({ window: 2_000 });
		peer.client.pause();
		it.send(payload(5_000));
		for (let i = 0; i < 1_000; i++) peer.client.send(ping(`${i}`));
		peer.client.resume();
		await peer.send();
		assert.deepEqual(peer.take(), ["binary 5000 bytes", "pong 999"]);
	});

	it("lets the handler answer the last message before it answers the Close", async () => {
		const { puppet: it, peer, served } = await puppet();
		await peer.send(concat(text("question"), close(1000), text("?")));
		assert.deepEqual(peer.take(), []);
		assert.equal(await it.next(), "question");
		const sent = it.send("answer");
		assert.isUndefined(await it.next());
		await served.network.settle();
		assert.deepEqual(peer.take(), ["text answer", "close 1000", "end"]);
		assert.isTrue(sent.settled);
		assert.isUndefined(sent.code);
	});

	it("answers the Close in the end, whatever the handler does", async () => {
		const { puppet: it, peer, served } = await puppet();
		await peer.send(text("question"));
		await it.next();
		await peer.send(close(1000));
		await pass(served, 9_000);
		assert.deepEqual(peer.take(), []);
		await pass(served, 2_000);
		assert.deepEqual(peer.take(), ["close 1000", "end"]);
	});

	it("gives a slow peer time to read that answer", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000 });
		await peer.send(text("question"));
		await it.next();
		peer.client.pause();
		it.send(payload(5_000));
		await peer.send(close(1000));
		await pass(served, 11_000 + 9_000);
		assert.isFalse(peer.client.closed);
		peer.client.resume();
		await served.network.settle();
		assert.deepEqual(peer.take(), ["binary 5000 bytes", "close 1000", "end"]);
	});

	it("answers the Close at once if the handler never reads", async () => {
		const { peer } = await puppet();
		assert.deepEqual((await peer.send(close(1000))).take(), ["close 1000", "end"]);
	});

	it("does the same after an error: messages before it count", async () => {
		const { puppet: it, peer, served } = await puppet();
		await peer.send(concat(text("question"), frame(0x83)));
		assert.equal(await it.next(), "question");
		it.send("answer");
		it.done.resolve();
		await served.network.settle();
		assert.deepEqual(peer.take(), ["text answer", "close 1002", "end"]);
		assert.equal(it.socket.closeCode, 1002);
	});

	it("spends the server's budget on all clients, and no more", async () => {
		const limits = { streamMemory: 12_000, message: 4_000 };
		const { open, network } = serveWebSocket(echo, { limits });
		const part = frame(0x01, payload(3_000));
		const peers: Peer[] = [];
		for (let i = 0; i < 6; i++) peers.push(await (await open()).send(part));
		const closed = peers.filter((peer) => peer.take()[0] === "close 1013");
		assert.isAbove(closed.length, 1);
		assert.isBelow(closed.length, 6);
		for (const peer of peers) peer.client.finish();
		assert.equal(network.open, 0);
		const again = await (await open()).send(part, frame(0x80, "."));
		assert.equal(again.take()[0], "text " + ".".repeat(3_001), "all of it is free again");
	});

	it("is closed with 1013 if the server has no memory for what it sends at once", async () => {
		const { open, network } = serveWebSocket(echo, { limits: { streamMemory: 600 } });
		const peer = await open();
		assert.deepEqual((await peer.send(text("."))).take(), ["text ."]);
		// More than is left, all in one frame: the connection cannot even read it.
		await peer.send(frame(0x81, payload(2_000)));
		assert.equal(peer.take()[0], "close 1013");
		peer.client.finish();
		await network.settle();
		assert.equal(network.open, 0);
	});

	it("accepts messages of four kilobytes by default, and none that are longer", async () => {
		const { open } = serveWebSocket(echo);
		const peer = await open();
		assert.deepEqual((await peer.send(text(payload(4_096)))).take(), ["text " + ".".repeat(4_096)]);
		assert.equal((await peer.send(text(payload(4_097)))).take()[0], "close 1009");
	});

	it("takes no memory for an announced length", async () => {
		const { open } = serveWebSocket(echo, { limits: { streamMemory: 2_000, message: 1_000_000, slots: 10_000 } });
		const peers: Peer[] = [];
		for (let i = 0; i < 8; i++)
			peers.push(await (await open()).send(frame(0x82, new Uint8Array(900_000)).subarray(0, 20)));
		for (const peer of peers) assert.deepEqual(peer.take(), []);
	});
});

describe("a WebSocket that writes to its peer", () => {
	it("sends small messages in one write, and large ones in one frame", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 100_000 });
		it.send("Hello");
		it.send(payload(126));
		it.send(payload(65_535));
		it.send(payload(65_536));
		await served.network.settle();
		assert.deepEqual(peer.take(), ["text Hello", "binary 126 bytes", "binary 65535 bytes", "binary 65536 bytes"]);
		assert.deepEqual(peer.client.writes.slice(1, 3), [7, 130]);
	});

	it("keeps the order, and reports when each message is accepted", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 1_000 });
		peer.client.pause();
		const sent = [it.send(payload(1_500)), it.send("two"), it.send("three")];
		await served.network.settle();
		assert.deepEqual(
			sent.map(({ settled }) => settled),
			[false, false, false],
		);
		assert.equal(it.socket.bufferedAmount, 1_508);
		peer.client.acknowledge();
		await served.network.settle();
		assert.deepEqual(
			sent.map(({ settled }) => settled),
			[true, true, true],
			"there is room for all the rest",
		);
		assert.equal(it.socket.bufferedAmount, 0);
		assert.deepEqual(peer.take(), ["binary 1500 bytes", "text two", "text three"]);
	});

	it("lends a large buffer, without a copy", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000 });
		peer.client.pause();
		const data = payload(5_000);
		it.send(data);
		await served.network.settle();
		data[4_999] = 0x21;
		peer.client.resume();
		await served.network.settle();
		assert.equal(peer.client.received.at(-1), 0x21);
		assert.deepEqual(peer.take(), ["binary 5000 bytes"]);
	});

	it("ends the connection if a driver takes its buffer back while it is sent", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000 });
		peer.client.pause();
		const { buffer } = payload(5_000);
		const sent = it.send(buffer as unknown as Uint8Array);
		await served.network.settle();
		takeBack(buffer as ArrayBuffer);
		peer.client.resume();
		await served.network.settle();
		assert.isTrue(peer.client.closed);
		assert.equal(sent.code, 1006);
		assert.match(served.log[0], /taken back/);
	});

	it("never writes more than the socket has room for: an awaiting loop skips what the peer is too slow for", async () => {
		let newest = 0;
		const sent: number[] = [];
		const { open, network } = serveWebSocket(
			async (socket) => {
				for await (const _ of socket) break;
				for (;;) {
					sent.push(newest);
					await socket.send(payload(1_500));
				}
			},
			{ window: 1_000 },
		);
		const peer = await open();
		peer.client.pause();
		await peer.send(text("go"));
		const stuck = sent.length;
		newest = 7;
		await network.settle();
		assert.lengthOf(sent, stuck);
		peer.client.acknowledge();
		await network.settle();
		assert.equal(sent.at(-1), 7);
		peer.client.finish();
		await network.settle();
		assert.equal(network.open, 0, "the error ends the loop");
	});

	it("closes with 1013 if a large message waits for a slow peer, and the heap has no room for more", async () => {
		const machine = new FakeMachine();
		const { puppet: it, peer, served } = await puppet({ window: 2_000, machine });
		peer.client.pause();
		const first = it.send(payload(5_000));
		await served.network.settle();
		machine.bytes = DEFAULT_LIMITS.acceptBytes + 1_023;
		const small = it.send(payload(1_023));
		await served.network.settle();
		assert.isUndefined(it.socket.closeCode, "a small one may wait");
		const large = it.send(payload(1_024));
		await served.network.settle();
		assert.deepEqual([first.code, small.code, large.code], [undefined, 1013, 1013]);
		assert.equal(it.socket.closeCode, 1013);
	});

	it("closes with 1013 if messages pile up that the peer does not read", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000, limits: { queue: 1_000 } });
		peer.client.pause();
		const results = [it.send(payload(5_000))];
		await served.network.settle();
		while (it.socket.closeCode === undefined) results.push(it.send("x".repeat(100)));
		await served.network.settle();
		assert.lengthOf(results, 8, "one that is being sent, six of 164 bytes that wait, one too many");
		assert.deepEqual(
			results.map(({ code }) => code),
			[undefined, ...Array(7).fill(1013)],
		);
		assert.equal(it.socket.closeCode, 1013);
		peer.client.resume();
		await served.network.settle();
		assert.deepEqual(peer.take(), ["binary 5000 bytes", "close 1013 messages are not read", "end"]);
		assert.isTrue(results[0].settled);
	});

	it("lets eight kilobytes of messages wait by default, including the overhead of each", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000 });
		peer.client.pause();
		const results = [it.send(payload(5_000))];
		await served.network.settle();
		for (let i = 0; i < 8; i++) results.push(it.send(payload(1_024 - 64)));
		assert.isUndefined(it.socket.closeCode);
		it.send("x");
		await served.network.settle();
		assert.equal(it.socket.closeCode, 1013);
	});

	it("sends small messages that wait in one write, and makes one promise for them", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 2_000 });
		peer.client.pause();
		it.send(payload(5_000));
		await served.network.settle();
		const promises = Array.from({ length: 100 }, (_, i) => it.socket.send(i % 2 ? "" : "x"));
		assert.equal(new Set(promises).size, 1);
		assert.equal(it.socket.bufferedAmount, 5_050);
		const large = it.socket.send(payload(1_100)),
			last = it.socket.send("last");
		assert.equal(new Set([...promises, large, last]).size, 3, "a large one is lent, and none is appended to it");
		peer.client.resume();
		await served.network.settle();
		await Promise.all([...promises, large, last]);
		const texts = Array.from({ length: 100 }, (_, i) => (i % 2 ? "text" : "text x"));
		assert.deepEqual(peer.take(), ["binary 5000 bytes", ...texts, "binary 1100 bytes", "text last"]);
		assert.equal(it.socket.bufferedAmount, 0);
	});

	it("closes with 1013 if small messages wait for a slow peer, and the heap has no room for what awaits them", async () => {
		const machine = new FakeMachine();
		const { puppet: it, peer, served } = await puppet({ window: 2_000, machine });
		machine.slots = DEFAULT_LIMITS.acceptSlots - 1;
		it.send("taken at once");
		await served.network.settle();
		assert.deepEqual(peer.take(), ["text taken at once"]);
		peer.client.pause();
		it.send(payload(5_000));
		await served.network.settle();
		machine.slots++;
		it.send("");
		assert.isUndefined(it.socket.closeCode);
		machine.slots--;
		it.send("");
		assert.equal(it.socket.closeCode, 1013);
		await served.network.settle();
	});

	it("holds its handler's place while the handler goes on after its peer has left", async () => {
		const held: Deferred<void>[] = [];
		const { open, network } = serveWebSocket(
			async () => {
				const done = new Deferred<void>();
				held.push(done);
				await done.promise;
			},
			{ limits: { slots: 2 * 450 + 100 } },
		);
		const first = await open();
		first.client.finish();
		await network.settle();
		const refused = network.connect().send(HANDSHAKE);
		await network.settle();
		assert.equal(refused.text, "");
		held[0].resolve();
		await network.settle();
		advance(0);
		await network.settle();
		assert.match(refused.text, /^HTTP\/1\.1 101 /);
		assert.lengthOf(held, 2);
	});

	it("accepts one message of any size while nothing waits", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 100_000, limits: { queue: 1_000 } });
		it.send(payload(50_000));
		await served.network.settle();
		assert.deepEqual(peer.take(), ["binary 50000 bytes"]);
	});

	it("leaves no unhandled rejection to a handler that does not wait", async () => {
		const { puppet: it, peer, served } = await puppet();
		peer.client.pause();
		void it.socket.send(payload(10_000));
		void it.socket.send("queued");
		peer.client.finish();
		void it.socket.send("too late");
		await served.network.settle();
		assert.equal(it.socket.bufferedAmount, 0);
	});
});

describe("a WebSocket's deadline", () => {
	const limits = { keepalive: 5_000, pongTimeout: 3_000, closeTimeout: 4_000 };

	it("pings a silent peer, and keeps one that answers", async () => {
		const { peer, served } = await puppet({ limits });
		await pass(served, 4_000);
		assert.deepEqual(peer.take(), []);
		await pass(served, 2_000);
		for (let i = 0; i < 5; i++) {
			assert.deepEqual(peer.take(), ["ping"]);
			await peer.send(pong());
			await pass(served, 3_000 + SWEEP + 5_000 + SWEEP);
		}
	});

	it("pings after 15 seconds of silence, and allows ten seconds for the answer, by default", async () => {
		const { peer, served } = await puppet();
		await pass(served, 14_000);
		assert.deepEqual(peer.take(), []);
		await pass(served, 2_000);
		assert.deepEqual(peer.take(), ["ping"]);
		await pass(served, 9_000);
		assert.isFalse(peer.client.closed);
		await pass(served, 2_000);
		assert.isTrue(peer.client.closed);
	});

	it("does not ping a peer that sends", async () => {
		const { open, network } = serveWebSocket(echo, { limits });
		const peer = await open();
		for (let i = 0; i < 10; i++) {
			advance(2_000);
			await peer.send(text("x"));
		}
		assert.deepEqual(peer.take(), Array(10).fill("text x"));
		assert.equal(network.open, 1);
	});

	it("ends the connection of a peer that does not answer", async () => {
		const { puppet: it, peer, served } = await puppet({ limits });
		const next = it.next();
		await pass(served, 6_000);
		assert.deepEqual(peer.take(), ["ping"]);
		await pass(served, 2_000);
		assert.isFalse(peer.client.closed);
		await pass(served, 2_000);
		assert.isTrue(peer.client.closed);
		assert.isUndefined(await next);
		assert.equal(it.socket.closeCode, 1006);
		assert.equal(pendingTimers(), 0);
	});

	it("keeps a slow peer, as long as it reads something", async () => {
		const { puppet: it, peer, served } = await puppet({ limits, window: 1_000 });
		peer.client.pause();
		it.send(payload(20_000));
		await served.network.settle();
		for (let i = 0; i < 19; i++) {
			await pass(served, 2_000);
			peer.client.acknowledge();
			await served.network.settle();
			assert.isFalse(peer.client.closed);
		}
		peer.client.resume();
		await served.network.settle();
		assert.deepEqual(peer.take().slice(0, 1), ["binary 20000 bytes"]);
	});

	it("ends the connection of a peer that reads nothing, even if it sends", async () => {
		const { puppet: it, peer, served } = await puppet({ limits, window: 1_000 });
		peer.client.pause();
		it.send(payload(20_000));
		for (let i = 0; i < 12 && !peer.client.closed; i++) {
			await pass(served, 1_000);
			if (!peer.client.closed) await peer.send(pong());
		}
		assert.isTrue(peer.client.closed);
	});

	it("closes if a message begins and does not end, however slowly it trickles", async () => {
		const { peer } = await puppet({ limits });
		const message = text("x".repeat(100));
		for (let i = 0; i < 13; i++) {
			await peer.send(message.subarray(i, i + 1));
			advance(1_000);
		}
		assert.deepEqual(peer.take().slice(0, 1), ["close 1008 the message does not end"]);
	});

	it("does not apply to a peer whose message waits for the handler", async () => {
		const { puppet: it, peer, served } = await puppet({ limits });
		await peer.send(concat(text("a"), text("b")));
		await pass(served, 60_000);
		assert.isFalse(peer.client.closed);
		assert.equal(await it.next(), "a");
		assert.equal(await it.next(), "b");
	});

	it("ends the connection if the peer does not answer the server's Close", async () => {
		const { puppet: it, peer, served } = await puppet({ limits });
		it.socket.close();
		await served.network.settle();
		assert.deepEqual(peer.take(), ["close 1000"]);
		await pass(served, 3_000);
		assert.isFalse(peer.client.closed);
		await pass(served, 2_000);
		assert.isTrue(peer.client.closed);
	});

	it("ends it too if the server's Close cannot be sent", async () => {
		const { puppet: it, peer, served } = await puppet({ limits, window: 1_000 });
		peer.client.pause();
		it.send(payload(20_000));
		it.socket.close();
		await pass(served, 6_000);
		assert.isTrue(peer.client.closed);
	});
});

describe("a server that closes", () => {
	it("closes with 1001", async () => {
		const { puppet: it, peer, served } = await puppet();
		const next = it.next();
		served.server.close();
		assert.deepEqual(peer.take(), ["close 1001", "end"]);
		assert.isUndefined(await next);
		assert.equal(it.socket.closeCode, 1001);
		assert.equal(served.network.open, 0);
		assert.equal(pendingTimers(), 0);
	});

	it("does not wait for a peer in the middle of a message", async () => {
		const { puppet: it, peer, served } = await puppet({ window: 1_000 });
		peer.client.pause();
		const sent = it.send(payload(5_000));
		served.server.close();
		await served.network.settle();
		assert.isTrue(peer.client.closed);
		assert.equal(sent.code, 1001);
	});

	it("that asks for text gets none without memory for what it may become", async () => {
		const machine = new FakeMachine();
		const served = serveWebSocket(
			async (socket) => {
				for await (const message of socket) void socket.send(JSON.stringify(message.text.length));
			},
			{ machine },
		);
		const peer = await served.open();
		machine.bytes = 20_000;
		await peer.send(text("a".repeat(4_000)));
		assert.deepEqual(peer.take(), ["text 4000"]);
		await peer.send(text("\x01".repeat(4_000)));
		assert.deepEqual(peer.take(), ["close 1013 there is no memory for the message"]);
	});

	it("that sends a large text to several connections in a turn encodes it once", async () => {
		const sockets: WebSocket[] = [],
			done = new Deferred<void>();
		const served = serveWebSocket((socket) => {
			sockets.push(socket);
			return done.promise;
		});
		const peers = [await served.open(), await served.open()];
		const encode = ArrayBuffer.fromString,
			large = "é".repeat(3_000);
		let count = 0;
		ArrayBuffer.fromString = (string) => {
			if (string === large) count++;
			return encode(string);
		};
		try {
			for (const socket of sockets) void socket.send(large);
			assert.equal(count, 1);
			await served.network.settle();
			void sockets[0].send(large);
			assert.equal(count, 2, "its bytes are kept for a turn");
		} finally {
			ArrayBuffer.fromString = encode;
		}
		await served.network.settle();
		for (const peer of peers) assert.equal(peer.take()[0], `text ${large}`);
		done.resolve();
	});

	it("that sends a text for which there is no memory closes the connection, and goes on", async () => {
		const machine = new FakeMachine();
		const { puppet: handler, peer, served } = await puppet({ machine });
		machine.bytes = 10_000;
		const sent = handler.send("x".repeat(8_000));
		await served.network.settle();
		assert.equal(sent.code, 1013);
		assert.deepEqual(peer.take(), ["close 1013 there is no memory for a message", "end"]);
	});
});
