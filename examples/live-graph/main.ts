import Timer from "timer";
import device from "yieldcam/device";
import { Drawing } from "yieldcam/drawing/drawing";
import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";
import { JpegStreamer } from "yieldcam/jpeg-streamer/jpeg-streamer";

const WIDTH = 320,
	HEIGHT = 240,
	LEFT = 40,
	BOTTOM = 210,
	TOP = 30;
/** Milliseconds. */
const INTERVAL_MS = 50;
/** One value per second, the newest last. */
const latest: number[] = [];

const stream = new JpegStreamer({ port: 8000 });
stream.start();

/** The largest delay of a 50 ms timer in the current second; the chart shows one per second. */
let worst = 0,
	due = Date.now() + INTERVAL_MS;
Timer.repeat(() => {
	const now = Date.now();
	worst = Math.max(worst, now - due);
	due = now + INTERVAL_MS;
}, INTERVAL_MS);

function chart(): Drawing {
	const scale = Math.max(10, ...latest);
	const drawing = new Drawing({ width: WIDTH, height: HEIGHT })
		.text("lateness of a timer, ms", LEFT, 8, 0x202020)
		.text(String(scale), 4, TOP, 0x606060)
		.text("0", 4, BOTTOM - 8, 0x606060)
		.polyline([LEFT, TOP, LEFT, BOTTOM, WIDTH - 10, BOTTOM], 0x606060);
	const points = latest.flatMap((value, i) => [LEFT + 4 * i, BOTTOM - ((BOTTOM - TOP) * value) / scale]);
	return drawing.polyline(points, 0xd02020, 2).text(`${latest.at(-1)} ms`, LEFT, BOTTOM + 10, 0xd02020);
}

async function draw() {
	latest.push(worst);
	worst = 0;
	if (latest.length > 68) latest.shift();
	stream.write(await encodeJpeg(chart()));
}

Timer.repeat(() => void draw().catch((error: Error) => device.log(error.message)), 1_000);
