import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A response of RTSP. */
export interface RtspResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly content: string;
}

/** A packet: RTP on an even channel, RTCP on the other. */
export interface RtspPacket {
	readonly channel: number;
	readonly data: Buffer;
}

/** A client of RTSP that does what it is asked to, and understands interleaved packets. */
export class RtspClient {
	readonly socket: Socket;
	readonly url: string;
	readonly packets: RtspPacket[] = [];
	readonly responses: RtspResponse[] = [];
	/** Bytes of packets and responses that are not what RTSP allows there. */
	fault: string | undefined;
	closed = false;
	/** Frames whose last packet has arrived. */
	frames = 0;
	/** When that was, in milliseconds. */
	readonly arrivals: number[] = [];
	session = "";
	headers = "";
	#buffer = Buffer.alloc(0);
	#sequence = 0;
	#changed = (): void => {};
	#udp: UdpSocket[] = [];

	private constructor(socket: Socket, url: string) {
		this.socket = socket;
		this.url = url;
		socket.on("error", () => {});
		socket.on("data", (data: Buffer) => {
			this.#buffer = Buffer.concat([this.#buffer, data]);
			while (this.#take());
			this.#changed();
		});
		socket.on("close", () => {
			this.closed = true;
			this.#changed();
		});
	}

	/** Connects from the given address. */
	static async open(url: string, localAddress = "127.0.0.1"): Promise<RtspClient> {
		const { hostname, port } = new URL(url.replace(/^rtsp/, "http"));
		const socket = connect({ port: Number(port), host: hostname, localAddress });
		await once(socket, "connect");
		return new RtspClient(socket, url);
	}

	/** Bytes of a request, which has the next number. */
	request(method: string, fields = "", url = this.url): string {
		const session = this.session === "" ? "" : `Session: ${this.session}\r\n`;
		return `${method} ${url} RTSP/1.0\r\nCSeq: ${++this.#sequence}\r\n${session}${this.headers}${fields}\r\n`;
	}

	/** Sends a request, and waits for its response. */
	async send(method: string, fields = "", url = this.url): Promise<RtspResponse> {
		const { length } = this.responses;
		this.socket.write(this.request(method, fields, url));
		await this.until(() => this.responses.length > length);
		const response = this.responses[length];
		if (response.headers["cseq"] !== String(this.#sequence))
			this.fault ??= `a response to request ${response.headers["cseq"]}, and not to ${this.#sequence}`;
		this.session = /^[^;]*/.exec(response.headers["session"] ?? this.session)![0];
		return response;
	}

	/** Sets a session up, and plays it. Throws if the server refuses. */
	async play(transport = "RTP/AVP/TCP;unicast;interleaved=0-1"): Promise<void> {
		for (const [method, fields, url] of [
			["DESCRIBE", "Accept: application/sdp\r\n", this.url],
			["SETUP", `Transport: ${transport}\r\n`, `${this.url}video`],
			["PLAY", "Range: npt=0.000-\r\n", this.url],
		]) {
			const { status } = await this.send(method, fields, url);
			if (status !== 200) throw new Error(`${method}: ${status}`);
		}
	}

	/** Plays by UDP. Returns its ports' sockets. */
	async playUdp(): Promise<readonly [packets: UdpSocket, reports: UdpSocket]> {
		const sockets = await Promise.all(
			[0, 1].map(async (channel) => {
				const socket = createSocket({ type: "udp4", recvBufferSize: 2_000_000 });
				socket.on("message", (data) => {
					this.#receive({ channel, data });
					this.#changed();
				});
				socket.bind(0, "127.0.0.1");
				await once(socket, "listening");
				return socket;
			}),
		);
		this.#udp.push(...sockets);
		const [one, other] = sockets.map((socket) => socket.address().port);
		await this.play(`RTP/AVP;unicast;client_port=${one}-${other}`);
		return [sockets[0], sockets[1]];
	}

	/** Waits until something is true, which is checked with everything that arrives. Rejects once the connection is closed. */
	until(done: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#changed = () => {
				if (done()) resolve();
				else if (this.closed) reject(new Error("the connection is closed"));
			};
			this.#changed();
		});
	}

	/** Waits until the server has closed the connection. */
	ended(): Promise<void> {
		return this.until(() => this.closed);
	}

	/** The pictures that have arrived whole, as JPEGs. */
	get pictures(): Buffer[] {
		return pictures(this.packets.filter(({ channel }) => channel % 2 === 0).map(({ data }) => data));
	}

