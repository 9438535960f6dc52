import { assert } from "chai";
import { authenticate } from "yieldcam/access/authenticate";
import { UnsafeMethods } from "yieldcam/access/unsafe-methods";
import { hashPassword } from "yieldcam/access/password-hash";
import { Passwords } from "yieldcam/access/passwords";
import type { Role } from "yieldcam/access/role";
import { base64 } from "yieldcam/http/syntax/base64";
import type { BodySource } from "yieldcam/http/body";
import { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { contentOf, Deferred, head, serve, type Served } from "../support/serve.ts";
import { linkFrom, parseHead } from "../support/requests.ts";
import { settled } from "../support/settled.ts";

/** A stream that does not end by itself. */
class Ticks implements BodySource {
	closed = 0;
	#wake: (() => void) | undefined;
	#ticks: string[] = ["0"];

	tick(text: string): void {
		this.#ticks.push(text);
		this.#wake?.();
	}

	pull(wake: () => void): ArrayBuffer | undefined {
		this.#wake = wake;
		const text = this.#ticks.shift();
		return text === undefined ? undefined : ArrayBuffer.fromString(text);
	}

	close(): void {
		this.closed++;
	}
}

describe("a client", () => {
	it("is known as the owner only after giving the admin's password", async () => {
		const configured: Record<string, string> = {};
		for (const role of ["admin", "viewer"])
			configured[role] = await settled(hashPassword(`${role}'s own`, new Uint8Array(16), 2));
		const handle = authenticate(() => new Response("fine\n"), new Passwords({ configured }), new UnsafeMethods());
		const trusted: string[] = [];
		for (const name of ["admin", "viewer"]) {
			const text = base64(new Uint8Array(ArrayBuffer.fromString(`${name}:${name}'s own`)));
			const { headers } = parseHead(`GET / HTTP/1.1\r\nHost: cam\r\nAuthorization: Basic ${text}\r\n\r\n`);
			const request = new Request({ ...parseHead(head("GET / HTTP/1.1")), headers }, undefined, {
				...linkFrom("192.0.2.1"),
				markTrusted: () => void trusted.push(name),
			});
			assert.equal((await settled(Promise.resolve(handle(request)))).status, 200);
		}
		assert.deepEqual(trusted, ["admin"]);
	});
});

describe("a WebSocket", () => {
	it("requires the admin's password, except at addresses that the program lists", async () => {
		const configured: Record<string, string> = {};
		for (const role of ["admin", "viewer"])
			configured[role] = await settled(hashPassword(`${role}'s own`, new Uint8Array(16), 2));
		const passwords = new Passwords({ configured });
		const handle = authenticate(() => new Response("fine\n"), passwords, new UnsafeMethods([], ["/watch/*"]));
		const status = async (role: Role, path: string, upgrade?: string): Promise<number> => {
			const fields = [`Authorization: Bearer ${passwords.token(role)}`];
			if (upgrade !== undefined) fields.push(`Upgrade: ${upgrade}`, "Connection: Upgrade");
			const request = new Request(
				parseHead(head(`GET ${path} HTTP/1.1`, ...fields)),
				undefined,
				linkFrom("192.0.2.1"),
			);
			try {
				return (await settled(Promise.resolve(handle(request)))).status;
			} catch (error) {
				return (error as { status: number }).status;
			}
		};
		assert.deepEqual(
			[
				await status("viewer", "/drive"),
				await status("viewer", "/drive", "websocket"),
				await status("viewer", "/drive", "h2c, WebSocket/13"),
				await status("viewer", "/watch/motor", "websocket"),
				await status("viewer", "/drive", "h2c"),
				await status("admin", "/drive", "websocket"),
			],
			[200, 403, 403, 200, 200, 200],
		);
	});
});

describe("a stream, after a password is set", () => {
	let passwords: Passwords;

	function open(respond: () => Response | Promise<Response>): Served {
		passwords = new Passwords();
		return serve(authenticate(respond, passwords, new UnsafeMethods()));
	}

	async function set(served: Served): Promise<void> {
		await settled(passwords.change({ admin: "a good password" }));
		await served.network.settle();
	}

	it("ends at once, and is closed once", async () => {
		const ticks = new Ticks(),
			served = open(() => new Response(ticks));
		const client = served.connect().send(head("GET / HTTP/1.1"));
		await served.network.settle();
		assert.equal(contentOf(client.text), "1\r\n0\r\n");
		await set(served);
		assert.equal(contentOf(client.text), "1\r\n0\r\n", "without the end of a complete one");
		assert.isTrue(client.closed);
		assert.equal(ticks.closed, 1);
		ticks.tick("1");
		await served.network.settle();
		assert.deepEqual(served.log, []);
	});

	it("ends even if its client has stopped reading", async () => {
		const ticks = new Ticks(),
			served = open(() => new Response(ticks));
		const client = served.connect().pause().send(head("GET / HTTP/1.1"));
		await served.network.settle();
		ticks.tick("x".repeat(100_000));
		await served.network.settle();
		assert.equal(ticks.closed, 0);
		await set(served);
		assert.equal(ticks.closed, 1);
		client.finish();
	});

	it("does not begin if its handler took until then, and is closed", async () => {
		const ticks = new Ticks(),
			later = new Deferred<Response>(),
			served = open(() => later.promise);
		const client = served.connect().send(head("GET / HTTP/1.1"));
		await served.network.settle();
		await set(served);
		later.resolve(new Response(ticks));
		await served.network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 /);
		assert.equal(ticks.closed, 1);
		client.finish();
	});

	it("goes on if it declares its length", async () => {
		const ticks = new Ticks(),
			served = open(() => new Response(ticks, { headers: { "Content-Length": 2 } }));
		const client = served.connect().send(head("GET / HTTP/1.1"));
		await served.network.settle();
		await set(served);
		ticks.tick("1");
		await served.network.settle();
		assert.equal(contentOf(client.text), "01");
		client.finish();
	});

	it("is checked while it is sent, and not afterwards", async () => {
		const served = open(() => new Response(new Ticks()));
		let asked = 0;
		const { isGood } = passwords;
		passwords.isGood = (pass) => (asked++, isGood.call(passwords, pass));
		const clients = Array.from({ length: 3 }, () => served.connect().send(head("GET / HTTP/1.1")));
		await served.network.settle();
		clients[0].finish();
		clients[1].finish();
		await served.network.settle();
		asked = 0;
		await set(served);
		assert.equal(asked, 1);
		assert.isTrue(clients[2].closed);
	});

	it("ends even if other clients disconnected before, and those are not held", async () => {
		const all: Ticks[] = [],
			served = open(() => {
				const ticks = new Ticks();
				all.push(ticks);
				return new Response(ticks);
			});
		const clients = Array.from({ length: 3 }, () => served.connect().send(head("GET / HTTP/1.1")));
		await served.network.settle();
		clients[0].finish();
		clients[2].finish();
		await served.network.settle();
		await set(served);
		assert.deepEqual(
			all.map((ticks) => ticks.closed),
			[1, 1, 1],
		);
		assert.isTrue(clients[1].closed);
	});
});

