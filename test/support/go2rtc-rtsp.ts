import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ByteReader } from "./byte-reader.ts";
import { headerOf } from "./rtsp-client.ts";

/** Seconds that go2rtc waits for anything at all over TCP (pkg/rtsp/conn.go, Handle). */
const PATIENCE = 5;

export interface Go2rtcOptions {
	/** Pictures to read. */
	readonly count: number;
	/** By UDP if it says so: `#transport=udp`. */
	readonly udp?: boolean;
	readonly signal?: AbortSignal;
}

export interface Go2rtcResult {
	/** What it took for JPEGs, as it hands them on. */
	readonly jpegs: readonly Buffer[];
	/** Packets that were missing. It does not look for them. */
	readonly lost: number;
}

interface Response {
	readonly status: number;
	readonly fields: ReadonlyMap<string, string>;
	readonly body: string;
}

/**
 * Reads a camera's pictures over RTSP by the rules of go2rtc (pkg/rtsp/client.go, conn.go and helpers.go; pkg/mjpeg/rtp.go). Rejects
 * with the error that it reports.
 */
export async function readAsGo2rtc(url: string, options: Go2rtcOptions): Promise<Go2rtcResult> {
	const { hostname, port } = new URL(url.replace(/^rtsp:/, "http:"));
	const socket = connect({ host: hostname, port: Number(port || 554) });
	const reader = new Go2rtc(socket, url);
	const abort = () => socket.destroy(new Error("it took too long"));
	options.signal?.addEventListener("abort", abort);
	try {
		await once(socket, "connect");
		return await reader.read(options);
	} finally {
		options.signal?.removeEventListener("abort", abort);
		reader.close();
	}
}

class Go2rtc {
	readonly #socket: Socket;
	readonly #reader: ByteReader;
	readonly #depayloader = new Depayloader();
	#url: string;
	#sequence = 0;
	#session = "";
	#keepalive = 0;
	#timer: NodeJS.Timeout | undefined;
	#udp: readonly UdpSocket[] = [];

	constructor(socket: Socket, url: string) {
		this.#socket = socket;
		this.#url = url;
		socket.on("error", () => {});
		this.#reader = new ByteReader(socket);
	}

	async read({ count, udp = false }: Go2rtcOptions): Promise<Go2rtcResult> {
		this.#deadline(PATIENCE);
		await this.#do("OPTIONS");
		// It asks for a way to send sound back, and describes without that if it is refused.
		const described = await this.#do(
			"DESCRIBE",
			"Accept: application/sdp\r\nRequire: www.onvif.org/ver20/backchannel\r\nUser-Agent: go2rtc/1.9\r\n",
		);
		this.#url = described.fields.get("content-base") ?? this.#url;
		const channel = await this.#setUp(controlOf(described.body), udp);
		// It does not wait for the response.
		this.#write("PLAY");
		const rest = this.#keepalive > 5 ? this.#keepalive - 5 : 25;
		this.#timer = setInterval(() => this.#write("OPTIONS"), 1_000 * rest);
		this.#deadline(udp ? PATIENCE + rest : PATIENCE);
		const depayloader = this.#depayloader;
		const ended = this.#receive(channel);
		ended.catch(() => {});
		await Promise.race([ended, depayloader.until(count)]);
		this.#write("TEARDOWN");
		return { jpegs: depayloader.jpegs.slice(0, count), lost: depayloader.lost };
	}

	close(): void {
		clearInterval(this.#timer);
		this.#socket.destroy();
		for (const socket of this.#udp) socket.close();
	}

	#deadline(seconds: number): void {
		this.#socket.setTimeout(1_000 * seconds, () => this.#socket.destroy(new Error("i/o timeout")));
	}

	#write(method: string, fields = "", url = this.#url): void {
		const session = this.#session === "" ? "" : `Session: ${this.#session}\r\n`;
		this.#socket.write(`${method} ${url} RTSP/1.0\r\nCSeq: ${++this.#sequence}\r\n${session}${fields}\r\n`);
	}

	async #do(method: string, fields = "", url = this.#url): Promise<Response> {
		this.#write(method, fields, url);
		const response = await this.#response();
		if (response.status !== 200) throw new Error(`wrong response on ${method}`);
		return response;
	}

	/** Sets the track up. Returns the channel of its packets. */
	async #setUp(control: string, udp: boolean): Promise<number> {
		const track = control.includes("://") ? control : `${this.#url}${this.#url.endsWith("/") ? "" : "/"}${control}`;
		if (udp) await this.#listen();
		const [one, other] = this.#udp.map((socket) => socket.address().port);
		const asked = udp ? `RTP/AVP;unicast;client_port=${one}-${other}` : "RTP/AVP/TCP;unicast;interleaved=0-1";
		const { fields } = await this.#do("SETUP", `Transport: ${asked}\r\n`, track);
		const session = fields.get("session") ?? "",
			transport = fields.get("transport") ?? "";
		[this.#session] = session.split(";");
		this.#keepalive = Number(/timeout=(\d+)/.exec(session)?.[1] ?? 0);
		if (udp) {
			const ports = /server_port=(\d+)-(\d+);/.exec(transport);
			if (ports)
				for (const [index, text] of ["80000000", "80c80001"].entries())
					this.#udp[index].send(Buffer.from(text, "hex"), Number(ports[index + 1]), "127.0.0.1");
			return 0;
		}
		const channel = /interleaved=(\d+)-/.exec(transport);
		if (!channel) throw new Error(`wrong transport: ${transport}`);
		return Number(channel[1]);
	}

	async #listen(): Promise<void> {
		this.#udp = [0, 1].map(() => createSocket({ type: "udp4", recvBufferSize: 2_000_000 }));
		this.#udp[0].on("message", (data) => {
			try {
				this.#depayloader.packet(data);
			} catch (error) {
				this.#socket.destroy(error as Error);
			}
		});
		for (const socket of this.#udp) {
			socket.bind(0, "127.0.0.1");
			await once(socket, "listening");
		}
	}

	/** Reads packets and responses until there are no more (handleTCPData). */
	async #receive(channel: number): Promise<never> {
		for (;;) {
			const start = await this.#reader.peek(4);
			if (start === "RTSP") {
				await this.#response();
				continue;
			}
			if (!start.startsWith("$")) throw new Error("RTSP wrong input");
			const head = await this.#reader.read(4),
				data = await this.#reader.read(head.readUInt16BE(2));
			if (head[1] === channel) this.#depayloader.packet(data);
		}
	}

	async #response(): Promise<Response> {
		const line = (await this.#reader.readLine()).trimEnd(),
			[, status, reason] = line.split(" ", 3);
		if (reason === undefined) throw new Error(`malformed response: ${line}`);
		const fields = new Map<string, string>();
		for (;;) {
			const field = (await this.#reader.readLine()).trimEnd();
			if (field === "") break;
			const colon = field.indexOf(":");
			if (colon <= 0) throw new Error(`malformed MIME header line: ${field}`);
			fields.set(field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim());
		}
		const body = await this.#reader.read(Number(fields.get("content-length") ?? 0));
		return { status: Number(status), fields, body: body.toString() };
	}
}

