/**
 * What is fuzzed: the firmware over a camera in memory, and under it, a WebSocket and content of each kind. Inputs find
 * it open, as those before have left it, or new and closed by passwords.
 */
import Listener from "embedded:io/socket/listener";
import options from "sim/options";
import Timer from "timer";
import { Format, Rtp } from "yieldcam/common/rtp";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { Response } from "yieldcam/http/response";
import { Server } from "yieldcam/http/server";
import { webSocket } from "yieldcam/websocket/web-socket";
import { FakeOv2640 } from "unit/support/fake-ov2640";

/** Whatever is said on the console here is a fault that a peer has caused, and ends the fuzzer. */
function log(line) {
	trace(line, "\n");
	Timer.set(() => {
		throw new Error(line);
	});
}

function trial() @ "xs_fuzz_trial";

/** So that an input does the same each time, and one can be made that knows a nonce. */
Math.random = () => 0.5;

const { open, closed, jpeg } = options.config;
const picture = fromHex(jpeg);

function fromHex(text) {
	const bytes = new Uint8Array(text.length / 2);
	for (let at = 0; at < bytes.length; at++)
		bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
	return bytes;
}

/** The camera's frames are no JPEGs. What RTSP sends of them says what it would of one. */
class PictureFormat extends Format {
	read() {
		return super.read(picture);
	}
}

/** As if all sockets were in use: packets go over TCP only. */
class NoUdp {
	constructor() {
		throw new Error("no memory");
	}
}

const rtsp = { Format: PictureFormat, Rtp, UDP: NoUdp };

class MemoryCamera extends FakeOv2640 {
	/** More than the header of a JPEG, and than a packet. */
	frameLength = 2_000;

	start() {
		super.start();
		this.timer ??= Timer.repeat(() => this.capture(this.now + 250_000), 250);
	}

	stop() {
		super.stop();
		Timer.clear(this.timer);
		this.timer = undefined;
	}

	set(control, ...values) {
		const done = super.set(control, ...values);
		this.history.length = 0;
		return done;
	}
}

const mostSockets = 2;

class Firmware {
	#camera = new Camera({ io: MemoryCamera });
	#app;
	/** Whether somebody has changed who may do what. */
	changed = false;

	constructor(config) {
		const store = {
			read: () => undefined,
			write: text => this.changed ||= text.includes("\"access\":"),
			clear: () => {},
		};
		const app = this.#app = new App(this.#camera, { page: new ArrayBuffer(3_000), settings: { store, log }, rtsp, config });
		// Each takes some 400 slots of the heap, and the server would let in ten: how many there may be is for a program to say.
		let sockets = 0;
		app.router.get("/echo", request => sockets >= mostSockets ? new Response("", { status: 503 }) : webSocket(request, async function (socket) {
			sockets++;
			try {
				for await (const message of socket)
					await socket.send(message.binary ? message.bytes : message.text);
			}
			finally {
				sockets--;
			}
		}));
		app.router.post("/json", async request => Response.json(await request.json()));
		app.router.post("/text", async request => new Response(await request.text()));
		app.router.put("/bytes/:name", async request => new Response(`${request.params.name} ${(await request.bytes()).length}\n`));
		app.router.get("/query", request => new Response([...request.query].map(([name, value]) => `${name}=${value}\n`).join("")));
		app.router.get("/fields", request => new Response([...request.headers].map(([name, value]) => `${name}: ${value}\n`).join("")));
		app.router.get("/pieces", () => new Response((async function* () {
			for (let count = 0; count < 20; count++)
				yield "some text\n".repeat(100);
		})()));
	}

	handle(request) {
		return this.#app.handle(request);
	}

	close() {
		this.#camera.close();
	}
}

let last = 0;
let firmware = new Firmware(open);

function handle(request) {
	const current = trial();
	if (current !== last) {
		const isClosed = (current & 1) !== 0;
		if (isClosed || (last & 1) !== 0 || firmware.changed) {
			firmware.close();
			firmware = undefined;
			firmware = new Firmware(isClosed ? closed : open);
		}
		last = current;
	}
	return firmware.handle(request);
}

new Server({ io: Listener, address: "127.0.0.1", port: 1, handler: handle, log });
