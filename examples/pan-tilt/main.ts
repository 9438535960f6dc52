import { sameOriginGuard } from "yieldcam/access/same-origin-guard";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { HttpError } from "yieldcam/http/http-error";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { COMMAND_NAMES, Head } from "./head.ts";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Pan and tilt</title>
${RELATIVE_BASE}
<h1>Pan and tilt</h1>
<img loading="lazy" src="stream" width="320" height="240" alt="What the camera sees">
<p><label>Pan <input type="range" name="pan" min="-90" max="90" value="0"></label></p>
<p><label>Tilt <input type="range" name="tilt" min="-90" max="90" value="0"></label></p>
<script>
onchange = ({ target }) =>
	fetch("move", { method: "POST", body: JSON.stringify({ [target.name]: target.valueAsNumber }) });
</script>
</html>
`;

/** Returns a GPIO number from the settings. */
function pin(name: string, usual: number): number {
	return Number(device.config[name] ?? usual);
}

/** Opened once: if the camera does not open, the device calls the function below again. */
let head: Head | undefined;

device.serve(() => {
	const servos = (head ??= new Head(pin("pan", 5), pin("tilt", 6)));
	const stream = new MjpegStream(new Camera({ ...device.camera, frameSize: "QVGA" }));

	// Without the guard, any page that a viewer's browser opens could turn the camera.
	return sameOriginGuard(
		new Router()
			.get("/", () => Response.html(PAGE))
			.get("/stream", ({ remoteAddress }) => stream.respond(remoteAddress))
			.get("/angles", () => Response.json(servos.angles))
			.post("/move", async (request) => {
				const command = await request.json(COMMAND_NAMES);
				try {
					servos.move(command);
				} catch (error) {
					throw new HttpError(422, (error as Error).message);
				}
				return Response.json(servos.angles);
			}),
	);
});
