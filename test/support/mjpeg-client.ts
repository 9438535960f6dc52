import { connect, type Socket } from "node:net";

/**
 * A strict viewer: it accepts the stream's exact framing and nothing else, and counts whole JPEGs. Reading can be
 * paused and slowed, for viewers that stall.
 */
export class MjpegClient {
	readonly socket: Socket;
	/** `performance.now()` when each frame was complete. */
	readonly arrivals: number[] = [];
	/** X-Timestamp of each frame, in seconds. */
	readonly timestamps: number[] = [];
	bytes = 0;
	head = "";
	/** What was wrong with the stream, if anything. */
	fault: string | undefined;
	last: Buffer | undefined;
	/** Receives each frame. */
	onFrame: ((jpeg: Buffer) => void) | undefined;
	#buffer: Buffer = Buffer.alloc(0);
	#opened = false;
	#boundary = "";
	#crawl: NodeJS.Timeout | undefined;
	#waiting: { count: number; resolve: () => void; reject: (error: Error) => void }[] = [];

	/**
	 * @param read Whether to read at all.
	 * @param from The address to connect from. Default: the system's choice.
	 * @param fields More field lines of the request, each with its CRLF.
	 */
	constructor(
		url: string,
		{
			path = "/stream",
			read = true,
			from,
			fields = "",
		}: { path?: string; read?: boolean; from?: string; fields?: string } = {},
	) {
		const { hostname, port } = new URL(url);
		this.socket = connect({
			port: Number(port),
			host: hostname,
			...(from !== undefined && { localAddress: from }),
		});
		this.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${fields}\r\n`);
		this.socket.on("error", (error) => this.#fail(error.message));
		this.socket.on("close", () => this.#fail("the stream ended"));
		if (read) this.socket.on("data", (data) => this.#received(data));
		else this.socket.pause();
	}

	/** Reads at `rate` bytes a second from now on. */
	crawl(rate: number): void {
		this.socket.removeAllListeners("data");
		this.socket.pause();
		this.#crawl = setInterval(() => {
			const piece = this.socket.read(Math.ceil(rate / 10)) as Buffer | null;
			this.bytes += piece?.length ?? 0;
		}, 100);
		this.socket.on("readable", () => {});
	}

	/** Starts reading, if it was not reading. */
	read(): void {
		this.socket.on("data", (data) => this.#received(data));
		this.socket.resume();
	}

	get frames(): number {
		return this.arrivals.length;
	}

	/** Waits until `count` frames have arrived in all. */
	until(count: number): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ count, resolve, reject });
			this.#settle();
		});
	}

	close(): void {
		clearInterval(this.#crawl);
		this.socket.removeAllListeners("close");
		this.socket.on("error", () => {});
		this.socket.destroy();
	}

	#received(data: Buffer): void {
		this.bytes += data.length;
		this.#buffer = this.#buffer.length ? Buffer.concat([this.#buffer, data]) : data;
		try {
			while (this.#parse()) continue;
		} catch (error) {
			this.#fail((error as Error).message);
			this.socket.destroy();
		}
		this.#settle();
	}

	/** Takes the next item off the buffer, if it is complete. */
	#parse(): boolean {
		if (!this.head) {
			const end = this.#buffer.indexOf("\r\n\r\n");
			if (end < 0) return false;
			this.head = this.#take(end + 4).toString("latin1");
			if (!this.head.startsWith("HTTP/1.1 200 "))
				throw new Error(`the answer is ${this.head.slice(0, this.head.indexOf("\r\n"))}`);
			const boundary = /^Content-Type: multipart\/x-mixed-replace;boundary=([\w-]+)\r\n/im.exec(this.head)?.[1];
			if (boundary === undefined) throw new Error("the answer is not a multipart stream");
			this.#boundary = boundary;
			return true;
		}
		if (!this.#opened) {
			const opening = `--${this.#boundary}\r\n`;
			if (this.#buffer.length < opening.length) return false;
			this.#expect(opening);
			this.#opened = true;
		}
		const end = this.#buffer.indexOf("\r\n\r\n");
		if (end < 0) return false;
		const head = this.#buffer.subarray(0, end + 4).toString("latin1");
		const match = /^Content-Type: image\/jpeg\r\nContent-Length: (\d+)\r\nX-Timestamp: (\d+\.\d{6})\r\n\r\n$/.exec(
			head,
		);
		if (!match) throw new Error(`a part begins with ${JSON.stringify(head)}`);
		const length = Number(match[1]);
		const closing = `\r\n--${this.#boundary}\r\n`;
		if (this.#buffer.length < head.length + length + closing.length) return false;
		this.#take(head.length);
		const jpeg = this.#take(length);
		if (jpeg.readUInt16BE(0) !== 0xffd8 || jpeg.readUInt16BE(length - 2) !== 0xffd9)
			throw new Error("a part is not a whole JPEG");
		this.#expect(closing);
		this.last = jpeg;
		this.arrivals.push(performance.now());
		this.timestamps.push(Number(match[2]));
		this.onFrame?.(jpeg);
		return true;
	}

	#take(length: number): Buffer {
		const taken = this.#buffer.subarray(0, length);
		this.#buffer = this.#buffer.subarray(length);
		return taken;
	}

	#expect(text: string): void {
		const found = this.#take(text.length).toString("latin1");
		if (found !== text) throw new Error(`${JSON.stringify(found)} where ${JSON.stringify(text)} belongs`);
	}

	#fail(message: string): void {
		this.fault ??= message;
		this.#settle();
	}

	#settle(): void {
		this.#waiting = this.#waiting.filter(({ count, resolve, reject }) => {
			if (this.frames >= count) resolve();
			else if (this.fault !== undefined) reject(new Error(this.fault));
			else return true;
			return false;
		});
	}
}
