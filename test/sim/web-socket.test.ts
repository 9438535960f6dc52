import { assert } from "chai";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { type ClientOptions, type RawData, WebSocket } from "ws";
import { launchChromium } from "../support/chromium.ts";
import { printed, programRunner } from "../support/program.ts";
import { root } from "../support/root.ts";
import type { Simulator } from "../support/simulator.ts";

const PROGRAM = `
	import Listener from "embedded:io/socket/listener";
	import { Camera } from "yieldcam/camera/camera";
	import EspCamera from "yieldcam/common/camera";
	import { authenticate } from "yieldcam/access/authenticate";
	import { UnsafeMethods } from "yieldcam/access/unsafe-methods";
	import { Passwords } from "yieldcam/access/passwords";
	import { Response } from "yieldcam/http/response";
	import { Router } from "yieldcam/http/router";
	import { Server } from "yieldcam/http/server";
	import { webSocket } from "yieldcam/websocket/web-socket";

	const camera = new Camera({ io: EspCamera, frameSize: 5, quality: 12 });
	const router = new Router();
	router.get("/", () => new Response("<!doctype html>", { headers: { "Content-Type": "text/html", "Connection": "close" } }));
	const echo = async socket => {
		for await (const message of socket)
			await socket.send(message.binary ? message.bytes : message.text);
	};
	router.get("/echo", request => webSocket(request, echo, { protocols: ["echo"] }));
	router.get("/asking", request => webSocket(request, echo, { limits: { keepalive: 1_000 } }));
	router.get("/sum", request => webSocket(request, async socket => {
		for await (const message of socket)
			socket.send(String(message.json().reduce((sum, value) => sum + value, 0)));
	}));
	router.get("/frames", request => webSocket(request, async socket => {
		for await (const frame of camera.frames())
			await socket.send(frame.buffer);
	}));
	const passwords = new Passwords();
	router.post("/password", async () => {
		await passwords.change({ admin: "a good password" });
		return new Response("");
	});
	const server = new Server({ io: Listener, address: "127.0.0.1", port: 0, handler: authenticate(request => router.handle(request), passwords, new UnsafeMethods()) });
	router.post("/close", () => {
		server.close();
		return new Response("");
	});
	trace("port " + server.port + "\\n");
`;

/** The modules that a firmware with WebSockets preloads. */
function preloads(): string {
	const read = (path: string) =>
		(JSON.parse(readFileSync(join(root, path), "utf8")) as { preload: string[] }).preload;
	return ["manifest.json", "src/manifest.json", "src/extras/websocket/manifest.json"].flatMap(read).join();
}

