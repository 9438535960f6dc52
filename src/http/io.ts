/**
 * The parts of ECMA-419 sockets that are used here. The server receives a `Listener` class, the client a `TCP` class,
 * and neither imports one. So the same code runs over lwIP on the board, over the simulator's sockets, and over the
 * in-memory network of the unit tests.
 */

/**
 * Bytes that can be written. An XS host buffer (memory that belongs to a driver, such as a camera frame) passes for an
 * ArrayBuffer here. Use only its `byteLength` and `new Uint8Array(buffer, byteOffset,
 * length)`.
 */
export type Bytes = ArrayBuffer | Uint8Array;

export interface Socket {
	/** The peer's address, which is also known after a reset. The SDK's sockets crash then: read it once, on accept. */
	readonly remoteAddress?: string | undefined;
	/** The option `target` that it was created with. */
	readonly target?: unknown;
	/**
	 * Reads `byteLength` bytes, or all there are. Returns undefined if there are none. Throws if there are fewer than
	 * `byteLength`.
	 */
	read(byteLength?: number): ArrayBuffer | undefined;
	/** How many bytes wait to be read, also those that `onReadable` has not reported yet. The SDK's sockets lack it. */
	readonly unread?: number;
	/**
	 * Writes everything or throws ("would block"), never a part. Returns the room that remains, in bytes, or undefined
	 * if the connection has just failed and `onError` follows.
	 */
	write(bytes: Bytes): number | undefined;
	/** Writes three pieces in one call, all or nothing, as `write` does one. The SDK's sockets lack it. */
	writePieces?(first: Bytes, second: Bytes, third: Bytes): number | undefined;
	close(): void;
	/**
	 * Ends the connection by a reset. What the peer has not acknowledged may be lost. Nothing is kept of the
	 * connection, whereas close() keeps a control block until the peer closes too. The SDK's sockets lack it.
	 */
	abort?(): void;
	/**
	 * Announces that nothing more will be written, once what was written is sent. Reading goes on. The SDK's sockets
	 * lack it.
	 */
	end?(): void;
}

export interface SocketCallbacks {
	format: "buffer";
	nodelay?: boolean;
	/** The callbacks are called with the socket as `this`. Shared functions find the socket's owner here. */
	target?: unknown;
	/** Bytes have arrived; `count` of them can be read. Not called again for bytes left unread. */
	onReadable(this: Socket, count: number): void;
	/** `count` bytes can be written. Called once at the start, then whenever the peer has acknowledged some. */
	onWritable(this: Socket, count: number): void;
	/**
	 * The peer closed, reset the connection, or vanished. The SDK's sockets call it only after everything that arrived
	 * has been read, the simulator's at once for a reset: what is left then is dropped.
	 */
	onError(this: Socket): void;
	/**
	 * The peer has closed its sending half: nothing more will arrive, but it may still read. Called only after everything
	 * that arrived has been read. The SDK's sockets cannot tell this from a disconnection, and call `onError`.
	 */
	onEnd?(this: Socket): void;
}

export interface SocketOptions extends SocketCallbacks {
	from: Socket;
}

export type SocketIO = new (options: SocketOptions) => Socket;

export interface ConnectOptions extends SocketCallbacks {
	/** An IP address. The first `onWritable` means that the connection is established, `onError` that it failed. */
	address: string;
	port: number;
}

/** Throws if no socket is available, or if there is no route to the address. */
export type ConnectIO = new (options: ConnectOptions) => Socket;

export interface Listener {
	readonly port: number;
	/** How many more connections the machine has sockets for, of any listener or client. Undefined if that is unknown. */
	readonly left?: number;
	/** Returns the next connection that waits to be served, as a socket without callbacks. */
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