describe("a request that was admitted before a password is set", () => {
	const put = (length: number) => head("PUT / HTTP/1.1", `Content-Length: ${length}`);

	function open(handler: (request: Request) => Response | Promise<Response>) {
		const passwords = new Passwords();
		const served = serve(authenticate(handler, passwords, new UnsafeMethods()));
		const set = async (by?: Request): Promise<void> => {
			await settled(passwords.change({ admin: "a good password" }, by));
			await served.network.settle();
		};
		return { ...served, set };
	}

	it("gets no content any more, whether or not its handler has asked for it", async () => {
		for (const asks of ["before", "after"]) {
			const later = new Deferred<void>(),
				effects: string[] = [];
			const { connect, network, set } = open(async (request) => {
				if (asks === "after") await later.promise;
				effects.push(await request.text());
				return new Response("done\n");
			});
			const client = connect().send(put(5) + "hal");
			await network.settle();
			await set();
			later.resolve();
			client.send("ly");
			await network.settle();
			assert.deepEqual(effects, []);
			assert.match(client.text, /^HTTP\/1\.1 503 /);
			client.finish();
		}
	});

	it("is not answered with what its handler makes afterward, and that is closed", async () => {
		const later = new Deferred<Response>();
		const { connect, network, set } = open(() => later.promise);
		const client = connect().send(head("GET / HTTP/1.1"));
		await network.settle();
		await set();
		later.resolve(new Response("a picture\n"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 /);
		assert.notInclude(client.text, "picture");
		client.finish();
	});

	it("is answered if it is the one that set it", async () => {
		let own: Request | undefined;
		const later = new Deferred<Response>();
		const { connect, network, set } = open((request) => {
			own = request;
			return later.promise;
		});
		const client = connect().send(head("GET / HTTP/1.1"));
		await network.settle();
		await set(own);
		later.resolve(new Response("set\n"));
		await network.settle();
		assert.equal(contentOf(client.text), "set\n");
		client.finish();
	});

	it("goes on being sent if its length is known", async () => {
		const text = "x".repeat(9_000);
		const { connect, network, set } = open(() => Promise.resolve(new Response(text)));
		const client = connect().pause().send(head("GET / HTTP/1.1"));
		await network.settle();
		await set();
		client.resume();
		await network.settle();
		assert.equal(contentOf(client.text), text);
		client.finish();
	});
});
