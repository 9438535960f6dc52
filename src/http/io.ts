/**
 * The shape of ECMA-419 sockets, as far as they are used here. The server is given a `Listener` class,
 * the client a `TCP` class, and neither imports one, so the same code runs over lwIP on the board, over
 * the simulator's sockets, and over the in-memory network of the unit tests.
 */

/**
 * What can be written. An XS host buffer (memory that belongs to a driver, such as a camera frame)
 * passes for an ArrayBuffer here: of that, only its `byteLength` may be used, and the constructor
 * `new Uint8Array(buffer, byteOffset, length)`.
 */
export type Bytes = ArrayBuffer | Uint8Array;

export interface Socket {
	/** Read it once, on accept: lwIP has no address any more after a reset, and the board crashes. */
	readonly remoteAddress?: string | undefined;
	/** What its options had as `target`. */
	readonly target?: unknown;
	/** Takes `byteLength` bytes, or all there are; undefined when there are none. Asking for more than there are throws. */
	read(byteLength?: number): ArrayBuffer | undefined;
	/**
	 * Writes everything or throws ("would block"); never a part. Returns the room that remains, or
	 * undefined when the connection has just failed and `onError` is on its way.
	 */
	write(bytes: Bytes): number | undefined;
	close(): void;
	/**
	 * Ends the connection by a reset: what the peer has not acknowledged may be lost, and nothing is kept of the
	 * connection, whereas close() keeps a control block until the peer closes, too. The SDK's sockets lack it.
	 */
	abort?(): void;
	/** Says that nothing more will be written, once what was written is sent. Reading goes on. The SDK's sockets lack it. */
	end?(): void;
}

export interface SocketCallbacks {
	format: "buffer";
	nodelay?: boolean;
	/** For the callbacks, which are called with the socket as `this`: functions that are shared find in it whose socket it is. */
	target?: unknown;
	/** Bytes have arrived; `count` is all there is to read. Not called again for bytes left unread. */
	onReadable(this: Socket, count: number): void;
	/** `count` bytes can be written: once at the start, then whenever the peer has acknowledged some. */
	onWritable(this: Socket, count: number): void;
	/** The peer closed or vanished. Comes only once everything that arrived has been read. */
	onError(this: Socket): void;
}

export interface SocketOptions extends SocketCallbacks {
	from: Socket;
}

export type SocketIO = new (options: SocketOptions) => Socket;

export interface ConnectOptions extends SocketCallbacks {
	/** An IP address. The first `onWritable` says that the connection is there, `onError` that it cannot be made. */
	address: string;
	port: number;
}

/** Throws where there is no socket to be had, or no way to the address. */
export type ConnectIO = new (options: ConnectOptions) => Socket;

export interface Listener {
	readonly port: number;
	/** The next connection that waits to be served, as a socket without callbacks. */
	read(): Socket | undefined;
	close(): void;
}

export interface ListenerOptions {
	port: number;
	address?: string;
	/** `count` connections wait. */
	onReadable(this: Listener, count: number): void;
}

export type ListenerIO = new (options: ListenerOptions) => Listener;