	/** The reports that have arrived: types of RTCP packets. */
	get reports(): number[] {
		return this.packets
			.filter(({ channel }) => channel % 2 === 1)
			.flatMap(({ data }) => {
				const types = [];
				for (let at = 0; at < data.length; at += 4 * (data.readUInt16BE(at + 2) + 1)) types.push(data[at + 1]);
				return types;
			});
	}

	close(): void {
		this.socket.destroy();
		for (const socket of this.#udp) socket.close();
		this.#udp = [];
	}

	#receive(packet: RtspPacket): void {
		this.packets.push(packet);
		if (packet.channel % 2 !== 0 || packet.data[1] < 0x80) return;
		this.frames++;
		this.arrivals.push(performance.now());
	}

	#take(): boolean {
		const buffer = this.#buffer;
		if (buffer.length === 0) return false;
		if (buffer[0] === 0x24) {
			if (buffer.length < 4 || buffer.length < 4 + buffer.readUInt16BE(2)) return false;
			this.#receive({ channel: buffer[1], data: buffer.subarray(4, 4 + buffer.readUInt16BE(2)) });
			this.#buffer = buffer.subarray(4 + buffer.readUInt16BE(2));
			return true;
		}
		const end = buffer.indexOf("\r\n\r\n");
		if (!"RTSP/1.0 ".startsWith(buffer.toString("latin1", 0, 9)) && buffer.toString("latin1", 0, 9) !== "RTSP/1.0 ")
			this.fault ??= `neither a packet nor a response: ${JSON.stringify(buffer.toString("latin1", 0, 20))}`;
		if (end < 0) return false;
		const [first, ...lines] = buffer.toString("latin1", 0, end).split("\r\n");
		const headers = Object.fromEntries(
			lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
		);
		const length = Number(headers["content-length"] ?? 0);
		if (buffer.length < end + 4 + length) return false;
		this.responses.push({
			status: Number(first.split(" ")[1]),
			headers,
			content: buffer.toString("utf8", end + 4, end + 4 + length),
		});
		this.#buffer = buffer.subarray(end + 4 + length);
		return true;
	}
}

/** Annex K's tables, as go2rtc and all others insert them. */
const HUFFMAN = Buffer.from(
	"ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
	"hex",
);

/** Puts packets together, and drops what is not whole. Each picture's first packet has two tables of 64 bytes. */
export function pictures(packets: readonly Buffer[]): Buffer[] {
	const found: Buffer[] = [];
	let parts: Buffer[] = [],
		length = -1,
		sequence = -1;
	for (const packet of packets) {
		const payload = packet.subarray(12),
			offset = payload.readUInt32BE(0) & 0xffffff,
			next = packet.readUInt16BE(2);
		if (sequence >= 0 && next !== ((sequence + 1) & 0xffff)) length = -1;
		sequence = next;
		let data = payload.subarray(8);
		if (offset === 0) {
			const tables = data.subarray(4, 132);
			data = data.subarray(132);
			parts = [headerOf(payload[4], payload[6] * 8, payload[7] * 8, tables)];
			length = 0;
		}
		if (length !== offset) {
			length = -1;
			continue;
		}
		parts.push(data);
		length += data.length;
		if (packet[1] < 0x80) continue;
		const picture = Buffer.concat(parts);
		found.push(
			picture.at(-2) !== 0xff && picture.at(-1) !== 0xd9
				? Buffer.concat([picture, Buffer.from([0xff, 0xd9])])
				: picture,
		);
		length = -1;
	}
	return found;
}

/** Returns what a receiver puts in front of a picture's packets (RFC 2435, appendix B). */
export function headerOf(type: number, width: number, height: number, tables: Buffer): Buffer {
	const bytes = [0xff, 0xd8];
	for (const id of [0, 1]) bytes.push(0xff, 0xdb, 0, 67, id, ...tables.subarray(64 * id, 64 * id + 64));
	bytes.push(0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3);
	bytes.push(0, type === 0 ? 0x21 : 0x22, 0, 1, 0x11, 1, 2, 0x11, 1);
	const scan = [0xff, 0xda, 0, 12, 3, 0, 0, 1, 0x11, 2, 0x11, 0, 63, 0];
	return Buffer.concat([Buffer.from(bytes), HUFFMAN, Buffer.from(scan)]);
}
