import device from "yieldcam/device";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureFolder } from "yieldcam/pictures/picture-folder";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The pictures of a folder</title>
<h1>The pictures of a folder</h1>
<p>Each file is read once, however many watch, and none while nobody does.</p>
<img src="/stream" alt="The folder's pictures, in turn">
</html>
`;

device.serve(() => {
	const { files } = device;
	if (!files)
		throw new Error(
			"there is no folder to play: it is the SD card of a board that has a slot for one, or what the simulator on Linux is given with --files DIR",
		);
	const stream = new MjpegStream(new PictureFolder(files, { rate: 10, log: device.log }));
	return new Router().get("/", () => Response.html(PAGE)).get("/stream", () => stream.respond());
});
