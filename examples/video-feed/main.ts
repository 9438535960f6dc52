import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { mjpeg } from "yieldcam/mjpeg/mjpeg";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Video streaming</title>
${RELATIVE_BASE}
<h1>Video streaming demonstration</h1>
<p>Each viewer has a generator, and none has a thread.</p>
<img loading="lazy" src="video_feed" width="640" height="480" alt="Live picture of the camera">
</html>
`;

device.serve(() => {
	const camera = new Camera(device.camera);

	async function* frames() {
		for await (const frame of camera.frames()) yield frame;
	}

	return new Router().get("/", () => Response.html(PAGE)).get("/video_feed", () => mjpeg(frames()));
});
