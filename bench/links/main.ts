import { Simulator, hostBinary } from "../../test/support/simulator.ts";
import { frameFolder } from "../frame.ts";
import { runLoad } from "../load.ts";
import { channelRate, frameRate, type Link } from "./model.ts";
import { cameraAddress, Radio } from "./namespaces.ts";

const overhead = 200;
/** 802.11n in 20 MHz: MCS 7, as near the access point, and MCS 1, as two walls away. */
const links: readonly Link[] = [
	{ roundTrip: 2_000, rate: 65, overhead },
	{ roundTrip: 10_000, rate: 65, overhead },
	{ roundTrip: 30_000, rate: 65, overhead },
	{ roundTrip: 10_000, rate: 13, overhead },
];
/** lwIP's default, twice and four times that. */
const sendBuffers = [5744, 11488, 22976];
/** QVGA and VGA. */
const frames = [10_000, 30_000];
const viewerCounts = [1, 4, 8];
const fps = 25;
const seconds = 3;

/** What each viewer gets over a radio link, measured and by the model, as a table. Resolves to the exit code. */
export async function main(): Promise<number> {
	const { missing } = Radio;
	if (missing !== undefined) {
		process.stderr.write(`yieldcam: no radio link: ${missing}\n`);
		return 1;
	}
	const columns = sendBuffers.flatMap((sendBuffer) => viewerCounts.map((viewers) => ({ sendBuffer, viewers })));
	print([
		"round trip, radio",
		"frame",
		...columns.map(({ sendBuffer, viewers }) => `${sendBuffer.toLocaleString("en")}, ${viewers}`),
	]);
	print(["---", "---", ...columns.map(() => "---:")]);
	const errors: number[] = [];
	for (const link of links) {
		const radio = await Radio.open(link);
		try {
			for (const frame of frames) {
				const cells: string[] = [];
				for (const sendBuffer of sendBuffers)
					for (const [viewers, measured] of await measure(radio, sendBuffer, frame)) {
						const model = frameRate(link, sendBuffer, frame, viewers, fps);
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
		`\nFrames a second for each viewer, of ${fps} that the camera gives: measured, and by the model in brackets; columns: send buffer, viewers.`,
	);
	console.log(
		`Measured less the model: ${percent(sorted[0])} to ${percent(sorted.at(-1)!)}, median ${percent(sorted[sorted.length >> 1])}.`,
	);
	for (const [rate, bytes] of new Map(links.map((link) => [link.rate, channelRate(link)])))
		console.log(`${rate} Mbit/s: ${Math.round(bytes / 1000).toLocaleString("en")} kB/s to all viewers`);
	return 0;
}

/** Frames a second of one viewer, by the number of viewers. */
async function measure(radio: Radio, sendBuffer: number, frame: number): Promise<[viewers: number, rate: number][]> {
	const simulator = await Simulator.start(
		[
			"--profile",
			"board",
			"--host",
			cameraAddress,
			"--send-window",
			String(sendBuffer),
			"--frames",
			frameFolder(frame),
			"--fps",
			String(fps),
		],
		{
			program: [...radio.camera, hostBinary],
			// By itself it looks for acknowledgements every 16 ms at last, which would be part of the round trip.
			host: ["--poll-most", "250"],
		},
	);
	const rates: [number, number][] = [];
	for (const viewers of viewerCounts) {
		const { quiet } = await runLoad({
			runner: radio.viewers,
			address: cameraAddress,
			port: simulator.port,
			viewers,
			quiet: seconds,
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
