import { assert } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { TestCard } from "../../hosts/sim/sensor/test-card.ts";
import { frameSize } from "../../src/camera/frame-sizes.ts";
import { encodeByLibjpeg, paintRgba } from "../support/rgba.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { findProgram } from "../support/tools.ts";
import { printed, programs } from "../support/program.ts";
import { overLwip } from "../support/simulator.ts";
import { encode, noise } from "../unit/extras/jpeg/support/pictures.ts";

const SOF0 = 0xc0,
	SOF2 = 0xc2,
	DQT = 0xdb,
	DRI = 0xdd,
	COM = 0xfe;

/** Where the segment with the marker begins. */
function segment(jpeg: Buffer, marker: number): number {
	for (let at = 2; ; at += 2 + jpeg.readUInt16BE(at + 2)) if (jpeg[at + 1] === marker) return at;
}

function changed(jpeg: Buffer, change: (copy: Buffer) => void): Buffer {
	const copy = Buffer.from(jpeg);
	change(copy);
	return copy;
}

function inserted(jpeg: Buffer, marker: number, content: Buffer): Buffer {
	const head = Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]);
	return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

async function card(size: "QQVGA" | "QVGA" = "QVGA"): Promise<Buffer> {
	const exposure = { number: 1, time: new Date(0), frameSize: frameSize(size)!, settings: new Map() };
	return Buffer.from((await new TestCard().take(exposure)).jpeg);
}

interface Packet {
	readonly marker: boolean;
	readonly type: number;
	readonly sequence: number;
	readonly timestamp: number;
	readonly ssrc: number;
	/** What comes after RTP's header. */
	readonly payload: Buffer;
}

function packetOf(bytes: Buffer): Packet {
	assert.equal(bytes[0], 0x80);
	return {
		marker: bytes[1] >= 0x80,
		type: bytes[1] & 0x7f,
		sequence: bytes.readUInt16BE(2),
		timestamp: bytes.readUInt32BE(4),
		ssrc: bytes.readUInt32BE(8),
		payload: bytes.subarray(12),
	};
}

const bytesOf = (jpeg: Buffer): string => `bytes("${jpeg.toString("hex")}")`;

/** How many packets a frame takes. */
function packetsOf(jpeg: Buffer): number {
	const scan = jpeg.length - segment(jpeg, 0xda) - 14;
	return 1 + Math.ceil((scan - (1_400 - 152)) / (1_400 - 20));
}

const PROGRAM = `
	import Timer from "timer";
	import Listener from "embedded:io/socket/listener";
	import TCP from "embedded:io/socket/tcp";
	import UDP from "embedded:io/socket/udp";
	import { Format, Rtp } from "yieldcam/common/rtp";
	const say = (...words) => trace(words.join(" ") + "\\n");
	const bytes = (hex) => {
		const made = new Uint8Array(hex.length / 2);
		for (let i = 0; i < made.length; i++)
			made[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
		return made;
	};
`;