/** The control attribute of the video with JPEG in a description. */
function controlOf(description: string): string {
	const [, ...medias] = description.split(/^m=/m),
		video = medias.find(
			(media) => /^video \d+ RTP\/AVP 26\r?\n/.test(media) && /^a=rtpmap:26 JPEG\/90000\r?$/m.test(media),
		);
	if (video === undefined) throw new Error(`no JPEG in ${description}`);
	return /^a=control:(.*?)\r?$/m.exec(video)?.[1] ?? "";
}

/**
 * Puts JPEGs together (RTPDepay): what a packet has is appended, whatever its offset and its number; one with the marker ends the
 * picture; tables are read from the first packet of each if Q is 128 or more, whatever their length; an end of image is
 * appended if neither of the last two bytes is one of its own.
 */
class Depayloader {
	readonly jpegs: Buffer[] = [];
	lost = 0;
	#parts: Buffer[] = [];
	#next = -1;
	#count = Infinity;
	#done = (): void => {};

	until(count: number): Promise<void> {
		this.#count = count;
		return new Promise((resolve) => {
			this.#done = resolve;
			if (this.jpegs.length >= count) resolve();
		});
	}

	packet(data: Buffer): void {
		if (data[0] >> 6 !== 2) throw new Error("not a packet of RTP");
		const number = data.readUInt16BE(2);
		if (this.#next >= 0) this.lost += (number - this.#next) & 0xffff;
		this.#next = (number + 1) & 0xffff;
		const payload = data.subarray(12),
			type = payload[4];
		let rest = payload.subarray(type >= 64 && type <= 127 ? 12 : 8);
		if (this.#parts.length === 0) {
			if (payload[5] < 128) throw new Error("tables of its own: not the camera's way");
			this.#parts.push(headerOf(type, payload[6] * 8, payload[7] * 8, rest.subarray(4, 132)));
			rest = rest.subarray(132);
		}
		this.#parts.push(rest);
		if (data[1] < 0x80) return;
		const last = rest.subarray(-2);
		if (last[0] !== 0xff && last[1] !== 0xd9) this.#parts.push(Buffer.from([0xff, 0xd9]));
		this.jpegs.push(Buffer.concat(this.#parts));
		this.#parts = [];
		if (this.jpegs.length >= this.#count) this.#done();
	}
}
