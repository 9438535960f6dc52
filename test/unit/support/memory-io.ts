import type {
	Bytes,
	ConnectIO,
	ConnectOptions,
	Listener,
	ListenerIO,
	ListenerOptions,
	Socket,
	SocketOptions,
} from "yieldcam/http/io";
import { advance } from "./time.ts";

/** lwIP's send buffer on the board. */
export const BOARD_WINDOW = 5_744;

/**
 * A network in memory that is as strict as the board's (lwIP under the Moddable SDK): a write is accepted whole or not
 * at all, unread bytes are not announced again, a FIN is an error that arrives once all is read, nothing may be called
 * after close. Callbacks come only out of `run`, one event per socket at a time, readable before writable.
 */
export class Network {
	/** The `io` of a `Server`. */
	readonly Listener: ListenerIO;
	/** The `io` of an HTTP client. It reaches the ports of `remote`; others refuse it. */
	readonly TCP: ConnectIO;
	readonly window: number;
	readonly #posted: (() => void)[] = [];
	readonly #listeners = new Map<number, MemoryListener>();
	readonly #remotes = new Map<number, Client[]>();
	/** Sockets that are accepted or connecting, and not closed. */
	open = 0;
	/** Whether connection attempts get no answer. */
	silent = false;
	/** Whether no control block is left. */
	full = false;
	/** Whether sockets have `end` and `abort`, and call `onEnd`. */
	halfClosing = false;
	/** The addresses that clients dialed. */
	readonly dialled: string[] = [];

	constructor(window = BOARD_WINDOW) {
		this.window = window;
		const network = this;
		this.Listener = class extends MemoryListener {
			constructor(options: ListenerOptions) {
				super(network, options);
			}
		};
		this.TCP = class extends MemorySocket {
			constructor(options: ConnectOptions) {
				if (network.full) throw new Error("no socket");
				network.dialled.push(`${options.address}:${options.port}`);
				super(new Line(network), options);
			}
		};
	}

	/** A server elsewhere, which a test plays: the far ends of the connections made to a port, in order. */
	remote(port: number): Client[] {
		const ends: Client[] = [];
		this.#remotes.set(port, ends);
		return ends;
	}

	/** Nothing listens there anymore. */
	hangUp(port: number): void {
		this.#remotes.delete(port);
	}

	/** The outcome of a connection attempt: undefined if it is not answered, otherwise whether it succeeds. */
	reach(line: Line, port: number): boolean | undefined {
		if (this.silent) return undefined;
		const ends = this.#remotes.get(port);
		ends?.push(new Client(this, line));
		return ends !== undefined;
	}

