import device from "yieldcam/device";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureFolder } from "yieldcam/pictures/picture-folder";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The pictures of a folder</title>
${RELATIVE_BASE}
<h1>The pictures of a folder</h1>
<p>Each file is read once, however many watch, and none if nobody does.</p>
<img loading="lazy" src="stream" alt="The folder's pictures, in turn">
</html>
`;

device.serve(() => {
	const { files } = device;
	if (!files)
		throw new Error(
			"there is no folder to play: use a board with a slot for an SD card, or the simulator on Linux with --files DIR",
		);
	const stream = new MjpegStream(new PictureFolder(files, { rate: 10, log: device.log }));
	return new Router().get("/", () => Response.html(PAGE)).get("/stream", () => stream.respond());
});
