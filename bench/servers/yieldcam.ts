import { Simulator } from "../../test/support/simulator.ts";
import { descendants } from "../processes.ts";
import type { BenchServer, RunningServer } from "./server.ts";

/** Of this many answers the quickest tells the time best. */
const CLOCK_SAMPLES = 40;

const COUNTED =
	"counted is the simulator's process: the script, and the threads that stand for the driver, which read every frame from a pipe; the peers have theirs in memory. The simulated sensor, a process of its own that no device has, is told beside it. Latency counts from its exposure, the files read from disk included";

/** This project, without the board's limits. */
export const YIELDCAM_HOST: BenchServer = {
	name: "yieldcam",
	note: `npm's XS in the simulator, --profile host, with 1,024 connections in place of 13; ${COUNTED}`,
	start: (frames, fps) => start(["bench/yieldcam", "--profile", "host", "--frames", frames, "--fps", String(fps)]),
};

/** This project as it is, within the board's limits. */
export const YIELDCAM_BOARD: BenchServer = {
	name: "yieldcam-board",
	note: "the firmware with the limits of an ESP32-S3: its heap, a send window of 5,744 bytes, which costs a turn for each, and 16 sockets, 13 of which it serves: there is no row for more viewers",
	// Of its 13 connections some are /status's.
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

/** As page/connection/device-clock.ts has it: the device's time is that of half-way between question and answer. */
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

/** Microseconds of the machine's monotonic clock. `performance.now()` has an origin of its own. */
function monotonic(): number {
	return Number(process.hrtime.bigint()) / 1000;
}
