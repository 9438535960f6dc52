import Timer from "timer";
import device from "yieldcam/device";
import { Drawing } from "yieldcam/drawing/drawing";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";
import { mjpeg } from "yieldcam/mjpeg/mjpeg";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Two images</title>
${RELATIVE_BASE}
<h1>Two images in turn</h1>
<img loading="lazy" src="video" width="320" height="240" alt="Red and blue in turn">
<p>This is an <code>&lt;img&gt;</code>, not a <code>&lt;video&gt;</code>: the stream is multipart/x-mixed-replace, one JPEG
after the other. Browsers replace the image with each new part; a video element needs a file format such as MP4 or WebM,
and shows nothing.</p>
</html>
`;

const SIZE = { width: 320, height: 240 };

function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => void Timer.set(() => resolve(), milliseconds));
}

async function* inTurn(images: readonly ArrayBuffer[]) {
	for (;;) {
		for (const image of images) {
			yield image;
			await sleep(1_000);
		}
	}
}

async function main() {
	const red = await encodeJpeg(new Drawing({ ...SIZE, background: 0xff0000 }));
	const blue = await encodeJpeg(new Drawing({ ...SIZE, background: 0x0000ff }));
	const stream = () => mjpeg(inTurn([red, blue]));
	// FastAPI's snippets have it at either address.
	device.serve(() =>
		new Router()
			.get("/", () => Response.html(PAGE))
			.get("/video", stream)
			.get("/video-stream", stream),
	);
}

main().catch((error: Error) => device.log(error.message));
