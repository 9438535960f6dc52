import { Simulator, hostBinary } from "../../test/support/simulator.ts";
import { frameFolder } from "../frame.ts";
import { runLoad } from "../load.ts";
import { channelRate, frameRate, type Link } from "./model.ts";
import { CAMERA_ADDRESS, Radio } from "./namespaces.ts";

const OVERHEAD = 200;
/** 802.11n in 20 MHz: MCS 7, near the access point, and MCS 1, two walls away. */
const LINKS: readonly Link[] = [
	{ roundTrip: 2_000, rate: 65, overhead: OVERHEAD },
	{ roundTrip: 10_000, rate: 65, overhead: OVERHEAD },
	{ roundTrip: 30_000, rate: 65, overhead: OVERHEAD },
	{ roundTrip: 10_000, rate: 13, overhead: OVERHEAD },
];
/** lwIP's default, twice and four times that. */
const SEND_BUFFERS = [5744, 11488, 22976];
/** QVGA and VGA. */
const FRAMES = [10_000, 30_000];
const VIEWER_COUNTS = [1, 4, 8];
const FPS = 25;
const SECONDS = 3;

/** Prints a table of each viewer's rate over a radio link, measured and by the model. Resolves to the exit code. */
export async function main(): Promise<number> {
	const { missing } = Radio;
	if (missing !== undefined) {
		process.stderr.write(`yieldcam: no radio link: ${missing}\n`);
		return 1;
	}
	const columns = SEND_BUFFERS.flatMap((sendBuffer) => VIEWER_COUNTS.map((viewers) => ({ sendBuffer, viewers })));
	print([
		"round trip, radio",
		"frame",
		...columns.map(({ sendBuffer, viewers }) => `${sendBuffer.toLocaleString("en")}, ${viewers}`),
	]);
	print(["---", "---", ...columns.map(() => "---:")]);
	const errors: number[] = [];
	for (const link of LINKS) {
		const radio = await Radio.open(link);
		try {
			for (const frame of FRAMES) {
				const cells: string[] = [];
				for (const sendBuffer of SEND_BUFFERS)
					for (const [viewers, measured] of await measure(radio, sendBuffer, frame)) {
						const model = frameRate(link, sendBuffer, frame, viewers, FPS);
						errors.push(measured / model - 1);
						cells.push(`${measured.toFixed(1)} (${model.toFixed(1)})`);
					}
				print([`${link.roundTrip / 1000} ms, ${link.rate} Mbit/s`, `${frame / 1000} kB`, ...cells]);
			}
		} finally {
			await radio.close();
		}
	}
	const sorted = errors.sort((a, b) => a - b);
	const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
	console.log(
		`\nFrames per second of each viewer, of the ${FPS} that the camera delivers: measured, and by the model in brackets; columns: send buffer, viewers.`,
	);
	console.log(
		`Difference between measured and model: ${percent(sorted[0])} to ${percent(sorted.at(-1)!)}, median ${percent(sorted[sorted.length >> 1])}.`,
	);
	for (const [rate, bytes] of new Map(LINKS.map((link) => [link.rate, channelRate(link)])))
		console.log(`${rate} Mbit/s: ${Math.round(bytes / 1000).toLocaleString("en")} kB/s to all viewers`);
	return 0;
}

/** Measures the frames per second of one viewer, by the number of viewers. */
async function measure(radio: Radio, sendBuffer: number, frame: number): Promise<[viewers: number, rate: number][]> {
	const simulator = await Simulator.start(
		[
			"--profile",
			"board",
			"--host",
			CAMERA_ADDRESS,
			"--send-window",
			String(sendBuffer),
			"--frames",
			frameFolder(frame),
			"--fps",
			String(FPS),
		],
		{
			program: [...radio.camera, hostBinary],
			// By default the host checks for acknowledgements up to 16 ms apart, which would add to the round trip.
			host: ["--poll-most", "250"],
		},
	);
	const rates: [number, number][] = [];
	for (const viewers of VIEWER_COUNTS) {
		const { quiet } = await runLoad({
			runner: radio.viewers,
			address: CAMERA_ADDRESS,
			port: simulator.port,
			viewers,
			quiet: SECONDS,
			frames: frameFolder(frame),
		});
		rates.push([viewers, quiet.frames / quiet.seconds / viewers]);
	}
	await simulator.stop();
	return rates;
}

function print(cells: readonly string[]): void {
	console.log(`| ${cells.join(" | ")} |`);
}