	/** Delivers events until there are none. */
	run(): void {
		do {
			for (let event = this.#posted.shift(); event; event = this.#posted.shift()) event();
			// Events left for another turn.
			advance(0);
		} while (this.#posted.length > 0);
	}

	/** Delivers events and settles promises until there are neither. */
	async settle(): Promise<void> {
		for (let quiet = 0; quiet < 12; quiet++) {
			if (this.#posted.length > 0) {
				quiet = 0;
				this.run();
			}
			await undefined;
		}
	}

	connect(port = 80, address?: string): Client {
		const listener = this.#listeners.get(port);
		if (!listener) throw new Error(`connection to port ${port} refused`);
		const line = new Line(this, address);
		listener.arrive(line);
		return new Client(this, line);
	}

	post(event: () => void): void {
		this.#posted.push(event);
	}

	bind(port: number, listener: MemoryListener): void {
		if (this.#listeners.has(port)) throw new Error("address in use");
		this.#listeners.set(port, listener);
	}

	unbind(port: number): void {
		this.#listeners.delete(port);
	}
}

class MemoryListener implements Listener {
	readonly port: number;
	readonly #network: Network;
	readonly #onReadable: ListenerOptions["onReadable"];
	readonly #waiting: Line[] = [];
	#posted = false;
	#closed = false;

	constructor(network: Network, options: ListenerOptions) {
		this.#network = network;
		this.#onReadable = options.onReadable;
		this.port = options.port || 49_152;
		network.bind(this.port, this);
	}

	arrive(line: Line): void {
		this.#waiting.push(line);
		if (this.#posted) return;
		this.#posted = true;
		this.#network.post(() => {
			this.#posted = false;
			// The number of all that wait, as the board and the simulator tell it.
			if (!this.#closed) this.#onReadable.call(this, this.#waiting.length);
		});
	}

	read(): Socket | undefined {
		const line = this.#waiting.shift();
		if (!line) throw new Error("read without a connection: leaks a socket on the board");
		this.#network.open++;
		return new MemorySocket(line);
	}

	close(): void {
		this.#closed = true;
		this.#network.unbind(this.port);
	}
}

/** The connection between the two ends. */
class Line {
	readonly network: Network;
	/** The client's end. */
	readonly address: string;
	/** On the way to the server. */
	arrived = new Uint8Array(0);
	/** Written by the server. */
	delivered: Uint8Array[] = [];
	/** The sizes of its writes. */
	readonly writes: number[] = [];
	unacknowledged = 0;
	/** Whether the client acknowledges everything at once, as long as it reads. */
	reading = true;
	/** The client closed its side or vanished. */
	finished = false;
	reset = false;
	/** The server closed. */
	closed = false;
	/** The server shut down its write side. */
	ended = false;
	/** The options of the socket at the server's end, or of the client's own. */
	nodelay: boolean | undefined;
	socket: MemorySocket | undefined;

	constructor(network: Network, address = "192.0.2.1") {
		this.network = network;
		this.address = address;
	}

	get room(): number {
		return this.network.window - this.unacknowledged;
	}
}

class MemorySocket implements Socket {
	readonly target: unknown;
	end?: () => void;
	abort?: () => void;
	#line: Line | undefined;
	#options: SocketOptions | ConnectOptions | undefined;
	#posted = false;
	#readable = false;
	#writable = false;
	#error = false;
	#failed = false;
	/** Whether the peer's FIN has arrived, and `onEnd` has not been called. */
	#ended = false;
	#connecting = false;

	constructor(options: SocketOptions | Line, connect?: ConnectOptions) {
		if (options instanceof Line) {
			this.#line = options;
			options.socket = this;
			if (connect) this.#connect(options.network, connect);
			return;
		}
		const from = options.from as MemorySocket;
		const line = from.#line;
		if (!line) throw new Error("invalid from");
		if (options.format !== "buffer") throw new Error("the format is not that of this server");
		from.#line = undefined;
		this.#line = line;
		this.#options = options;
		line.nodelay = options.nodelay;
		this.target = options.target;
		line.socket = this;
		if (line.network.halfClosing) {
			this.end = () => (line.ended = true);
			this.abort = () => {
				line.reset = true;
				this.close();
			};
		}
		this.trigger({ readable: line.arrived.length > 0, writable: true, error: line.finished });
	}

	#connect(network: Network, options: ConnectOptions): void {
		this.#options = options;
		this.#line!.nodelay = options.nodelay;
		this.#connecting = true;
		network.open++;
		network.post(() => {
			if (!this.#line) return;
			const reached = network.reach(this.#line, options.port);
			this.#connecting = !reached;
			if (reached !== undefined) this.trigger({ writable: reached, error: !reached });
		});
	}

	get remoteAddress(): string {
		const line = this.#open();
		if (line.reset) throw new Error("the board crashes here");
		return line.address;
	}

	get unread(): number | undefined {
		return this.#open().network.halfClosing ? this.#line!.arrived.length : undefined;
	}

	trigger({ readable = false, writable = false, error = false }): void {
		this.#readable ||= readable;
		this.#writable ||= writable;
		this.#error ||= error;
		if (this.#posted || !this.#options) return;
		this.#posted = true;
		this.#line!.network.post(() => this.#deliver());
	}

	read(count?: number): ArrayBuffer | undefined {
		const line = this.#open();
		const available = line.arrived.length;
		if (available === 0) return undefined;
		const size = count ?? available;
		if (size <= 0 || size > available) throw new Error("invalid");
		const bytes = line.arrived.slice(0, size);
		line.arrived = line.arrived.slice(size);
		if (line.arrived.length === 0 && (this.#failed || this.#ended)) this.trigger({ error: true });
		return bytes.buffer;
	}

	write(bytes: Bytes): number | undefined {
		const line = this.#open();
		if (!this.#options || this.#connecting || this.#failed) throw new Error("not ready");
		if (line.reset) return undefined;
		if (bytes.byteLength > line.room) throw new Error("would block");
		if (bytes.byteLength === 0) throw new Error("a pointless write");
		const { length } = line.delivered[line.delivered.push(view(bytes).slice()) - 1]; // lwIP copies too
		line.writes.push(length);
		line.unacknowledged += length;
		if (line.reading) line.network.post(() => acknowledge(line, length));
		return line.room;
	}

	close(): void {
		const line = this.#line;
		if (!line) return;
		this.#line = undefined;
		line.closed = true;
		line.network.open--;
		// TCP answers with a reset if bytes are unread, and unacknowledged data may be lost.
		if (line.arrived.length > 0) line.reset = true;
	}

	#open(): Line {
		if (!this.#line) throw new Error("closed");
		return this.#line;
	}

	#deliver(): void {
		const readable = this.#readable;
		const writable = this.#writable;
		const ends = this.#line?.network.halfClosing && !this.#line.reset && this.#options!.onEnd !== undefined;
		if (this.#error && ends) this.#ended = true;
		else this.#failed ||= this.#error;
		this.#posted = this.#readable = this.#writable = this.#error = false;
		if (readable && this.#line && this.#line.arrived.length > 0)
			this.#options!.onReadable.call(this, this.#line.arrived.length);
		if (!this.#line) return;
		if (!this.#failed) {
			if (writable) this.#options!.onWritable.call(this, this.#line.room);
			if (this.#line && this.#ended && this.#line.arrived.length === 0) {
				this.#ended = false;
				this.#options!.onEnd!.call(this);
			}
		} else if (this.#line.arrived.length === 0) this.#options!.onError.call(this);
	}
}

function acknowledge(line: Line, count: number): void {
	const size = Math.min(count, line.unacknowledged);
	if (size === 0) return;
	line.unacknowledged -= size;
	if (!line.closed) line.socket!.trigger({ writable: true });
}

/** The other end of a connection. */
export class Client {
	readonly #network: Network;
	readonly #line: Line;

	constructor(network: Network, line: Line) {
		this.#network = network;
		this.#line = line;
	}

	/** Sends, and runs what the server does at once. */
	send(data: string | Bytes): this {
		this.post(data);
		this.#network.run();
		return this;
	}

	/** Sends without running the server, so that it gets all of it in one turn. */
	post(data: string | Bytes): void {
		const bytes = typeof data === "string" ? new Uint8Array(ArrayBuffer.fromString(data)) : view(data);
		if (this.#line.closed) this.#line.reset = true;
		else {
			this.#line.arrived = join([this.#line.arrived, bytes]);
			this.#line.socket?.trigger({ readable: true });
		}
	}

	/** Sends a FIN. */
	finish(): void {
		this.#line.finished = true;
		if (!this.#line.closed) this.#line.socket?.trigger({ error: true });
		this.#network.run();
	}

	/** Vanishes; the server has not noticed yet. */
	reset(): void {
		this.#line.reset = true;
	}

	/** Stops acknowledging what the server sends. */
	pause(): this {
		this.#line.reading = false;
		return this;
	}

	/** Acknowledges the given number of bytes, or all. */
	acknowledge(count = this.#line.unacknowledged): void {
		acknowledge(this.#line, count);
		this.#network.run();
	}

	/** Acknowledges everything from now on. */
	resume(): void {
		this.#line.reading = true;
		this.acknowledge();
	}

	/** Whether the server closed the connection. */
	get closed(): boolean {
		return this.#line.closed;
	}

	/** Whether the server shut down its write side. */
	get ended(): boolean {
		return this.#line.ended;
	}

	/** Whether it closed with bytes unread, or before the last were sent, so that the connection ended with a reset. */
	get wasReset(): boolean {
		return this.#line.closed && this.#line.reset;
	}

	/** Whether the other end sends a segment while another is not acknowledged. */
	get nodelay(): boolean | undefined {
		return this.#line.nodelay;
	}

	/** Bytes that the server has left in the socket. */
	get unread(): number {
		return this.#line.arrived.length;
	}

	/** The sizes of the server's writes. */
	get writes(): readonly number[] {
		return this.#line.writes;
	}

	get received(): Uint8Array<ArrayBuffer> {
		return join(this.#line.delivered);
	}

	/** What the server sent, as text. */
	get text(): string {
		return String.fromArrayBuffer(this.received.buffer);
	}

	/** What it sent since the last call, as text. */
	take(): string {
		return String.fromArrayBuffer(this.takeBytes().buffer);
	}

	/** Same, as bytes. */
	takeBytes(): Uint8Array<ArrayBuffer> {
		const { received } = this;
		this.#line.delivered = [];
		return received;
	}
}

function view(bytes: Bytes): Uint8Array {
	return ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
}

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
	let at = 0;
	for (const piece of pieces) {
		joined.set(piece, at);
		at += piece.length;
	}
	return joined;
}