describe("a WebSocket in the simulator", function () {
	this.timeout(60_000);
	const run = programRunner();
	let simulator: Simulator;
	let address: string;

	beforeEach(async () => {
		simulator = await run(PROGRAM, { host: ["--preload", preloads()] });
		address = `127.0.0.1:${await printed(simulator, "port ")}`;
	});

	async function connect(path: string, options: ClientOptions = {}, protocols: string[] = []): Promise<WebSocket> {
		const socket = new WebSocket(`ws://${address}${path}`, protocols, options);
		await once(socket, "open");
		return socket;
	}

	async function answer(socket: WebSocket): Promise<string | Buffer> {
		const [data, binary] = (await once(socket, "message")) as [RawData, boolean];
		return binary ? (data as Buffer) : (data as Buffer).toString();
	}

	describe("with ws", () => {
		it("echoes text, bytes, and fragmented messages", async () => {
			const socket = await connect("/echo", {}, ["other", "echo"]);
			assert.equal(socket.protocol, "echo");
			for (const text of ["", "Hello", "a\0b €😀", "x".repeat(4_096)]) {
				socket.send(text);
				assert.equal(await answer(socket), text);
			}
			const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, i) => i));
			socket.send(bytes);
			assert.deepEqual(await answer(socket), bytes);
			socket.send("in ", { fin: false });
			socket.ping("now");
			socket.send("parts", { fin: true });
			const [[pong], message] = await Promise.all([once(socket, "pong"), answer(socket)]);
			assert.equal(String(pong), "now");
			assert.equal(message, "in parts");
			socket.close(4000, "enough");
			const [code] = await once(socket, "close");
			assert.equal(code, 4000);
			await simulator.idle(2_000);
		});

		it("echoes many at once, which TCP holds back", async () => {
			const socket = await connect("/echo");
			const texts = Array.from({ length: 500 }, (_, i) => `${i} ${"x".repeat(i)}`);
			const answers: string[] = [];
			socket.on("message", (data) => answers.push((data as Buffer).toString()));
			for (const text of texts) socket.send(text);
			while (answers.length < texts.length) await once(socket, "message");
			assert.deepEqual(answers, texts);
			socket.close();
			await once(socket, "close");
		});

		it("is pinged, and stays open", async () => {
			const socket = await connect("/asking");
			await once(socket, "ping");
			socket.send("still here");
			assert.equal(await answer(socket), "still here");
			socket.terminate();
			await simulator.idle(2_000);
		});

		const closings: [what: string, path: string, message: string | Buffer, code: number][] = [
			["a message that is too long", "/echo", Buffer.alloc(4_097), 1009],
			["a message that is not JSON", "/sum", "[1,", 1007],
			["JSON that would end the machine", "/sum", "[".repeat(4_096), 1007],
			["JSON that the handler fails at", "/sum", "null", 1011],
		];
		for (const [what, path, message, code] of closings)
			it(`is closed by ${what}: ${code}`, async () => {
				const socket = await connect(path);
				socket.send(message);
				const [closed] = await once(socket, "close");
				assert.equal(closed, code);
				await simulator.idle(2_000);
			});

		it("sends the camera's frames, whole, and clients that disconnect or do not read cost no frame", async () => {
			const [reader, stalled, leaving] = await Promise.all([
				connect("/frames"),
				connect("/frames"),
				connect("/frames"),
			]);
			stalled.pause();
			for (let count = 0; count < 10; count++) {
				const frame = (await answer(reader)) as Buffer;
				assert.equal(frame.readUInt16BE(0), 0xffd8);
				assert.equal(frame.readUInt16BE(frame.length - 2), 0xffd9);
				if (count === 5) leaving.terminate();
			}
			stalled.terminate();
			reader.close();
			await once(reader, "close");
			await simulator.idle(2_000);
		});

		it("learns that the server closes", async () => {
			const socket = await connect("/echo");
			const closed = once(socket, "close");
			await fetch(`http://${address}/close`, { method: "POST" }).catch(() => {}); // which ends that connection, too
			assert.equal((await closed)[0], 1001);
		});
	});

	describe("once there is a password", () => {
		it("ends if it was opened without it, whether or not the handler is busy, and can be opened with it", async () => {
			const sockets = [await connect("/echo"), await connect("/frames")];
			const closed = sockets.map((socket) => once(socket, "close"));
			await fetch(`http://${address}/password`, { method: "POST", headers: { Connection: "close" } });
			for (const close of closed) assert.equal((await close)[0], 1001);
			const refused = new WebSocket(`ws://${address}/echo`);
			assert.match(String((await once(refused, "error"))[0]), /Unexpected server response: 401/);
			const socket = await connect("/echo", {
				headers: { Authorization: `Basic ${btoa("admin:a good password")}` },
			});
			socket.send("in");
			assert.equal(await answer(socket), "in");
			socket.close();
			await once(socket, "close");
			await simulator.idle(2_000);
		});
	});

	describe("with Chromium", () => {
		let browser: Browser;
		let page: Page;

		before(async function () {
			browser = await launchChromium(this);
		});

		after(async () => {
			await browser?.close();
		});

		beforeEach(async () => {
			page = await browser.newPage();
		});

		afterEach(async () => {
			await page.close();
		});

		/** Runs a script with a socket, which it closes after `heard` messages. */
		function talk(path: string, script: string, heard: number): Promise<unknown[]> {
			return page.evaluate<unknown[]>(`new Promise(resolve => {
				const socket = new WebSocket("ws://${address}${path}");
				const log = [];
				socket.binaryType = "arraybuffer";
				socket.onopen = () => { ${script} };
				socket.onmessage = ({ data }) => {
					const bytes = typeof data === "string" ? undefined : new Uint8Array(data);
					log.push(bytes ? [...bytes.slice(0, 2), ...bytes.slice(-2)] : data);
					if (log.length === ${heard})
						socket.close(4321, "enough");
				};
				socket.onclose = ({ code, reason, wasClean }) => resolve([...log, code, reason, wasClean]);
			})`);
		}

		it("echoes text and bytes", async () => {
			await page.goto(`http://${address}/`);
			assert.deepEqual(
				await talk(
					"/echo",
					`socket.send("é€😀"); socket.send("a\\0b"); socket.send(Uint8Array.of(1, 2, 3, 4)); socket.send("");`,
					4,
				),
				["é€😀", "a\0b", [1, 2, 3, 4], "", 4321, "", true],
			);
			await simulator.idle(2_000);
		});

		it("receives the camera's frames", async () => {
			await page.goto(`http://${address}/`);
			const jpeg = [0xff, 0xd8, 0xff, 0xd9];
			assert.deepEqual(await talk("/frames", "", 5), [jpeg, jpeg, jpeg, jpeg, jpeg, 4321, "", true]);
			await page.close();
			await simulator.idle(2_000);
		});

		it("is refused to another page", async () => {
			assert.deepEqual(await talk("/echo", "", 1), [1006, "", false]);
		});
	});
});
