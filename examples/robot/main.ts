import Timer from "timer";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { HttpError } from "yieldcam/http/http-error";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { webSocket } from "yieldcam/websocket/web-socket";
import { Legs } from "./legs.ts";

device.serve(() => {
	const camera = new Camera({
		...device.camera,
		// A Seeed XIAO ESP32S3 Sense, as CircuitPython's esp32_camera would be told.
		pins: { data: [15, 17, 18, 16, 14, 12, 11, 48], pixelClock: 13, vsync: 38, href: 47, externalClock: 10 },
		i2c: { data: 40, clock: 39 },
		pixelFormat: "jpeg",
		frameSize: "QVGA",
	});
	const stream = new MjpegStream(camera);
	const legs = new Legs(() => camera.now);

	Timer.repeat(() => device.log(`the loop was ${legs.takeWorst().toFixed(1)} ms late at worst, with ${stream.viewers.length} watching`), 1_000);

	return new Router()
		.get("/stream", ({ remoteAddress }) => stream.respond(remoteAddress))
		.get("/legs", () => Response.json(legs.state))
		.post("/drive", async (request) => {
			const command = await request.json();
			try {
				legs.drive(command);
			}
			catch (error) {
				throw new HttpError(422, (error as Error).message);
			}
			return Response.json(legs.state);
		})
		.get("/drive", request => webSocket(request, async (socket) => {
			for await (const message of socket) {
				legs.drive(message.json());
				await socket.send(JSON.stringify(legs.state));
			}
			legs.stop();
		}));
});
