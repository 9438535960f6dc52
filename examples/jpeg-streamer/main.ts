import TCP from "embedded:io/socket/tcp";
import Timer from "timer";
import { Camera } from "yieldcam/camera/camera";
import { resolve } from "yieldcam/client/resolve";
import device from "yieldcam/device";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { JpegStreamer } from "yieldcam/jpeg-streamer/jpeg-streamer";
import { Pusher } from "yieldcam/push/pusher";

const stream = new JpegStreamer({ port: 8000 });
stream.setHtml(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>JpegStreamer</title>
${RELATIVE_BASE}
<h1>JpegStreamer</h1>
<img loading="lazy" src="stream" alt="Live picture of the camera">
</html>
`);
stream.start();

let camera: Camera | undefined;

async function capture() {
	camera ??= new Camera(device.camera);
	for await (const frame of camera.frames()) stream.write(frame);
}

/** Retries forever: the camera may recover, or somebody may plug in its cable, later. */
function keepCapturing(): void {
	capture().catch((error: Error) => {
		device.log(error.message);
		Timer.set(keepCapturing, 10_000);
	});
}

function push(url: string, { rate = 5, token }: typeof device.config): void {
	try {
		new Pusher({
			camera: stream.source,
			io: TCP,
			resolve,
			url,
			rate: Number(rate),
			...(typeof token === "string" && { token }),
			log: device.log,
		}).start();
	} catch (error) {
		device.log(`cannot push: ${(error as Error).message}`);
	}
}

keepCapturing();
Timer.repeat(
	() => device.log(`${stream.fps} fps at http://${stream.host ?? "…"}:${stream.port}/, ${stream.viewers} watching`),
	5_000,
);
if (typeof device.config.push === "string") push(device.config.push, device.config);
