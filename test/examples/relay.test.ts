import { assert } from "chai";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../support/chromium.ts";
import { drawJpeg, drawNoise } from "../support/draw-jpeg.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";
import { watchImage } from "../support/watch-image.ts";

interface Answer {
	readonly status: number;
	readonly text: string;
	readonly keepAlive: string | undefined;
}

describe("the example relay", function () {
	this.timeout(60_000);
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/relay", "--profile", "host", "token=secret"]);
	});

	after(async () => {
		agent.destroy();
		await simulator?.stop();
	});

	function upload(
		path: string,
		content: Uint8Array,
		{ type = "image/jpeg", token = "secret", by = agent, to = simulator, method = "POST", coding = "" } = {},
	): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const headers = {
				...(type && { "Content-Type": type }),
				...(coding && { "Content-Encoding": coding }),
				"Content-Length": content.length,
				...(token && { Authorization: `Bearer ${token}` }),
			};
			request(`${to.url}${path}`, { method, agent: by, headers }, async (response) =>
				resolve({
					status: response.statusCode!,
					text: await text(response),
					keepAlive: response.headers["keep-alive"] as string | undefined,
				}),
			)
				.on("error", reject)
				.end(content);
		});
	}

	it("streams the uploaded pictures, under the camera's name", async () => {
		assert.deepEqual(await upload("/upload/garden", drawJpeg(64, 48)), {
			status: 204,
			text: "",
			keepAlive: "timeout=75",
		});
		const viewer = new MjpegClient(simulator.url, { path: "/stream/garden" });
		await viewer.until(1);
		assert.equal(await decodeJpeg(viewer.last!), "64x48");
		await upload("/upload/garden", drawJpeg(80, 60));
		await viewer.until(2);
		assert.equal(await decodeJpeg(viewer.last!), "80x60");
		assert.isUndefined(viewer.fault);
		viewer.close();
		const snapshot = await fetch(`${simulator.url}/snapshot/garden`);
		assert.equal(snapshot.headers.get("content-type"), "image/jpeg");
		assert.equal(await decodeJpeg(Buffer.from(await snapshot.arrayBuffer())), "80x60");
		assert.include(
			await (await fetch(simulator.url)).text(),
			`<a href="stream/garden"><img loading="lazy" src="snapshot/garden" width="320" alt=""><br>garden</a>`,
		);
		const unknown = await fetch(`${simulator.url}/stream/cellar`);
		assert.equal(unknown.status, 404);
		assert.match(await unknown.text(), /^nobody has uploaded to that camera lately/);
	});

	it("accepts a picture without a type, as curl -T and Node's fetch of bytes send it", async () => {
		assert.equal((await upload("/upload/untyped", drawJpeg(16, 16), { type: "" })).status, 204);
	});

	for (const [what, content, options, status, message] of [
		["without the token", drawJpeg(16, 16), { token: "" }, 401, /token/],
		["with another token", drawJpeg(16, 16), { token: "secreT" }, 401, /token/],
		["with the beginning of the token", drawJpeg(16, 16), { token: "secre" }, 401, /token/],
		["of another type", Buffer.from("\x89PNG\r\n"), { type: "image/png" }, 415, /image\/png, and must be a JPEG/],
		["that is compressed", drawJpeg(16, 16), { coding: "gzip" }, 415, /must not be compressed/],
		["that is not a JPEG", Buffer.from("GIF89a"), {}, 422, /not a complete JPEG: it does not begin with FF D8/],
		["that is cut short", drawJpeg(16, 16).subarray(0, -2), {}, 422, /cut short/],
		["larger than a megabyte", Buffer.alloc(1_048_577), {}, 413, /./],
	] as const) {
		it(`refuses an upload ${what}, and keeps its last picture`, async () => {
			await upload("/upload/door", drawJpeg(32, 24));
			const answer = await upload("/upload/door", content, { ...options, by: new Agent() });
			assert.equal(answer.status, status);
			assert.match(answer.text, message);
			assert.equal(
				await decodeJpeg(Buffer.from(await (await fetch(`${simulator.url}/snapshot/door`)).arrayBuffer())),
				"32x24",
			);
		});
	}

	it("accepts a JPEG whose type is in another case, has a parameter, or is what curl says of anything", async () => {
		for (const type of [
			"Image/JPEG",
			"image/jpeg; name=a.jpg",
			"image/jpg",
			"image/pjpeg",
			"application/octet-stream",
			"application/x-www-form-urlencoded",
			"binary/octet-stream",
			"image/x-jpeg",
			"image/*",
			"*/*",
			"image/png",
			"text/plain;charset=UTF-8",
			"multipart/form-data",
			"jpeg",
		])
			assert.equal((await upload("/upload/door", drawJpeg(48, 32), { type })).status, 204);
	});

	it("accepts a form's file, as browsers and curl send it, beside other fields", async () => {
		const jpeg = drawJpeg(48, 32);
		for (const [boundary, quote] of [
			["----WebKitFormBoundaryAbC123", ""],
			["with space", '"'],
		]) {
			const part = (fields: string, content: Uint8Array): Buffer =>
				Buffer.concat([Buffer.from(`--${boundary}\r\n${fields}\r\n\r\n`), content, Buffer.from("\r\n")]);
			const form = Buffer.concat([
				part(
					'Content-Disposition: form-data; name="note"',
					Buffer.from("a\r\n\r\nnote \r\n--not the boundary"),
				),
				part('Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg', jpeg),
				part('Content-Disposition: form-data; name="after"', Buffer.from("x")),
				Buffer.from(`--${boundary}--\r\n`),
			]);
			const type = `multipart/form-data; boundary=${quote}${boundary}${quote}`;
			const { status, text: reason } = await upload("/upload/form", form, { type });
			assert.equal(status, 204, reason);
			const snapshot = await fetch(`${simulator.url}/snapshot/form`);
			assert.deepEqual(Buffer.from(await snapshot.arrayBuffer()), Buffer.from(jpeg));
			const none = Buffer.from(
				`--${boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--${boundary}--`,
			);
			assert.equal((await upload("/upload/form", none, { type })).status, 422);
			assert.equal((await upload("/upload/form", form.subarray(0, -9), { type })).status, 204);
		}
		assert.equal((await upload("/upload/form", Buffer.from("--x"), { type: "multipart/form-data" })).status, 422);
	});

	it("accepts a picture by PUT, as curl -T sends it", async () => {
		for (const path of ["/upload", "/upload/put"])
			assert.equal((await upload(path, drawJpeg(48, 32), { method: "PUT", type: "" })).status, 204);
	});

	it("accepts a form that was written by hand", async () => {
		const jpeg = drawJpeg(48, 32);
		const head = `Content-Disposition: form-data; name="file"`;
		for (const [what, type, form] of [
			["lines that end in LF", "boundary=X", ["--X\n", head, "\n\n", jpeg, "\n--X--\n"]],
			["both kinds of lines", "boundary=X", ["--X\r\n", head, "\n\r\n", jpeg, "\r\n--X--"]],
			["no end", "boundary=X", ["--X\r\n", head, "\r\n\r\n", jpeg]],
			["an end that is only a line end", "boundary=X", ["--X\n", head, "\n\n", jpeg, "\r\n\n"]],
			["the beginning of an end", "boundary=X", ["--X\r\n", head, "\r\n\r\n", jpeg, "\r\n--"]],
			["blanks around the equals sign", "boundary = X", ["--X\r\n", head, "\r\n\r\n", jpeg, "\r\n--X--"]],
			[
				"a quoted boundary",
				`charset=utf-8 ; Boundary = "X y" ; a=b`,
				["--X y\r\n", head, "\r\n\r\n", jpeg, "\r\n--X y--"],
			],
			["a parameter with a similar name", "xboundary=Y; boundary=X", ["--X\r\n\r\n", jpeg, "\r\n--X--"]],
			["a part that is empty", "boundary=X", ["--X\n", head, "\n\n\n--X\n", head, "\n\n", jpeg, "\n--X--"]],
			["text before it", "boundary=X", ["a form\r\n--X\r\n\r\n", jpeg, "\r\n--X--"]],
		] as const) {
			const { status, text: reason } = await upload(
				"/upload/hand",
				Buffer.concat(form.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece))),
				{ type: `multipart/form-data; ${type}` },
			);
			assert.equal(status, 204, `${what}: ${reason}`);
			const shown = await fetch(`${simulator.url}/snapshot/hand`);
			assert.deepEqual(Buffer.from(await shown.arrayBuffer()), Buffer.from(jpeg), what);
		}
	});

	it("refuses a form that would take long to search, and a name that is too long", async () => {
		for (const filling of ["\n", "\r\n", "\n--boundar", "\r\n--boundar", "\r\n\r"]) {
			const form = Buffer.concat([
				Buffer.from('--boundary\r\nContent-Disposition: form-data; name="x"\r\n\r\n'),
				Buffer.from(filling.repeat(400_000 / filling.length)),
				Buffer.from("\r\n--boundary--"),
			]);
			const { status, text } = await upload("/upload/form", form, {
				type: "multipart/form-data; boundary=boundary",
			});
			assert.equal(status, 422);
			assert.match(text, /line ends/);
		}
		const parts = Buffer.from(`--${"\r\n\r\n\r\n--".repeat(40_000)}`);
		const { status, text } = await upload("/upload/form", parts, { type: "multipart/form-data; boundary=" });
		assert.equal(status, 422);
		assert.match(text, /line ends/);
		const halves = Buffer.concat([Buffer.from("--X\r\n\r\n\xff\xd8", "latin1"), Buffer.alloc(400_000, 0xd9)]);
		const ends = await upload("/upload/form", halves, { type: "multipart/form-data; boundary=X" });
		assert.equal(ends.status, 422);
		assert.match(ends.text, /end of an image/);
		assert.equal((await upload(`/upload/${"n".repeat(64)}`, drawJpeg(16, 16))).status, 204);
		assert.equal((await upload(`/upload/${"n".repeat(65)}`, drawJpeg(16, 16))).status, 400);
	});

	it("is decoded by ffmpeg without an error", async function () {
		const ffmpeg = ffmpegProgram(this);
		const pictures = ["red", "lime", "blue"].map((color) => drawJpeg(160, 120, color));
		await upload("/upload/porch", pictures[0]);
		let decoding = true;
		const decoded = decode(ffmpeg, 6, "-f", "mpjpeg", "-i", `${simulator.url}/stream/porch`).finally(
			() => (decoding = false),
		);
		for (let turn = 1; decoding; turn += 1) {
			await upload("/upload/porch", pictures[turn % pictures.length]);
			await pause(50);
		}
		const { size, hashes } = await decoded;
		assert.equal(size, "160x120");
		assert.equal(new Set(hashes).size, 3);
	});

	// A browser opens six connections to a server, and a stream keeps its own.
	it("has a page that shows ten cameras, and links to the stream of each", async function () {
		const names = Array.from({ length: 10 }, (_, i) => `page ${i} & "more"`);
		const pictures = names.map((_, i) => ["red", "blue"].map((color) => drawJpeg(16 * (i + 1), 48, color)));
		const send = async (turn: number) => {
			for (const [i, name] of names.entries())
				assert.equal((await upload(`/upload/${encodeURIComponent(name)}`, pictures[i][turn % 2])).status, 204);
		};
		await send(0);
		let pushing = true;
		const pushed = (async () => {
			for (let turn = 1; pushing; turn += 1) {
				await send(turn);
				await pause(50);
			}
		})();
		try {
			const browser = await launchChromium(this);
			try {
				const page = await browser.newPage();
				await page.goto(simulator.url, { waitUntil: "domcontentloaded" });
				const widths = () =>
					page.evaluate<Record<string, number>>(
						`Object.fromEntries([...document.links].map((link) => [link.innerText.trim(), link.querySelector("img").naturalWidth]))`,
					);
				for (const [i, name] of names.entries())
					await until(`${name} is shown`, async () => (await widths())[name] === 16 * (i + 1));
				const last = names.at(-1)!;
				await page.getByRole("link", { name: last, exact: true }).click({ noWaitAfter: true });
				await page.waitForURL(`**/stream/${encodeURIComponent(last)}`, { waitUntil: "commit" });
				assert.equal(await watchImage(page, 2), "160x48");
			} finally {
				await browser.close();
			}
		} finally {
			pushing = false;
			await pushed;
		}
	});

	it("reports that it needs more memory than a board has, if the machine lacks it", async () => {
		const board = await Simulator.spawn(["examples/relay"]);
		assert.equal(await board.exit, 1);
		assert.match(board.errors, /a relay needs more memory than a board has/);
	});

	it("forgets a camera that sends nothing for a while and has no viewers, so that there is room for another", async () => {
		const forgetful = await Simulator.start(["examples/relay", "--profile", "host", "forget=1"]);
		const picture = drawJpeg(16, 16);
		const send = async (name: string) =>
			(await upload(`/upload/${name}`, picture, { by: new Agent(), to: forgetful })).status;
		const status = async (name: string) =>
			(await fetch(`${forgetful.url}/snapshot/${name}`, { headers: { Connection: "close" } })).status;
		try {
			assert.deepEqual(
				new Set(await Promise.all(Array.from({ length: 64 }, (_, i) => send(`cam${i}`)))),
				new Set([204]),
			);
			const viewer = new MjpegClient(forgetful.url, { path: "/stream/cam0" });
			await viewer.until(1);
			assert.equal(await send("another"), 503);
			while ((await send("another")) !== 204) {
				assert.equal(await send("cam1"), 204, "one that continues to send");
				await pause(100);
			}
			assert.deepEqual(await Promise.all(["cam0", "cam1", "cam2", "cam63"].map(status)), [200, 200, 404, 404]);
			assert.isUndefined(viewer.fault);
			viewer.close();
			while ((await status("cam0")) !== 404) await pause(100);
		} finally {
			await forgetful.stop();
		}
	});

	it("reports an invalid time to forget", async () => {
		const relay = await Simulator.spawn(["examples/relay", "--profile", "host", "forget=soon"]);
		assert.equal(await relay.exit, 1);
		assert.include(relay.errors, "forget=SECONDS is a number from 1 to 1000000");
	});

	it("shows ten cameras to twenty viewers each, every picture whole and of the right camera", async () => {
		const count = 20;
		// Pictures of some kilobytes, all different, with a width that identifies the camera.
		const cameras = Array.from({ length: 10 }, (_, number) => ({
			name: `cam${number}`,
			pictures: [1, 2, 3, 4].map((seed) => drawNoise(16 * (number + 4), 120, 4 * number + seed)),
			size: `${16 * (number + 4)}x120`,
			agent: new Agent({ keepAlive: true, maxSockets: 1 }),
		}));
		const send = async ({ name, pictures, agent }: (typeof cameras)[0], turn: number) =>
			assert.equal(
				(await upload(`/upload/${name}`, pictures[turn % pictures.length], { by: agent })).status,
				204,
			);
		await Promise.all(cameras.map((camera) => send(camera, 0)));
		agent.destroy(); // of the tests before
		const viewers = cameras.flatMap((camera) =>
			Array.from({ length: 20 }, (_, i) => {
				const client = new MjpegClient(simulator.url, { path: `/stream/${camera.name}` });
				const seen: Buffer[] = [];
				client.onFrame = (jpeg) => seen.push(Buffer.from(jpeg));
				return { camera, first: i === 0, client, seen };
			}),
		);
		await Promise.all(viewers.map(({ client }) => client.until(1)));
		let pushing = true;
		const pushed = Promise.all(
			cameras.map(async (camera) => {
				for (let turn = 1; pushing; turn += 1) {
					await send(camera, turn);
					await pause(50);
				}
			}),
		);
		await Promise.all(viewers.map(({ client }) => client.until(count)));
		assert.equal((await simulator.report()).sockets, 10 + 200, "a connection for each camera, and for each viewer");
		pushing = false;
		await pushed;
		for (const {
			camera: { name, pictures, size },
			first,
			client,
			seen,
		} of viewers) {
			assert.isUndefined(client.fault);
			client.close();
			// Byte for byte; those of one viewer of each camera are also decoded.
			for (const jpeg of seen) {
				assert.isTrue(
					pictures.some((picture) => picture.equals(jpeg)),
					`a picture of ${name}`,
				);
				if (first) assert.equal(await decodeJpeg(jpeg), size);
			}
			assert.isAbove(new Set(seen.map((jpeg) => jpeg.toString("latin1"))).size, 1, "not always the same");
			for (const [i, time] of client.timestamps.slice(1).entries()) assert.isAbove(time, client.timestamps[i]);
		}
		for (const { agent } of cameras) agent.destroy();
	});
});
