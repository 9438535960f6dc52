/** What is fuzzed: every route of the firmware over a camera in memory, a WebSocket, and content of each kind. */
import Listener from "embedded:io/socket/listener";
import Timer from "timer";
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

class MemoryCamera extends FakeOv2640 {
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

const store = { text: undefined, read: () => store.text, write: text => store.text = text, clear: () => store.text = undefined };
const app = new App(new Camera({ io: MemoryCamera }), { page: new ArrayBuffer(3_000), settings: { store, log } });
const { router } = app;
router.get("/echo", request => webSocket(request, async function (socket) {
	for await (const message of socket)
		await socket.send(message.binary ? message.bytes : message.text);
}));
router.post("/json", async request => Response.json(await request.json()));
router.post("/text", async request => new Response(await request.text()));
router.put("/bytes/:name", async request => new Response(`${request.params.name} ${(await request.bytes()).length}\n`));
router.get("/query", request => new Response([...request.query].map(([name, value]) => `${name}=${value}\n`).join("")));
router.get("/fields", request => new Response([...request.headers].map(([name, value]) => `${name}: ${value}\n`).join("")));
router.get("/pieces", () => new Response((async function* () {
	for (let count = 0; count < 20; count++)
		yield "some text\n".repeat(100);
})()));

new Server({ io: Listener, address: "127.0.0.1", port: 1, handler: router, log });
