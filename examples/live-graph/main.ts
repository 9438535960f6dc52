import Timer from "timer";
import device from "yieldcam/device";
import { Drawing } from "yieldcam/drawing/drawing";
import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";
import { JpegStreamer } from "yieldcam/jpeg-streamer/jpeg-streamer";

const width = 320,
	height = 240,
	left = 40,
	bottom = 210,
	top = 30;
/** Milliseconds. */
const interval = 50;
/** One a second, the newest last. */
const latest: number[] = [];

const stream = new JpegStreamer({ port: 8000 });
stream.start();

/** What is shown: how late a timer of 50 ms was at most, each second. */
let worst = 0,
	due = Date.now() + interval;
Timer.repeat(() => {
	const now = Date.now();
	worst = Math.max(worst, now - due);
	due = now + interval;
}, interval);

function chart(): Drawing {
	const scale = Math.max(10, ...latest);
	const drawing = new Drawing({ width, height })
		.text("lateness of a timer, ms", left, 8, 0x202020)
		.text(String(scale), 4, top, 0x606060)
		.text("0", 4, bottom - 8, 0x606060)
		.polyline([left, top, left, bottom, width - 10, bottom], 0x606060);
	const points = latest.flatMap((value, i) => [left + 4 * i, bottom - ((bottom - top) * value) / scale]);
	return drawing.polyline(points, 0xd02020, 2).text(`${latest.at(-1)} ms`, left, bottom + 10, 0xd02020);
}

async function draw() {
	latest.push(worst);
	worst = 0;
	if (latest.length > 68) latest.shift();
	stream.write(await encodeJpeg(chart()));
}

Timer.repeat(() => void draw().catch((error: Error) => device.log(error.message)), 1_000);
