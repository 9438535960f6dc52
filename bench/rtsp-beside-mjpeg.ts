/**
 * Measures viewers over RTSP beside as many of MJPEG, and the times of /status meanwhile. `npm run bench -- rtsp`.
 */
import { RtspClient } from "../test/support/rtsp-client.ts";
import { Simulator } from "../test/support/simulator.ts";
import { rtpFrameFolder } from "./frame.ts";
import { runLoad } from "./load.ts";
import { quantile } from "./report/quantile.ts";

/** Viewers by each way. Those of MJPEG are the load generator's. */
const BY_TCP = 2,
	BY_UDP = 2,
	BY_MJPEG = 4;
const SECONDS = 20;
/** Requests for /status per second: to measure the response and not a saturated client. */
const STATUS_RATE = 100;

interface Picture {
	readonly name: string;
	readonly bytes: number;
	readonly width: number;
	readonly height: number;
	readonly fps: number;
}

const PICTURES: readonly Picture[] = [
	{ name: "QVGA", bytes: 10_000, width: 320, height: 240, fps: 25 },
	{ name: "UXGA", bytes: 100_000, width: 1600, height: 1200, fps: 5 },
];

interface Row {
	readonly [column: string]: string | number;
}

async function measure({ name, bytes, width, height, fps }: Picture): Promise<Row> {
	const folder = rtpFrameFolder(bytes, width, height);
	const simulator = await Simulator.start(["--profile", "board", "--frames", folder, "--fps", String(fps)]);
	const [, address] = /RTSP at (\S+)/.exec(simulator.output)!;
	const clients = await Promise.all(Array.from({ length: BY_TCP + BY_UDP }, () => RtspClient.open(address)));
	try {
		for (const [index, client] of clients.entries()) await (index < BY_TCP ? client.play() : client.playUdp());
		await Promise.all(clients.map((client) => client.until(() => client.frames >= fps)));
		const begun = clients.map(({ frames }) => frames);
		const { asked, status, faults } = await runLoad({
			port: simulator.port,
			viewers: BY_MJPEG,
			quiet: 1,
			asked: SECONDS,
			statusRate: STATUS_RATE,
			frames: folder,
		});
		const rates = clients.map(({ arrivals }, index) => {
			const times = arrivals.slice(begun[index]);
			return (1_000 * (times.length - 1)) / (times.at(-1)! - times[0]);
		});
		const broken =
			faults.broken +
			faults.misplaced +
			clients.filter(({ fault, closed }) => fault !== undefined || closed).length;
		const times = status!.times.map((time) => time / 1_000);
		return {
			pictures: `${name}, ${bytes / 1_000} kB, ${fps} fps`,
			"slowest by RTSP, TCP": Math.min(...rates.slice(0, BY_TCP)).toFixed(2),
			"by RTSP, UDP": Math.min(...rates.slice(BY_TCP)).toFixed(2),
			"by MJPEG": asked!.rates!.least.toFixed(2),
			"pictures not whole": broken + wasted(clients),
			"/status requests": times.length,
			"p50 ms": quantile(times, 0.5).toFixed(1),
			"p99 ms": quantile(times, 0.99).toFixed(1),
			"max ms": Math.max(...times).toFixed(1),
		};
	} finally {
		for (const client of clients) client.close();
		await simulator.stop();
	}
}

/** Pictures by RTSP of which not every packet arrived. One may be under way. */
function wasted(clients: readonly RtspClient[]): number {
	return clients.reduce((sum, client) => sum + Math.max(0, client.frames - client.pictures.length), 0);
}

console.log(
	`${BY_TCP} viewers over RTSP by TCP, ${BY_UDP} by UDP, ${BY_MJPEG} of MJPEG; board profile, ${SECONDS} s each, ${STATUS_RATE} requests for /status per second`,
);
const rows: Row[] = [];
for (const picture of PICTURES) rows.push(await measure(picture));
console.table(rows);