describe("RTP packets of JPEGs", function () {
	this.timeout(30_000);
	// They are sent to the loopback interface.
	if (overLwip) return;
	const run = programs();
	const { path } = temporaryFolder();
	let sockets: Socket[] = [];
	let qvga: Buffer;

	before(async () => {
		qvga = await card();
	});

	afterEach(() => {
		for (const socket of sockets) socket.close();
		sockets = [];
	});

	async function receiver(): Promise<{ port: number; packets: Buffer[]; until(done: () => boolean): Promise<void> }> {
		const socket = createSocket({ type: "udp4", recvBufferSize: 1_000_000 }),
			packets: Buffer[] = [];
		let check = () => {};
		socket.on("message", (message) => {
			packets.push(message);
			check();
		});
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		sockets.push(socket);
		return {
			port: socket.address().port,
			packets,
			until: (done) =>
				new Promise((resolve) => {
					check = () => done() && resolve();
					check();
				}),
		};
	}

	/** What the camera sends of a frame by UDP. */
	async function sentByUdp(jpeg: Buffer, ...args: string[]): Promise<Packet[]> {
		const { port, packets, until } = await receiver();
		const started = await run(
			`${PROGRAM}
			const frame = ${bytesOf(jpeg)}, format = new Format(), rtp = new Rtp(0x12345678, 65530, -1);
			say("reason", String(format.read(frame)), format.width, format.height);
			rtp.begin(format, frame, 0xfffffff0);
			say("sent", rtp.sendTo(new UDP({ address: "127.0.0.1" }), frame, "127.0.0.1", ${port}, 1000), rtp.left, rtp.sequence);`,
			...args,
		);
		await printed(started, "sent ");
		await until(() => packets.length > 0 && packets.at(-1)![1] >= 0x80);
		return packets.map(packetOf);
	}

	/** What it sends interleaved with RTSP, read slowly. */
	async function sentByTcp(jpeg: Buffer): Promise<Packet[]> {
		const started = await run(`${PROGRAM}
			const frame = ${bytesOf(jpeg)}, format = new Format(), rtp = new Rtp(0x12345678, 65530, 4);
			format.read(frame);
			rtp.begin(format, frame, 7);
			let writes = 0;
			const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable() {
				new TCP({ from: this.read(), onReadable() {}, onError() {}, onWritable() {
					if (rtp.left === 0)
						return;
					rtp.writeTo(this, frame, writes++ % 2 ? 1000000 : 1);
					if (rtp.left === 0)
						say("writes", writes);
				}});
			}});
			say("port", listener.port);`);
		const socket = connect(Number(await printed(started, "port ")), "127.0.0.1");
		let bytes = Buffer.alloc(0);
		const packets: Packet[] = [];
		socket.on("data", (data: Buffer) => {
			bytes = Buffer.concat([bytes, data]);
			while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt16BE(2)) {
				assert.deepEqual([bytes[0], bytes[1]], [0x24, 4]);
				packets.push(packetOf(bytes.subarray(4, 4 + bytes.readUInt16BE(2))));
				bytes = bytes.subarray(4 + bytes.readUInt16BE(2));
				if (packets.at(-1)!.marker) socket.destroy();
			}
		});
		await once(socket, "close");
		assert.equal(bytes.length, 0);
		return packets;
	}

	it("have the frame's size, its tables once, and its scan with the end of image, in order", async () => {
		const packets = await sentByUdp(qvga);
		const tables = [0, 1].map((number) => {
			const at = segment(qvga, DQT) + number * (2 + qvga.readUInt16BE(segment(qvga, DQT) + 2));
			return qvga.subarray(at + 5, at + 69);
		});
		let scan = Buffer.alloc(0);
		for (const [index, { marker, type, sequence, timestamp, ssrc, payload }] of packets.entries()) {
			assert.equal(marker, index === packets.length - 1);
			assert.equal(type, 26);
			assert.equal(sequence, (65_530 + index) & 0xffff);
			assert.equal(timestamp, 0xfffffff0);
			assert.equal(ssrc, 0x12345678);
			assert.equal(payload.readUInt32BE(0), scan.length);
			assert.deepEqual([...payload.subarray(4, 8)], [0, 255, 40, 30]);
			let at = 8;
			if (index === 0) {
				assert.equal(payload.readUInt32BE(8), 128);
				assert.isTrue(payload.subarray(12, 140).equals(Buffer.concat(tables)));
				at = 140;
			}
			if (!marker) assert.equal(payload.length + 12, 1_400);
			scan = Buffer.concat([scan, payload.subarray(at)]);
		}
		assert.isAbove(packets.length, 6);
		assert.isTrue(scan.equals(qvga.subarray(-scan.length)));
		assert.equal(scan.readUInt16BE(scan.length - 2), 0xffd9);
		assert.equal(qvga.readUInt16BE(qvga.length - scan.length - 14), 0xffda, "it begins after the scan's header");
	});

	it("are the same bytes over TCP, whatever the socket has room for", async () => {
		const [tcp, udp] = [await sentByTcp(qvga), await sentByUdp(qvga)];
		assert.deepEqual(
			tcp.map(({ payload }) => payload.toString("hex")),
			udp.map(({ payload }) => payload.toString("hex")),
		);
		assert.deepEqual(
			tcp.map(({ sequence }) => sequence),
			udp.map(({ sequence }) => sequence),
		);
	});

	it("say the interval of restart markers", async () => {
		const packets = await sentByUdp(inserted(await card("QQVGA"), DRI, Buffer.from([0, 10])));
		for (const { payload } of packets) {
			assert.deepEqual([payload[4], payload[6], payload[7]], [64, 20, 15]);
			assert.deepEqual([...payload.subarray(8, 12)], [0, 10, 0xff, 0xff]);
		}
		assert.equal(packets[0].payload.readUInt32BE(12), 128);
	});

	it("stay for the next call without a transmit buffer, and nothing else happens", async () => {
		const { port, packets } = await receiver();
		const started = await run(
			`${PROGRAM}
			const frame = ${bytesOf(qvga)}, format = new Format(), rtp = new Rtp(1, 0, -1);
			format.read(frame);
			rtp.begin(format, frame, 0);
			const { left } = rtp;
			say("sent", rtp.sendTo(new UDP({ address: "127.0.0.1" }), frame, "127.0.0.1", ${port}, 1000), rtp.left === left, rtp.sequence);`,
			"--fault",
			"udp-nomem@0s",
		);
		assert.equal(await printed(started, "sent "), "false true 0");
		assert.equal(packets.length, 0);
	});

	it("of a large frame are sent as the radio takes them", async () => {
		const { packets, port, until } = await receiver();
		const started = await run(
			`${PROGRAM}
			const frame = ${bytesOf(qvga)}, format = new Format(), socket = new UDP({ address: "127.0.0.1" });
			const all = [1, 2, 3, 4, 5, 6, 7, 8].map((ssrc) => new Rtp(ssrc, 0, -1));
			for (const rtp of all) {
				format.read(frame);
				rtp.begin(format, frame, 0);
			}
			let waits = 0;
			const timer = Timer.repeat(() => {
				for (const rtp of all)
					if (!rtp.sendTo(socket, frame, "127.0.0.1", ${port}, 1000))
						waits++;
				if (all.some((rtp) => rtp.left > 0))
					return;
				Timer.clear(timer);
				say("waits", waits);
			}, 4);`,
		);
		assert.notEqual(await printed(started, "waits "), "0");
		const whole = packetsOf(qvga);
		await until(() => packets.length >= 8 * whole);
		for (let ssrc = 1; ssrc <= 8; ssrc++) {
			const sequences = packets
				.map(packetOf)
				.filter((packet) => packet.ssrc === ssrc)
				.map(({ sequence }) => sequence);
			assert.deepEqual(
				sequences,
				Array.from({ length: whole }, (_, index) => index),
			);
		}
	});

	it("are not made of what RFC 2435 cannot carry, with the reason", async () => {
		const pixels = noise(3 * 64 * 64),
			options = { width: 64, height: 64, format: "rgb888" } as const;
		const full = Buffer.from(encode({ ...options, subsampling: "4:4:4" }, pixels)),
			gray = Buffer.from(encode({ ...options, format: "grayscale" }, pixels)),
			quarter = Buffer.from(encode({ ...options, subsampling: "4:2:0" }, pixels)),
			small = await card("QQVGA"),
			frame = segment(small, SOF0);
		const cases: [Buffer, string | undefined][] = [
			[small, undefined],
			[quarter, undefined],
			[inserted(small, COM, Buffer.alloc(2_000)), undefined],
			[
				Buffer.from(
					encodeByLibjpeg(
						paintRgba(64, 64, (x, y) => [x, y, 0]),
						75,
					),
				),
				"its Huffman tables are not those of JPEG's Annex K",
			],
			[full, "its colors are not subsampled (4:4:4)"],
			[gray, "it is gray"],
			[changed(small, (copy) => (copy[frame + 1] = SOF2)), "it is progressive"],
			[changed(small, (copy) => (copy[frame + 1] = 0xc1)), undefined],
			[changed(small, (copy) => (copy[frame + 1] = 0xc3)), "it is lossless"],
			[changed(small, (copy) => (copy[frame + 1] = 0xc9)), "its coding is arithmetic"],
			[changed(small, (copy) => (copy[frame + 1] = 0xf7)), "it is JPEG-LS"],
			[changed(small, (copy) => copy.writeUInt16BE(2_040, frame + 7)), undefined],
			[
				changed(small, (copy) => copy.writeUInt16BE(2_041, frame + 7)),
				"it has more than 2,040 pixels in a line or a column",
			],
			[
				changed(small, (copy) => copy.writeUInt16BE(2_048, frame + 5)),
				"it has more than 2,040 pixels in a line or a column",
			],
			[changed(small, (copy) => (copy[frame + 11] = 0x12)), "its colors are neither 4:2:2 nor 4:2:0"],
			[changed(small, (copy) => (copy[segment(small, DQT) + 4] = 0x10)), "its quantization tables have 16 bits"],
			[small.subarray(0, 600), "its header is broken"],
			[small.subarray(1), "it is not a JPEG"],
			[Buffer.from([0xff, 0xd8]), "its header is broken"],
		];
		const started = await run(`${PROGRAM}
			const format = new Format();
			say("reasons", JSON.stringify([${cases.map(([jpeg]) => bytesOf(jpeg))}].map((frame) => String(format.read(frame)))));`);
		assert.deepEqual(
			JSON.parse(await printed(started, "reasons ")),
			cases.map(([, reason]) => String(reason)),
		);
	});

	it("are those of ffmpeg's packetizer, which leaves out the end of image", async function () {
		const ffmpeg = findProgram("ffmpeg");
		if (!ffmpeg) return this.skip();
		for (const jpeg of [
			qvga,
			await card("QQVGA"),
			Buffer.from(encode({ width: 64, height: 64, format: "rgb888", subsampling: "4:2:0" }, noise(3 * 64 * 64))),
		]) {
			const file = join(path, "frame.jpg");
			writeFileSync(file, jpeg);
			const { port, packets, until } = await receiver();
			const child = spawn(
				ffmpeg,
				[
					"-nostdin",
					"-loglevel",
					"error",
					"-i",
					file,
					"-c",
					"copy",
					"-f",
					"rtp",
					`rtp://127.0.0.1:${port}?pkt_size=1400`,
				],
				{ stdio: ["ignore", "ignore", "inherit"] },
			);
			await until(() => packets.some((packet) => packet[1] === 0x80 + 26));
			child.kill();
			const theirs = packets
				.filter((packet) => (packet[1] & 0x7f) === 26)
				.map((packet) => packetOf(packet).payload.toString("hex"));
			const ours = (await sentByUdp(jpeg)).map(({ payload }) => payload.toString("hex"));
			ours[ours.length - 1] = ours.at(-1)!.replace(/ffd9$/, "");
			assert.deepEqual(ours, theirs);
		}
	});

	it("are those of GStreamer's packetizer", async function () {
		const gst = findProgram("gst-launch-1.0");
		if (!gst || spawnSync("gst-inspect-1.0", ["--exists", "rtpjpegpay"]).status !== 0) return this.skip();
		for (const jpeg of [qvga, await card("QQVGA")]) {
			const file = join(path, "frame.jpg");
			writeFileSync(file, jpeg);
			const { port, packets, until } = await receiver();
			const child = spawn(
				gst,
				[
					"-q",
					"filesrc",
					`location=${file}`,
					"!",
					"jpegparse",
					"!",
					"rtpjpegpay",
					"mtu=1400",
					"!",
					"udpsink",
					"host=127.0.0.1",
					`port=${port}`,
				],
				{ stdio: ["ignore", "ignore", "inherit"] },
			);
			await until(() => packets.some((packet) => packet[1] === 0x80 + 26));
			child.kill();
			const ours = (await sentByUdp(jpeg)).map(({ payload }) => payload.toString("hex"));
			assert.deepEqual(
				ours,
				packets.map((packet) => packetOf(packet).payload.toString("hex")),
			);
		}
	});
});
