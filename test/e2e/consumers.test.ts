import { assert } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import MjpegConsumer from "mjpeg-consumer";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { systemProgram } from "../support/tools.ts";
import { parseParts, parseResponse } from "../support/tools-http.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";
import { readSome, run } from "../support/tools-run.ts";

const TIMESTAMP = /^\d+\.\d{6}$/;

describe("the stream's consumers", function () {
	this.timeout(120_000);
	let simulator: Simulator;

	before(async () => {
		// Faster than the default, so that 200 frames arrive sooner; a slow client skips some.
		simulator = await Simulator.start(["--fps", "50"]);
	});

	after(() => simulator?.stop());

	afterEach(async () => {
		// Every client has disconnected by now, or is about to: the next one must find the same camera.
		await simulator.idle(500);
	});

	describe("ffmpeg", () => {
		let ffmpeg: string;

		before(function () {
			ffmpeg = ffmpegProgram(this);
		});

		for (const { path, input } of [
			{ path: "/stream", input: ["-strict_mime_boundary", "1", "-f", "mpjpeg"] },
			{ path: "/stream", input: [] },
			{ path: "/?action=stream", input: [] },
		]) {
			it(`decodes 200 frames of ${[...input, "-i", path].join(" ")} without an error`, async () => {
				const { size, hashes } = await decode(ffmpeg, 200, ...input, "-i", simulator.url + path);
				assert.equal(size, "320x240");
				assert.lengthOf(hashes, 200);
				// Each frame contains its number: none comes twice, not even later.
				assert.equal(new Set(hashes).size, 200);
			});
		}

		for (const path of ["/capture", "/?action=snapshot"]) {
			it(`decodes the picture at ${path}`, async () => {
				const { size, hashes } = await decode(ffmpeg, 2, "-i", simulator.url + path);
				assert.equal(size, "320x240");
				assert.lengthOf(hashes, 1);
			});
		}

		it("decodes whole frames at UXGA", async () => {
			const large = await Simulator.start(["--frame-size", "UXGA", "--fps", "5"]);
			try {
				const { size, hashes } = await decode(ffmpeg, 15, "-f", "mpjpeg", "-i", `${large.url}/stream`);
				assert.equal(size, "1600x1200");
				assert.equal(new Set(hashes).size, 15);
			} finally {
				await large.stop();
			}
		});
	});

	describe("curl", () => {
		let curl: string;

		before(function () {
			curl = systemProgram(this, "curl");
		});

		/** Makes curl print a response as it is on the wire. */
		const asIs = ["--disable", "--silent", "--show-error", "--include", "--raw"];

		for (const path of ["/stream", "/?action=stream"]) {
			it(`reads whole parts of ${path}, each as long as its Content-Length says`, async () => {
				const { status, fields, body } = parseResponse(
					await readSome(1_000_000, curl, ...asIs, "--no-buffer", simulator.url + path),
				);
				assert.equal(status, 200);
				assert.isFalse(fields.has("transfer-encoding"));
				assert.isFalse(fields.has("content-length"));
				assert.equal(fields.get("connection"), "close");
				assert.include(fields.get("cache-control"), "no-store");
				const boundary = /^multipart\/x-mixed-replace;\s*boundary=(?!--)([\w-]+)$/.exec(
					fields.get("content-type") ?? "",
				)?.[1];
				assert.isDefined(boundary, fields.get("content-type"));

				const parts = parseParts(body, boundary);
				assert.isAbove(parts.length, 30);
				let last = -1;
				for (const { fields, body } of parts) {
					assert.equal(fields.get("content-type"), "image/jpeg");
					assert.equal(fields.get("content-length"), String(body.length));
					assert.equal(await decodeJpeg(body), "320x240");
					assert.match(fields.get("x-timestamp")!, TIMESTAMP);
					assert.isAbove(Number(fields.get("x-timestamp")), last);
					last = Number(fields.get("x-timestamp"));
				}
			});
		}

		for (const path of ["/capture", "/?action=snapshot"]) {
			it(`gets one whole JPEG from ${path}`, async () => {
				const { code, stdout, stderr } = await run(curl, ...asIs, simulator.url + path);
				assert.equal(stderr, "");
				assert.equal(code, 0);
				const { status, fields, body } = parseResponse(stdout);
				assert.equal(status, 200);
				assert.equal(fields.get("content-type"), "image/jpeg");
				assert.equal(fields.get("content-length"), String(body.length));
				assert.equal(fields.get("content-disposition"), "inline; filename=capture.jpg");
				assert.match(fields.get("x-timestamp")!, TIMESTAMP);
				assert.include(fields.get("cache-control"), "no-store");
				assert.equal(await decodeJpeg(body), "320x240");
			});
		}

		for (const [path, type] of [
			["/", /^text\/html\b/],
			["/status", /^application\/json\b/],
			["/capture", /^image\/jpeg$/],
			["/?action=snapshot", /^image\/jpeg$/],
			["/stream", /^multipart\/x-mixed-replace;/],
			["/?action=stream", /^multipart\/x-mixed-replace;/],
		] as const) {
			it(`learns from HEAD ${path} what GET would send, without receiving it`, async () => {
				const { code, stdout, stderr } = await run(curl, ...asIs, "--head", simulator.url + path);
				assert.equal(stderr, "");
				assert.equal(code, 0);
				const { status, fields, body } = parseResponse(stdout);
				assert.equal(status, 200);
				assert.match(fields.get("content-type")!, type);
				assert.isFalse(fields.has("transfer-encoding"));
				assert.lengthOf(body, 0);
				const { viewers } = (await (
					await fetch(`${simulator.url}/status`, { headers: { Connection: "close" } })
				).json()) as { viewers: unknown[] };
				assert.lengthOf(viewers, 0, "nobody watches");
			});
		}
	});

	it("npm's mjpeg-consumer reads 50 whole JPEGs", async () => {
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			get(`${simulator.url}/stream`, resolve).on("error", reject);
		});
		// It may emit a picture once more when the next one begins, so only different ones count.
		const different = new Set<string>();
		try {
			for await (const jpeg of response.pipe(new MjpegConsumer()) as AsyncIterable<Buffer>) {
				assert.equal(await decodeJpeg(jpeg), "320x240");
				if (different.add(jpeg.toString("base64")).size === 50) break;
			}
		} finally {
			response.destroy();
		}
		assert.equal(different.size, 50);
	});
});

