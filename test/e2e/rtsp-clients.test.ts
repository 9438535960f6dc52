import { assert } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestCard } from "../../hosts/sim/sensor/test-card.ts";
import { frameSize } from "../../src/camera/frame-sizes.ts";
import { ffmpegProgram } from "../support/ffmpeg.ts";
import { readAsGo2rtc } from "../support/go2rtc-rtsp.ts";
import { overLwip, Simulator, slow } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";
import { systemProgram } from "../support/tools.ts";
import { run } from "../support/tools-run.ts";

const FRAMES = Number(process.env["YIELDCAM_RTSP_FRAMES"] ?? (slow ? 30 : 100));
/** Different pictures that the camera shows in turn. */
const PICTURES = 7;

/** The programs that people read cameras with, and a reader by the rules of one. Each stops at the first error. */
describe("RTSP in other programs", function () {
	this.timeout(120_000 + 200 * FRAMES);
	if (overLwip) return;
	const { path } = temporaryFolder();
	const folder = join(path, "frames");
	let simulator: Simulator;
	let url: string;

	before(async () => {
		mkdirSync(folder);
		for (let number = 0; number < PICTURES; number++) {
			const exposure = {
				number,
				time: new Date(1_000 * number),
				frameSize: frameSize("QVGA")!,
				settings: new Map(),
			};
			writeFileSync(join(folder, `${number}.jpg`), (await new TestCard().take(exposure)).jpeg);
		}
		simulator = await Simulator.start(["--frames", folder]);
		url = /RTSP at (\S+)/.exec(simulator.output)![1];
	});

	after(() => simulator.stop());

	/** The checksums of decoded pictures. */
	async function checksums(ffmpeg: string, count: number, ...input: string[]): Promise<string[]> {
		const { code, stdout, stderr } = await run(
			ffmpeg,
			...["-nostdin", "-hide_banner", "-loglevel", "warning", "-xerror"],
			...input,
			...["-frames:v", String(count), "-vsync", "passthrough", "-pix_fmt", "yuvj422p", "-f", "framemd5", "-"],
		);
		assert.equal(stderr, "");
		assert.equal(code, 0);
		return stdout
			.toString()
			.trim()
			.split("\n")
			.filter((line) => !line.startsWith("#"))
			.map((line) => line.split(",").at(-1)!.trim());
	}

	for (const transport of ["udp", "tcp"])
		it(`ffmpeg decodes the pictures that the camera has, over ${transport}, without a warning`, async function () {
			const ffmpeg = ffmpegProgram(this);
			const known = new Set<string>();
			for (let number = 0; number < PICTURES; number++)
				for (const sum of await checksums(ffmpeg, 1, "-i", join(folder, `${number}.jpg`))) known.add(sum);
			assert.equal(known.size, PICTURES);
			const shown = await checksums(ffmpeg, FRAMES, "-rtsp_transport", transport, "-i", url);
			assert.equal(shown.length, FRAMES);
			for (const sum of shown) assert.isTrue(known.has(sum), "a picture of the camera's");
			assert.equal(new Set(shown).size, PICTURES);
		});

	for (const transport of ["udp", "tcp"])
		it(`GStreamer decodes ${FRAMES} over ${transport}`, async function () {
			const gst = systemProgram(this, "gst-launch-1.0", "gstreamer1.0-tools");
			systemProgram(this, "gst-inspect-1.0", "gstreamer1.0-plugins-good");
			const { code, stderr } = await run(
				gst,
				...[
					"-q",
					"rtspsrc",
					`location=${url}`,
					`protocols=${transport}`,
					"latency=200",
					"!",
					"rtpjpegdepay",
					"!",
				],
				...["jpegdec", "!", "fakesink", `num-buffers=${FRAMES}`],
			);
			assert.equal(stderr, "");
			assert.equal(code, 0);
		});

	/** What follows the header of a JPEG's scan: RTP carries it unchanged. */
	const scanOf = (jpeg: Buffer): string => {
		const start = jpeg.indexOf("ffda", "hex");
		return jpeg.toString("latin1", start + 2 + jpeg.readUInt16BE(start + 2));
	};

	for (const udp of [false, true])
		it(`a reader by go2rtc's rules takes ${FRAMES} of ${FRAMES} over ${udp ? "udp" : "tcp"}`, async () => {
			const known = new Set<string>();
			for (let number = 0; number < PICTURES; number++)
				known.add(scanOf(readFileSync(join(folder, `${number}.jpg`))));
			const { jpegs, lost } = await readAsGo2rtc(url, { count: FRAMES, udp });
			assert.equal(lost, 0);
			assert.equal(jpegs.length, FRAMES);
			for (const jpeg of jpegs) {
				assert.equal(await decodeJpeg(jpeg), "320x240");
				assert.isTrue(known.has(scanOf(jpeg)), "a picture of the camera's");
			}
			assert.equal(new Set(jpegs.map(scanOf)).size, PICTURES);
		});

	it(`mpv plays ${FRAMES}`, async function () {
		const mpv = systemProgram(this, "mpv");
		const { code, stdout, stderr } = await run(
			mpv,
			...["--no-config", "--vo=null", "--ao=null", `--frames=${FRAMES}`, "--msg-level=all=warn", url],
		);
		assert.equal(stderr, "");
		assert.equal(stdout.toString(), "");
		assert.equal(code, 0);
	});

	it(`OpenCV reads ${FRAMES}`, async function () {
		// Debian's: another Python on the path does not have its packages.
		const { code, stdout } = await run(
			"/usr/bin/python3",
			"-c",
			[
				"import sys",
				"try: import cv2",
				"except ImportError: sys.exit(9)",
				`capture = cv2.VideoCapture("${url}")`,
				`print(sum(capture.read()[0] for _ in range(${FRAMES})), capture.read()[1].shape)`,
			].join("\n"),
		).catch(() => ({ code: 9, stdout: Buffer.alloc(0) }));
		if (code === 9) {
			console.log("    skipped, since OpenCV is not installed: apt-get install python3-opencv");
			return this.skip();
		}
		assert.equal(code, 0);
		assert.equal(stdout.toString().trim(), `${FRAMES} (240, 320, 3)`);
	});
});
