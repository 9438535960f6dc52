import { assert } from "chai";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { State } from "../../src/state/state.ts";
import { ffmpegProgram } from "../support/ffmpeg.ts";
import { watchWithMotion } from "../support/motion.ts";
import { RtspClient } from "../support/rtsp-client.ts";
import { overLwip, Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { systemProgram } from "../support/tools.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";
import { run } from "../support/tools-run.ts";
import { ZONE_MINDER_PACKAGES, ZoneMinder } from "../support/zone-minder.ts";

/** `npm run trials` has ten minutes. */
const SECONDS = Number(process.env["YIELDCAM_RTSP_SECONDS"] ?? 20);
/** Seconds of a session's timeout: shorter than all of what follows. */
const TIMEOUT = 8;

describe("sessions of RTSP", function () {
	this.timeout(1_000 * (2 * SECONDS + 120));
	// Its UDP goes over the loopback interface.
	if (overLwip) return;
	const { path } = temporaryFolder();
	let simulator: Simulator;

	afterEach(() => simulator.stop());

	async function start(...args: string[]): Promise<string> {
		simulator = await Simulator.start([`rtspTimeout=${TIMEOUT}`, ...args]);
		return /RTSP at (\S+)/.exec(simulator.output)![1];
	}

	async function state(): Promise<State> {
		return (await (await fetch(`${simulator.url}/api/state`)).json()) as State;
	}

	/** Has other programs play for some time, all at once. Resolves to what went wrong. */
	async function play(context: Mocha.Context, url: string): Promise<string[]> {
		const ffmpeg = ffmpegProgram(context),
			gst = systemProgram(context, "gst-launch-1.0", "gstreamer1.0-tools"),
			mpv = systemProgram(context, "mpv");
		systemProgram(context, "gst-inspect-1.0", "gstreamer1.0-plugins-good");
		const programs: [name: string, program: string, ...args: string[]][] = [
			...["udp", "tcp"].flatMap((transport): [string, string, ...string[]][] => [
				[
					`ffmpeg over ${transport}`,
					ffmpeg,
					...["-nostdin", "-hide_banner", "-loglevel", "error", "-rtsp_transport", transport],
					...["-use_wallclock_as_timestamps", "1", "-i", url, "-t", String(SECONDS), "-f", "null", "-"],
				],
				[
					`GStreamer over ${transport}`,
					"timeout",
					...["--signal=INT", String(SECONDS), gst, "-q", "-e", "rtspsrc", `location=${url}`],
					...[`protocols=${transport}`, "timeout=0", "!", "fakesink"],
				],
			]),
			["mpv", mpv, "--no-config", "--vo=null", "--ao=null", `--length=${SECONDS}`, "--msg-level=all=error", url],
		];
		const begun = performance.now();
		const results = await Promise.all(
			programs.map(async ([name, program, ...args]) => {
				const { code, stderr } = await run(program, ...args),
					lasted = (performance.now() - begun) / 1_000;
				// 124: it played for as long as it was asked to.
				const played = code === 0 || (program === "timeout" && code === 124);
				return played && lasted >= SECONDS - 2
					? ""
					: `${name}: ${code} after ${lasted.toFixed(1)} s: ${stderr}`;
			}),
		);
		return results.filter(Boolean);
	}

	it(`of other programs last for ${SECONDS} s, with a timeout of ${TIMEOUT} s`, async function () {
		const url = await start();
		assert.deepEqual(await play(this, url), []);
	});

	it(`of motion last for ${SECONDS} s, and its pictures are whole`, async function () {
		systemProgram(this, "motion");
		const url = await start(),
			folder = join(path, "motion");
		mkdirSync(folder);
		const end = performance.now() + 1_000 * SECONDS;
		const files = await watchWithMotion(url, folder, (count) => performance.now() > end && count > SECONDS);
		for (const file of files.slice(0, -1)) assert.equal(await decodeJpeg(readFileSync(file)), "320x240");
	});

	it(`of ZoneMinder last for ${SECONDS} s, in which it records what moves`, async function () {
		if (!ZoneMinder.installed) {
			console.log(
				`    skipped, since ZoneMinder is not installed, or this is not root: apt-get install ${ZONE_MINDER_PACKAGES.join(" ")}`,
			);
			return this.skip();
		}
		const url = await start(),
			folder = join(path, "zone-minder");
		mkdirSync(folder);
		const zoneMinder = new ZoneMinder(folder);
		try {
			await zoneMinder.start();
			const end = performance.now() + 1_000 * SECONDS;
			const { complaints, events, files } = await zoneMinder.record(
				url,
				({ complaints, files }) => complaints.length > 0 || (performance.now() > end && files.length > SECONDS),
			);
			assert.deepEqual(complaints, []);
			assert.isAtLeast(events, 1);
			for (const file of files.slice(0, -1)) assert.equal(await decodeJpeg(readFileSync(file)), "320x240");
		} finally {
			await zoneMinder.close();
		}
	});

	it(`last while the sensor rests for ${SECONDS} s, over UDP and TCP`, async () => {
		const url = await start("--fault", "camera-stall@signal"),
			clients = [await RtspClient.open(url), await RtspClient.open(url)],
			[tcp, udp] = clients;
		await tcp.play();
		const [, reports] = await udp.playUdp();
		const transport = /server_port=\d+-(\d+)/.exec(
			udp.headers + udp.responses.map(({ headers }) => headers["transport"]).join(),
		)![1];
		// A client over UDP is heard of by its reports alone (RFC 3550, 6.4.2: an empty one).
		const heard = setInterval(
			() => reports.send(Buffer.from("80c9000100000001", "hex"), Number(transport), "127.0.0.1"),
			2_000,
		);
		try {
			await Promise.all(clients.map((client) => client.until(() => client.frames > 0)));
			simulator.process.kill("SIGUSR2");
			await pause(1_000);
			const rested = clients.map(({ frames }) => frames);
			await pause(1_000 * SECONDS);
			assert.isAtMost(tcp.frames, rested[0] + 1, "it rests");
			simulator.process.kill("SIGUSR2");
			await Promise.all(clients.map((client, i) => client.until(() => client.frames > rested[i] + 10)));
			assert.lengthOf((await state()).viewers, 2);
			for (const { closed, fault } of clients) {
				assert.isFalse(closed);
				assert.isUndefined(fault);
			}
			// Programs give up if nothing comes for five seconds.
			for (const client of clients) assert.isAbove(client.reports.length, SECONDS / 5);
		} finally {
			clearInterval(heard);
			for (const client of clients) client.close();
		}
	});
});
