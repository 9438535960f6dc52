import { assert } from "chai";
import { createSocket } from "node:dgram";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { RtspClient } from "../support/rtsp-client.ts";
import { overLwip, Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

const INTERLEAVED = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";

const RECEIVER_REPORT = Buffer.from("81c90001000000ff", "hex"),
	SENDER_REPORT = 200,
	DESCRIPTION = 202,
	GOODBYE = 203;

/** `npm run trials` has a thousand. */
const SESSIONS = Number(process.env["YIELDCAM_RTSP_SESSIONS"] ?? 60);

describe("RTSP", function () {
	this.timeout(60_000 + 200 * SESSIONS);
	// Its UDP goes over the loopback interface.
	if (overLwip) return;
	const { path } = temporaryFolder();
	let simulator: Simulator;
	let clients: RtspClient[] = [];

	afterEach(async () => {
		for (const client of clients) client.close();
		clients = [];
		await simulator.stop();
	});

	async function start(...args: string[]): Promise<void> {
		simulator = await Simulator.start(args);
	}

	function address(): string {
		return /rtsp:\/\/127\.0\.0\.1:\d+\//.exec(simulator.output)![0];
	}

	async function client(url = address()): Promise<RtspClient> {
		const opened = await RtspClient.open(url);
		clients.push(opened);
		return opened;
	}

	async function state(): Promise<{ viewers: unknown[]; rtspFault?: string }> {
		return (await (await fetch(`${simulator.url}/api/state`)).json()) as never;
	}

	async function noViewers(): Promise<void> {
		while ((await state()).viewers.length > 0) await pause(50);
	}

	async function arePictures(viewer: RtspClient, size = "320x240"): Promise<void> {
		assert.isUndefined(viewer.fault);
		for (const picture of viewer.pictures) assert.equal(await decodeJpeg(picture), size);
	}

	for (const path of ["", "mjpeg/1/"])
		it(`describes the stream at /${path}, plays it interleaved, pauses it, and ends with the session`, async () => {
			await start();
			const viewer = await client(address() + path);
			const options = await viewer.send("OPTIONS");
			assert.equal(options.status, 200);
			assert.equal(
				options.headers["public"],
				"OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
			);
			const described = await viewer.send(
				"DESCRIBE",
				"Accept: application/sdp\r\n",
				viewer.url.replace(/\/$/, ""),
			);
			assert.equal(described.headers["content-type"], "application/sdp");
			assert.equal(described.headers["content-base"], viewer.url);
			assert.match(described.content, /\r\nm=video 0 RTP\/AVP 26\r\na=rtpmap:26 JPEG\/90000\r\n/);
			assert.match(described.content, /\r\na=control:video\r\n$/);
			const setUp = await viewer.send(
				"SETUP",
				"Transport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n",
				`${viewer.url}video`,
			);
			assert.match(setUp.headers["transport"], /^RTP\/AVP\/TCP;unicast;interleaved=2-3;ssrc=[0-9a-f]{8}$/);
			assert.match(setUp.headers["session"], /^[0-9a-f]{16};timeout=60$/);
			const playing = await viewer.send("PLAY", "Range: npt=0.000-\r\n");
			assert.equal(playing.headers["range"], "npt=now-");
			const [, seq, time] = /^url=.*\/video;seq=(\d+);rtptime=(\d+)$/.exec(playing.headers["rtp-info"])!;
			assert.equal(viewer.packets.length, 0, "the response comes first");
			await viewer.until(() => viewer.pictures.length >= 10);
			const [first] = viewer.packets.filter(({ channel }) => channel === 2);
			assert.equal(first.data.readUInt16BE(2), Number(seq));
			assert.isBelow((first.data.readUInt32BE(4) - Number(time)) | 0, 90_000 * 10);
			await viewer.until(() => viewer.reports.length > 0);
			assert.includeMembers(viewer.reports, [SENDER_REPORT, DESCRIPTION]);
			await arePictures(viewer);
			assert.equal((await state()).viewers.length, 1);
			assert.equal((await viewer.send("PAUSE")).status, 200);
			const paused = viewer.packets.length;
			await pause(300);
			assert.equal(viewer.packets.length, paused);
			assert.equal((await viewer.send("PLAY")).status, 200);
			await viewer.until(() => viewer.packets.length > paused);
			assert.equal((await viewer.send("TEARDOWN")).status, 200);
			await viewer.ended();
			await noViewers();
		});

	it("knows the stream by each way to write its addresses", async () => {
		await start();
		const origin = address().slice(0, -1),
			port = new URL(origin.replace("rtsp", "http")).port;
		for (const [url, base = url] of [
			[origin, `${origin}/`],
			[`RTSP://localhost:${port}`, `RTSP://localhost:${port}/`],
			[`${origin}//`],
			[`${origin}?channel=1/2`, `${origin}/`],
			[`${origin}/mjpeg/1`, `${origin}/mjpeg/1/`],
			[`${origin}/mjpeg/1/`],
			[`${origin}//mjpeg/1//`],
			[`${origin}/%6djpeg/%31`, `${origin}/%6djpeg/%31/`],
			[`${origin}/mjpeg/1/?tcp`, `${origin}/mjpeg/1/`],
		]) {
			const viewer = await client();
			const described = await viewer.send("DESCRIBE", "", url);
			assert.equal(described.status, 200, url);
			assert.equal(described.headers["content-base"], base);
			const track = `${base}video`;
			assert.equal((await viewer.send("SETUP", INTERLEAVED, track)).status, 200, track);
			const playing = await viewer.send("PLAY", "", url);
			assert.equal(/^url=(.*);seq=/.exec(playing.headers["rtp-info"])?.[1], track);
			await viewer.until(() => viewer.pictures.length > 0);
			viewer.close();
		}
	});

	it("sets the track up by the name that its client makes of the address, and no other", async () => {
		await start();
		const origin = address().slice(0, -1);
		for (const [url, track = url] of [
			[`${origin}/video`],
			[`${origin}/mjpeg/1/video`],
			[`${origin}/mjpeg/1/video/`],
			[`${origin}/mjpeg/1//video`],
			[`${origin}/mjpeg/1/vide%6f`],
			[`${origin}/mjpeg/1/video?x`],
			// Some add the name to an address with a query.
			[`${origin}/mjpeg/1?x/video`],
			// And some have no description, hence no name.
			[origin, `${origin}/video`],
			[`${origin}/mjpeg/1?x`, `${origin}/mjpeg/1/video`],
		]) {
			const viewer = await client();
			assert.equal((await viewer.send("SETUP", INTERLEAVED, url)).status, 200, url);
			const playing = await viewer.send("PLAY", "", url);
			assert.equal(/^url=(.*);seq=/.exec(playing.headers["rtp-info"])?.[1], track);
			viewer.close();
		}
		const viewer = await client();
		for (const path of [
			"/trackID=0",
			"/mjpeg/1/trackID=0",
			"/mjpeg/2",
			"/mjpeg",
			"/Video",
			"/video/video",
			"/mjpeg%2F1",
		])
			assert.equal((await viewer.send("SETUP", INTERLEAVED, origin + path)).status, 404, path);
	});

	it("plays by UDP, with reports, and says goodbye", async () => {
		await start();
		const viewer = await client();
		await viewer.playUdp();
		await viewer.until(() => viewer.pictures.length >= 10 && viewer.reports.length > 0);
		await arePictures(viewer);
		assert.includeMembers(viewer.reports, [SENDER_REPORT, DESCRIPTION]);
		assert.notInclude(viewer.reports, GOODBYE);
		await viewer.send("TEARDOWN");
		while (!viewer.reports.includes(GOODBYE)) await pause(20);
	});

	it("answers requests between interleaved packets, split at every byte", async () => {
		await start();
		const viewer = await client();
		await viewer.play();
		const packet = Buffer.concat([Buffer.from([0x24, 1, 0, RECEIVER_REPORT.length]), RECEIVER_REPORT]);
		const one = Buffer.concat([
			packet,
			Buffer.from(
				viewer.request("GET_PARAMETER", "Content-Type: text/parameters\r\nContent-Length: 10\r\n") +
					"position\r\n",
			),
			packet,
		]);
		let expected = viewer.responses.length;
		for (let at = 1; at < one.length; at++) {
			viewer.socket.write(one.subarray(0, at));
			await pause(1);
			viewer.socket.write(one.subarray(at));
			expected++;
		}
		await viewer.until(() => viewer.responses.length >= expected);
		assert.equal(viewer.responses.length, expected);
		assert.isTrue(viewer.responses.every(({ status }) => status === 200));
		await arePictures(viewer);
	});

	it("serves VLC, which sets up without a description, and names the stream 0 from then on", async () => {
		await start();
		const viewer = await client(address().slice(0, -1));
		const setUp = await viewer.send("SETUP", INTERLEAVED);
		assert.equal(setUp.status, 200);
		assert.equal((await viewer.send("PLAY", "", "0")).status, 200);
		await viewer.until(() => viewer.pictures.length >= 3);
		await arePictures(viewer);
		assert.equal((await viewer.send("TEARDOWN", "", "0")).status, 200);
	});

	it("refuses what it does not have, with the status that says so", async () => {
		await start();
		const viewer = await client();
		assert.equal((await viewer.send("OPTIONS", "", "*")).status, 200);
		assert.equal((await viewer.send("DESCRIBE", "", `${viewer.url}other`)).status, 404);
		assert.equal((await viewer.send("DESCRIBE", "", viewer.url.padEnd(300, "x"))).status, 414);
		assert.equal((await viewer.send("PLAY")).status, 454);
		assert.equal((await viewer.send("RECORD")).status, 501);
		for (const transport of ["RTP/AVP;multicast", "RAW/RAW/UDP;unicast;client_port=5000-5001", "RTP/AVP;unicast"])
			assert.equal((await viewer.send("SETUP", `Transport: ${transport}\r\n`)).status, 461, transport);
		const both = "Transport: RTP/AVP;multicast, RTP/AVP/TCP;unicast\r\n";
		assert.equal((await viewer.send("SETUP", both)).status, 200);
		await viewer.send("PLAY");
		assert.equal((await viewer.send("SETUP", both)).status, 455);
		const { session } = viewer;
		viewer.session = "0123456789abcdef";
		assert.equal((await viewer.send("GET_PARAMETER")).status, 454);
		viewer.session = session;
		assert.equal((await viewer.send("SET_PARAMETER")).status, 200);
		for (const method of ["DESCRIBE", "PLAY", "PAUSE", "TEARDOWN"])
			assert.equal((await viewer.send(method, "", `${viewer.url}other`)).status, 404, method);
		viewer.socket.write("nonsense\r\n\r\n");
		await viewer.until(() => viewer.responses.at(-1)!.status === 400);
		await viewer.ended();
	});

	it("refuses in its own protocol what cannot be read", async () => {
		await start();
		for (const [field, status] of [
			["no field", 400],
			["Content-Length: 1000000", 413],
			["CSeq: 1".padEnd(20_000, "0"), 431],
		] as const) {
			const viewer = await client();
			viewer.socket.write(`OPTIONS * RTSP/1.0\r\n${field}\r\n\r\n`);
			await viewer.until(() => viewer.responses.at(-1)?.status === status);
			await viewer.ended();
		}
	});

	it("ends a session by UDP whose client is not heard of, and keeps one that sends reports", async () => {
		await start("rtspTimeout=2");
		const [silent, speaking, tcp] = [await client(), await client(), await client()];
		await tcp.play();
		await silent.playUdp();
		const [packets, reports] = await speaking.playUdp();
		// A port for packets gets what opens firewalls, and junk: neither keeps a session.
		const port = Number(/server_port=(\d+)/.exec(speaking.responses[1].headers["transport"])![1]);
		for (let i = 0; i < 5; i++) packets.send(Buffer.alloc(200, i), port, "127.0.0.1");
		const junk = createSocket("udp4");
		for (let i = 0; i < 5; i++) junk.send(Buffer.alloc(100, 7), port + 1, "127.0.0.1");
		const timer = setInterval(() => reports.send(RECEIVER_REPORT, port + 1, "127.0.0.1"), 500);
		await silent.ended();
		await pause(4_000);
		assert.isFalse(speaking.closed);
		assert.isFalse(tcp.closed, "a client that takes packets need not say anything");
		clearInterval(timer);
		await speaking.ended();
		junk.close();
		const { length } = tcp.pictures;
		await tcp.until(() => tcp.pictures.length > length + 3);
	});

	it("says goodbye when the size changes, and plays at the new size", async () => {
		await start();
		const [tcp, udp] = [await client(), await client()];
		await tcp.play();
		await udp.playUdp();
		await tcp.until(() => tcp.pictures.length > 2);
		await udp.until(() => udp.pictures.length > 2);
		await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ frameSize: "QQVGA" }),
		});
		await Promise.all([tcp.ended(), udp.ended()]);
		assert.equal(tcp.reports.at(-1), GOODBYE);
		assert.equal(udp.reports.at(-1), GOODBYE);
		await arePictures(tcp);
		const again = await client();
		await again.play();
		await again.until(() => again.pictures.length > 2);
		await arePictures(again, "160x120");
	});

	it("does not describe pictures that it cannot carry, says why, and leaves MJPEG alone", async () => {
		mkdirSync(join(path, "frames"));
		writeFileSync(join(path, "frames/one.jpg"), drawJpeg(64, 48));
		await start("--frames", join(path, "frames"));
		const viewer = await client();
		const { status, content } = await viewer.send("DESCRIBE");
		assert.equal(status, 415);
		const reason = "its Huffman tables are not those of JPEG's Annex K";
		assert.include(content, reason);
		assert.equal((await state()).rtspFault, reason);
		assert.include(simulator.output, `yieldcam: RTSP cannot carry the pictures: ${reason}`);
		await viewer.send("SETUP", INTERLEAVED);
		await viewer.send("PLAY");
		await viewer.ended();
		const other = new MjpegClient(simulator.url);
		await other.until(3);
		other.close();
	});

	it("requires the password for everything but the methods' list, by Basic alone", async () => {
		await start("--admin-password", "secret admin", "--viewer-password", "secret viewer");
		const viewer = await client();
		viewer.headers = "User-Agent: curl/8.0\r\n";
		assert.equal((await viewer.send("OPTIONS")).status, 200);
		for (const method of ["DESCRIBE", "SETUP", "PLAY"]) {
			const refused = await viewer.send(method, INTERLEAVED);
			assert.equal(refused.status, 401);
			assert.equal(refused.headers["www-authenticate"], 'Basic realm="yieldcam", charset="UTF-8"');
		}
		viewer.headers = `Authorization: Basic ${btoa("viewer:secret viewer")}\r\n`;
		await viewer.play();
		await viewer.until(() => viewer.pictures.length > 2);
	});

	it("gives a viewer that stalls, and one behind a bad link, no other's frames", async () => {
		await start("--fault", "udp-loss@0s");
		const [stalled, lossy, good] = [await client(), await client(), await client()];
		await stalled.play();
		stalled.socket.pause();
		await lossy.playUdp();
		await good.play();
		await good.until(() => good.pictures.length >= 5);
		const captured = async () =>
			((await (await fetch(`${simulator.url}/api/state`)).json()) as { captured: { frames: number } }).captured
				.frames;
		const [before, had] = [await captured(), good.pictures.length];
		await good.until(() => good.pictures.length >= had + 50);
		assert.isAtMost((await captured()) - before, 53);
		await arePictures(good);
		await arePictures(lossy);
		assert.isAbove(lossy.pictures.length, 15);
	});

	it(`leaves nothing behind of ${SESSIONS} sessions that come and go`, async () => {
		await start();
		const visit = async (round: number) => {
			const viewer = await RtspClient.open(address());
			if (round % 2) await viewer.playUdp();
			else await viewer.play();
			if (round % 3 === 0) await viewer.until(() => viewer.packets.length > 0);
			if (round % 4 === 0) await viewer.send("TEARDOWN");
			viewer.close();
		};
		for (let round = 0; round < 12; round++) await visit(round);
		await noViewers();
		const before = await simulator.report();
		for (let round = 0; round < SESSIONS; round++) await visit(round);
		await noViewers();
		await pause(2_500);
		const after = await simulator.report();
		assert.isAtMost(after.slots, before.slots + 20);
		assert.isAtMost(after.sockets, before.sockets);
		assert.equal(after.buffersHome, after.buffers);
	});

	it("counts sessions as streams: beyond their places, one more is refused, and the others go on", async () => {
		await start();
		const viewers: RtspClient[] = [];
		for (;;) {
			const viewer = await client();
			const { status } = await viewer.send("SETUP", INTERLEAVED);
			if (status === 503) break;
			assert.equal(status, 200);
			await viewer.send("PLAY");
			viewers.push(viewer);
		}
		assert.isAtLeast(viewers.length, 8);
		assert.isAtMost(viewers.length, 10);
		assert.equal((await fetch(`${simulator.url}/status`)).status, 200);
		await Promise.all(viewers.map((viewer) => viewer.until(() => viewer.pictures.length > 3)));
	});
});
