import { assert } from "chai";
import type { Block } from "yieldcam/http/body";
import type { Input } from "yieldcam/http/engine/input";
import type { ConnectionLink } from "yieldcam/http/connection-link";
import type { UpgradedProtocol } from "yieldcam/http/upgraded-protocol";
import { Response } from "yieldcam/http/response";
import { advance } from "../../support/time.ts";
import { head, serve } from "../../support/serve.ts";

const UPGRADE = head("GET / HTTP/1.1", "Upgrade: shout", "Connection: Upgrade");
const HEAD = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n";

/** Sends every line back, in upper case. "bye" ends it. */
class Shout implements UpgradedProtocol {
	readonly #lines: string[] = [];
	#wake: (() => void) | undefined;
	#over = false;
	#link: ConnectionLink | undefined;
	closed = 0;
	expired = 0;
	/** Whether it reads. */
	reading = true;

	open(link: ConnectionLink): void {
		this.#link = link;
		link.deadline.set(5_000);
	}

	receive(input: Input): boolean {
		const end = this.reading ? input.bytes.indexOf(10) + 1 : 0;
		if (end === 0) return false;
		const line = String.fromArrayBuffer(input.bytes.slice(0, end).buffer);
		input.consume(end);
		this.#over = line === "bye\n";
		this.say(line.toUpperCase());
		return true;
	}

	expire(): boolean {
		this.#link!.deadline.set(5_000);
		this.say("STILL THERE?\n");
		return ++this.expired < 3;
	}

	shutDown(): void {
		this.say("CLOSED\n");
	}

	say(line: string): void {
		this.#lines.push(line);
		this.#wake?.();
	}

	pull(wake: () => void): Block | undefined | null {
		this.#wake = wake;
		const line = this.#lines.shift();
		return line !== undefined ? ArrayBuffer.fromString(line) : this.#over ? null : undefined;
	}

	close(): void {
		this.closed++;
	}
}

function shouting(window?: number) {
	const shout = new Shout();
	const served = serve(
		() => new Response(shout, { status: 101, headers: { Upgrade: "shout" } }),
		window === undefined ? {} : { window },
	);
	return { shout, ...served };
}

describe("an upgraded connection", () => {
	it("belongs to the protocol, in both directions, and ends with it", async () => {
		const { shout, connect, network } = shouting();
		const client = connect().send(UPGRADE);
		assert.equal(client.take(), HEAD);
		client.send("one\ntwo\nth");
		assert.equal(client.take(), "ONE\nTWO\n");
		shout.say("BY THE WAY\n");
		network.run();
		assert.equal(client.take(), "BY THE WAY\n");
		client.send("ree\nbye\n");
		assert.equal(client.take(), "THREE\nBYE\n");
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(shout.closed, 1);
	});

	it("counts as a handler: the fourth waits for another to end, and gets 503 after two seconds", async () => {
		const { connect, network } = serve(
			() => new Response(new Shout(), { status: 101, headers: { Upgrade: "shout" } }),
		);
		const clients = Array.from({ length: 5 }, () => connect().send(UPGRADE));
		await network.settle();
		const statuses = () => clients.map(({ text }) => text.slice(9, 12));
		assert.deepEqual(statuses(), ["101", "101", "101", "", ""]);
		clients[0].send("bye\n");
		await network.settle();
		assert.isTrue(clients[0].closed);
		assert.deepEqual(statuses(), ["101", "101", "101", "101", ""]);
		advance(4_000);
		assert.deepEqual(statuses(), ["101", "101", "101", "101", "503"]);
	});

	it("makes room for one of another address if its own has two more", async () => {
		const { network } = serve(() => new Response(new Shout(), { status: 101, headers: { Upgrade: "shout" } }));
		const clients = Array.from({ length: 3 }, () => network.connect(80, "192.0.2.1").send(UPGRADE));
		await network.settle();
		const other = network.connect(80, "192.0.2.2").send(UPGRADE);
		await network.settle();
		assert.equal(other.text, HEAD);
		assert.deepEqual(
			clients.map(({ closed }) => closed),
			[false, false, true],
		);
	});

	it("passes on bytes that came behind the request", () => {
		const { connect } = shouting();
		assert.equal(connect().send(`${UPGRADE}hello\n`).take(), `${HEAD}HELLO\n`);
	});

	it("is not reset by what the client still sends, and delivers the last words first", () => {
		const { connect } = shouting();
		const client = connect().send(UPGRADE);
		client.take();
		client.send("bye\nand then\n");
		assert.equal(client.take(), "BYE\n");
		assert.isFalse(client.closed);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
	});

	it("leaves bytes that the protocol does not read in the socket", () => {
		const { shout, connect, network } = shouting();
		shout.reading = false;
		const client = connect().send(UPGRADE);
		for (let i = 0; i < 10; i++) client.send("x".repeat(999) + "\n");
		assert.equal(client.unread, 10_000 - 2_048);
		shout.reading = true;
		shout.say("GO\n");
		network.run();
		assert.equal(client.unread, 0);
		assert.equal(client.take(), `${HEAD}GO\n${("X".repeat(999) + "\n").repeat(10)}`);
	});

	it("has the deadline that the protocol sets, and no other", () => {
		const { shout, connect, network } = shouting();
		const client = connect().send(UPGRADE);
		client.take();
		for (let i = 0; i < 24; i++) {
			advance(1_000);
			network.run();
		}
		assert.equal(shout.expired, 3);
		assert.equal(client.take(), "STILL THERE?\n".repeat(3));
		assert.isTrue(client.closed);
		assert.equal(shout.closed, 1);
	});

	it("tells the protocol that the server is closing", () => {
		const { shout, connect, server } = shouting();
		const client = connect().send(UPGRADE);
		client.take();
		server.close();
		assert.equal(client.take(), "CLOSED\n");
		assert.isTrue(client.closed);
		assert.equal(shout.closed, 1);
	});

	it("tells the protocol that the client has disconnected", () => {
		const { shout, connect, network } = shouting();
		connect().send(UPGRADE).finish();
		assert.equal(shout.closed, 1);
		assert.equal(network.open, 0);
	});

	it("needs a protocol, and the protocol needs the status", () => {
		assert.throws(() => new Response("", { status: 101 }), RangeError);
		assert.throws(() => new Response(null, { status: 101 }), RangeError);
		assert.throws(() => new Response((async function* () {})(), { status: 101 }), RangeError);
		assert.isUndefined(new Response("").protocol);
		const shout = new Shout();
		assert.equal(new Response(shout, { status: 101 }).protocol, shout);
	});

	it("is for one client", async () => {
		const response = new Response(new Shout(), { status: 101 });
		const { connect, log } = serve(() => response);
		assert.match(connect().send(UPGRADE).text, /^HTTP\/1\.1 101/);
		assert.match(connect().send(UPGRADE).text, /^HTTP\/1\.1 500/);
		assert.match(log[0], /has been used/);
	});

	it("is refused if the request has content, which would be taken for the protocol", async () => {
		const { ask, log } = shouting();
		assert.match(
			await ask(head("POST / HTTP/1.1", "Upgrade: shout", "Connection: Upgrade", "Content-Length: 4") + "bye\n"),
			/^HTTP\/1\.1 400 .*content/s,
		);
		assert.deepEqual(log, [], "the client's mistake");
	});
});
