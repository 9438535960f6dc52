import { Simulator } from "../../test/support/simulator.ts";
import { descendants } from "../processes.ts";
import type { BenchServer, RunningServer } from "./server.ts";

/** The number of requests for the time, of which the fastest is the most exact. */
const CLOCK_SAMPLES = 40;

const COUNTED =
	"the figures are of the simulator's process: the script, and the threads in place of the driver, which read every frame from a pipe; the other servers have their frames in memory. The simulated sensor, a separate process that no device has, is reported separately. Latency counts from its exposure, and includes reading the files from disk";

/** This project, without the board's limits. */
export const YIELDCAM_HOST: BenchServer = {
	name: "yieldcam",
	note: `npm's XS in the simulator, --profile host, with 1,024 connections in place of 13; ${COUNTED}`,
	start: (frames, fps) => start(["bench/yieldcam", "--profile", "host", "--frames", frames, "--fps", String(fps)]),
};

/** This project with the board's limits. */
export const YIELDCAM_BOARD: BenchServer = {
	name: "yieldcam-board",
	note: "the firmware with the limits of an ESP32-S3: its heap, a send window of 5,744 bytes, each of which costs a turn, and 16 sockets, of which it serves 13, so it has no row for more viewers",
	// Some of its 13 connections are for /status.
	mostViewers: 9,
	start: (frames, fps) => start(["--profile", "board", "--frames", frames, "--fps", String(fps)]),
};

async function start(args: readonly string[]): Promise<RunningServer> {
	const simulator = await Simulator.start(args);
	const pid = simulator.process.pid!;
	return {
		port: simulator.port,
		stream: "/stream",
		status: "/status",
		processes: [pid],
		aside: descendants(pid),
		clockOffset: await clockOffset(simulator.url),
		servesFolder: true,
		async stop() {
			await simulator.stop();
		},
	};
}

/** Same as page/connection/device-clock.ts: takes the device's time to be that halfway between request and response. */
async function clockOffset(url: string): Promise<number> {
	let best = { roundTrip: Infinity, offset: NaN };
	for (let i = 0; i < CLOCK_SAMPLES; i++) {
		const sent = monotonic();
		const { uptime } = (await (await fetch(`${url}/api/state`)).json()) as { uptime: number };
		const received = monotonic();
		if (received - sent < best.roundTrip)
			best = { roundTrip: received - sent, offset: (sent + received) / 2 - uptime * 1e6 };
	}
	return Math.round(best.offset);
}

/** Returns the machine's monotonic clock in microseconds. `performance.now()` has a different origin. */
function monotonic(): number {
	return Number(process.hrtime.bigint()) / 1000;
}
