/**
 * Simulates a camera's years on a wall in minutes: viewers connect, stall and disconnect within the board's limits,
 * until a million frames have been delivered. At the end, the device's memory use and response times have to be the
 * same as at the start.
 */
import { setTimeout as pause } from "node:timers/promises";
import { MjpegClient } from "../test/support/mjpeg-client.ts";
import { type Report, Simulator } from "../test/support/simulator.ts";
import { quantile } from "./report/quantile.ts";
import { sparkline } from "./report/sparkline.ts";

const PARTS = 40;
const WATCHING = 6;

/** The figures after each part of the frames. */
const columns = {
	"heap, slots": ({ report }: Sample) => report.slots,
	"heap, chunk bytes": ({ report }: Sample) => report.chunks,
	sockets: ({ report }: Sample) => report.sockets,
	"frame buffers in use": ({ report }: Sample) => report.buffers - report.buffersHome,
	"/status, median ms": ({ latencies }: Sample) => quantile(latencies, 0.5),
	"/status, p99 ms": ({ latencies }: Sample) => quantile(latencies, 0.99),
	"frames a second": ({ rate }: Sample) => rate,
};

interface Sample {
	readonly report: Report;
	readonly latencies: readonly number[];
	readonly rate: number;
}

/** The viewers: one after the other disconnects, and another replaces it. Now and then a viewer stops reading. */
class Crowd {
	readonly #url: string;
	#viewers: MjpegClient[];
	#gone = 0;
	/** The number of viewers so far. */
	came = 0;
	/** The faults of viewers that received something other than the stream. */
	readonly faults: string[] = [];

	constructor(url: string) {
		this.#url = url;
		this.#viewers = Array.from({ length: WATCHING }, () => this.#come());
	}

	/** The number of whole frames received. */
	get frames(): number {
		return this.#viewers.reduce((sum, viewer) => sum + viewer.frames, this.#gone);
	}

	/** Replaces a viewer by another, which may be one that does not read. */
	change(): void {
		const index = this.came % WATCHING;
		this.#leave(this.#viewers[index]);
		this.#viewers[index] = this.#come(this.came % 10 !== 0);
	}

	leave(): void {
		for (const viewer of this.#viewers) this.#leave(viewer);
		this.#viewers = [];
	}

	#come(read = true): MjpegClient {
		this.came++;
		return new MjpegClient(this.#url, { read });
	}

	#leave(viewer: MjpegClient): void {
		viewer.close();
		this.#gone += viewer.frames;
		// A viewer that connects before the device notices that others have disconnected is refused as one too many.
		if (viewer.fault !== undefined && !/"too many/.test(viewer.fault)) this.faults.push(viewer.fault);
	}
}

async function askStatus(url: string): Promise<number> {
	const begun = performance.now();
	const response = await fetch(`${url}/status`, { headers: { Connection: "close" } });
	await response.arrayBuffer();
	if (response.status !== 200) throw new Error(`/status: ${response.status}`);
	return performance.now() - begun;
}

/**
 * Resolves to the exit code.
 *
 * @param wanted How many frames to send.
 */
export async function soak(wanted: number): Promise<number> {
	const simulator = await Simulator.start(["--profile", "board", "--frame-size", "QQVGA", "--fps", "500"]);
	const samples: Sample[] = [];
	const crowd = new Crowd(simulator.url);
	const start = performance.now();
	for (let part = 1; part <= PARTS; part++) {
		const latencies: number[] = [];
		const before = crowd.frames;
		const begun = performance.now();
		while (crowd.frames < (wanted * part) / PARTS) {
			latencies.push(await askStatus(simulator.url));
			await pause(20);
			if (latencies.length % 10 === 0) crowd.change();
		}
		const rate = ((crowd.frames - before) / (performance.now() - begun)) * 1_000;
		samples.push({ report: await simulator.report(), latencies, rate });
		if (process.stdout.isTTY) process.stdout.write(`\r${crowd.frames.toLocaleString("en")} frames`);
	}
	const delivered = crowd.frames;
	crowd.leave();
	const idle = await simulator.idle(500);
	await simulator.stop();
	process.stdout.write(
		`\r${delivered.toLocaleString("en")} frames to ${crowd.came.toLocaleString("en")} viewers, in ${Math.round((performance.now() - start) / 1_000)} s, each frame whole\n\n`,
	);
	process.stdout.write(chart(samples));
	const faults = [
		...crowd.faults,
		...growth(samples),
		...simulator.errors.split("\n").filter((line) => line && !line.startsWith("yieldcam-sim: {")),
	];
	process.stdout.write(
		`\nIdle again: ${idle.slots} slots, ${idle.chunks} chunk bytes, ${idle.sockets} sockets, ${idle.buffersHome} of ${idle.buffers} buffers returned\n`,
	);
	process.stdout.write(faults.length === 0 ? "Nothing broke\n" : `${faults.join("\n")}\n`);
	return faults.length === 0 ? 0 : 1;
}

/** Returns a line for each column, from the first part to the last. */
function chart(samples: readonly Sample[]): string {
	return Object.entries(columns)
		.map(([name, column]) => {
			const values = samples.map(column);
			const text = (value: number): string => value.toFixed(name.includes("ms") ? 2 : 0).padStart(7);
			return `${name.padEnd(22)}${text(values[0])} ${sparkline(values)} ${text(values.at(-1)!)}\n`;
		})
		.join("");
}

/** Returns the figures that grew from the first quarter to the last by more than the present viewers explain. */
function growth(samples: readonly Sample[]): string[] {
	const quarter = samples.length / 4;
	const median = (column: (sample: Sample) => number, from: number): number =>
		quantile(samples.slice(from, from + quarter).map(column), 0.5);
	return Object.entries(columns)
		.filter(([name]) => name !== "frames a second")
		.flatMap(([name, column]) => {
			const [first, last] = [median(column, 0), median(column, samples.length - quarter)];
			const most = name.includes("ms") ? 2 * first + 1 : 1.1 * first + 2;
			return last > most ? [`${name}: ${first} at the start, ${last} at the end`] : [];
		});
}