describe("the files of --frames DIR", function () {
	this.timeout(120_000);
	const folder = temporaryFolder();
	const colors = ["red", "orange", "yellow", "green", "teal", "blue", "purple"];
	const files: Buffer[] = [];
	let simulator: Simulator;

	before(async () => {
		for (const [index, color] of colors.entries()) {
			// Numbers count as people count: 10 comes after 9.
			const file = join(folder.path, `frame-${index + 7}.jpg`);
			writeFileSync(file, drawJpeg(64 + 32 * index, 48 + 16 * index, color));
			files.push(readFileSync(file));
		}
		simulator = await Simulator.start(["--frames", folder.path, "--fps", "20"]);
	});

	after(() => simulator?.stop());

	it("are streamed in order, byte for byte", async () => {
		const viewer = new MjpegClient(simulator.url);
		const received: number[] = [];
		viewer.onFrame = (jpeg) => received.push(files.findIndex((file) => file.equals(jpeg)));
		await viewer.until(6 * files.length);
		viewer.close();
		assert.notInclude(received, -1, "each is one of the files");
		assert.equal(new Set(received).size, files.length, "each of the files comes");
		const steps = received.slice(1).map((file, index) => (file - received[index] + files.length) % files.length);
		// A slow viewer skips a file now and then, on a busy machine.
		assert.isAbove(
			steps.filter((step) => step === 1).length,
			steps.length * 0.8,
			`in order: ${received.join(" ")}`,
		);
	});

	it("are captured byte for byte", async () => {
		const jpeg = Buffer.from(
			await (await fetch(`${simulator.url}/capture`, { headers: { Connection: "close" } })).arrayBuffer(),
		);
		assert.isTrue(files.some((file) => file.equals(jpeg)));
	});
});
