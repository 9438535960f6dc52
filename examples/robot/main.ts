import Timer from "timer";
import { sameOriginGuard } from "yieldcam/access/same-origin-guard";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { HttpError } from "yieldcam/http/http-error";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { POLICY_VIOLATION } from "yieldcam/websocket/close-code";
import { type WebSocket, webSocket } from "yieldcam/websocket/web-socket";
import { WebSocketError } from "yieldcam/websocket/web-socket-error";
import { COMMAND_NAMES, Legs } from "./legs.ts";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Robot</title>
${RELATIVE_BASE}
<h1>Robot</h1>
<img loading="lazy" src="stream" width="320" height="240" alt="What the robot sees">
</html>
`;

// The robot walks with or without a camera.
const legs = new Legs(() => Date.now() * 1_000);

/** Executes a command, or throws what `refusal` makes of the reason why it is wrong. */
function drive(command: unknown, refusal: (reason: string) => Error, driver?: WebSocket): void {
	try {
		legs.drive(command, driver);
	} catch (error) {
		throw refusal((error as Error).message);
	}
}

device.serve(() => {
	const camera = new Camera({
		...device.camera,
		// A Seeed XIAO ESP32S3 Sense, with the settings that CircuitPython's esp32_camera would take.
		pins: { data: [15, 17, 18, 16, 14, 12, 11, 48], pixelClock: 13, vsync: 38, href: 47, externalClock: 10 },
		i2c: { data: 40, clock: 39 },
		pixelFormat: "jpeg",
		frameSize: "QVGA",
	});
	const stream = new MjpegStream(camera);

	Timer.repeat(
		() =>
			device.log(
				`the loop was ${legs.takeWorst().toFixed(1)} ms late at worst, with ${stream.viewers.length} watching`,
			),
		1_000,
	);

	// Without the guard, any page that the driver's browser opens could send commands.
	return sameOriginGuard(
		new Router()
			.get("/", () => Response.html(PAGE))
			.get("/stream", ({ remoteAddress }) => stream.respond(remoteAddress))
			.get("/legs", () => Response.json(legs.state))
			.post("/drive", async (request) => {
				drive(await request.json(COMMAND_NAMES), (reason) => new HttpError(422, reason));
				return Response.json(legs.state);
			})
			.get("/drive", (request) =>
				webSocket(request, async (socket) => {
					try {
						for await (const message of socket) {
							drive(
								message.json(COMMAND_NAMES),
								(reason) => new WebSocketError(POLICY_VIOLATION, reason),
								socket,
							);
							await socket.send(JSON.stringify(legs.state));
						}
					} finally {
						legs.leave(socket);
					}
				}),
			),
	);
});
