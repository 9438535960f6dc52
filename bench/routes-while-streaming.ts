/**
 * Measures the times of the other routes while the camera streams, and the viewers' rates: the problem that this
 * project solves, in milliseconds. `npm run bench -- routes`.
 */
import { MjpegClient } from "../test/support/mjpeg-client.ts";
import { Simulator } from "../test/support/simulator.ts";
import { quantile } from "./report/quantile.ts";

const FPS = 25;
const SECONDS = 12;

interface Row {
	readonly [column: string]: string | number;
}

async function took(request: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await request();
	return performance.now() - start;
}

async function get(url: string): Promise<ArrayBuffer> {
	const response = await fetch(url, { headers: { Connection: "close" } });
	if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
	return response.arrayBuffer();
}

async function measure(name: string, viewerCount: number, stalled: number, crawling: number): Promise<Row> {
	const simulator = await Simulator.start(["--fps", String(FPS)]);
	const slow = Array.from(
		{ length: stalled + crawling },
		(_, index) => new MjpegClient(simulator.url, { read: index >= stalled }),
	);
	for (const client of slow.slice(stalled)) client.crawl(1000);
	const viewers = Array.from({ length: viewerCount }, () => new MjpegClient(simulator.url));
	await Promise.all(viewers.map((viewer) => viewer.until(FPS)));

	const before = viewers.map((viewer) => viewer.frames);
	const start = performance.now();
	const statuses: number[] = [];
	const captures: number[] = [];
	while (performance.now() - start < SECONDS * 1000) {
		statuses.push(await took(() => get(`${simulator.url}/status`)));
		if (statuses.length % 20 === 0) captures.push(await took(() => get(`${simulator.url}/capture`)));
		// About 200 requests per second, to measure the response and not a saturated client.
		await new Promise((resolve) => setTimeout(resolve, 4));
	}
	const elapsed = (performance.now() - start) / 1000;
	const rates = viewers.map((viewer, index) => (viewer.frames - before[index]) / elapsed);
	const gaps = viewers.flatMap((viewer, index) =>
		viewer.arrivals.slice(before[index]).map((time, i, all) => (i ? time - all[i - 1] : 0)),
	);
	for (const client of [...viewers, ...slow]) client.close();
	await simulator.stop();
	const ms = (value: number) => value.toFixed(1);
	return {
		viewers: name,
		"/status requests": statuses.length,
		"p50 ms": ms(quantile(statuses, 0.5)),
		"p99 ms": ms(quantile(statuses, 0.99)),
		"max ms": ms(Math.max(...statuses)),
		"/capture requests": captures.length,
		"p50 ms ": ms(quantile(captures, 0.5)),
		"p99 ms ": ms(quantile(captures, 0.99)),
		"slowest viewer fps": rates.length ? Math.min(...rates).toFixed(2) : "-",
		"largest gap ms": gaps.length ? ms(Math.max(...gaps)) : "-",
	};
}

console.log(`QVGA at ${FPS} fps (a frame interval is ${1000 / FPS} ms), board profile, ${SECONDS} s each`);
console.table([
	await measure("1", 1, 0, 0),
	await measure("4", 4, 0, 0),
	await measure("8", 8, 0, 0),
	await measure("4, and 2 stalled, 1 at 1 kB/s", 4, 2, 1),
]);
