import Timer from "timer";
import { Budget } from "./budget.ts";
import { Connection, discard } from "./connection.ts";
import type { Handler, HandlerObject } from "./handler.ts";
import type { Host } from "./host.ts";
import { HttpError } from "./http-error.ts";
import type { Listener, ListenerIO, Socket } from "./io.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { boundless, type Machine } from "./machine.ts";
import { NewNames } from "./new-names.ts";
import { Windows } from "./windows.ts";

/** Where to listen. */
export interface Place {
	/** 0: any free one. */
	readonly port: number;
	/** IPv4; every address of the machine unless told. */
	readonly address?: string;
}

export interface ServerOptions extends Place {
	/** An ECMA-419 TCP listener class. */
	readonly io: ListenerIO;
	/** A function, or an object that has one, such as a Router. */
	readonly handler: Handler | HandlerObject;
	/** The machine's memory, where it has an end. */
	readonly machine?: Machine;
	readonly limits?: Partial<Limits>;
	/** Takes a line of text without its end. */
	readonly log?: (line: string) => void;
}

/**
 * A cooperative HTTP/1.1 server: any number of handlers and streams take turns on one thread.
 *
 * @example
 * const server = new Server({ io: Listener, port: 80, handler: (request) => new Response("hello\n") });
 * server.listen({ port: 81 });
 */
export class Server {
	readonly #io: ListenerIO;
	readonly #listeners: Listener[] = [];
	readonly #connections = new Set<Connection>();
	readonly #refusals = new Set<Connection>();
	readonly #host: Host & { strained: boolean; crowded: boolean };
	#sweeper: Timer | undefined;
	#closed = false;
	#order = 0;
	/** The heap was larger than its own memory at the last sweep. */
	#reserved = false;
	readonly #log: (line: string) => void;

	/** Throws what the listener's class throws where the port cannot be had. */
	constructor(options: ServerOptions) {
		const { handler, machine = boundless, log = (line) => trace(line + "\n") } = options;
		const limits = { ...defaultLimits, ...options.limits };
		this.#log = log;
		this.#host = {
			limits,
			machine,
			newNames: new NewNames(machine, limits.newNames),
			memory: new Budget(limits.memory),
			contentMemory: new Budget(limits.contentMemory),
			streamMemory: new Budget(limits.streamMemory),
			responseMemory: new Budget(limits.responseMemory),
			contents: new Budget(limits.contents),
			slots: new Budget(limits.slots),
			streams: new Budget(Math.max(1, limits.connections - limits.spared)),
			windows: new Windows(limits.turn),
			handle: typeof handler === "function" ? handler : (request) => handler.handle(request),
			crowded: false,
			suspicion: (address) => typeof handler === "function" ? 0 : handler.suspicion?.(address) ?? 0,
			failure(error, request) {
				if (error instanceof HttpError)
					return error.response;
				this.report(error, request);
				return new HttpError(500).response;
			},
			report(error, request) {
				log(`${request ? `${request.method} ${request.target}` : "http"}: ${describe(error)}`);
			},
			strained: false,
			strain() {
				this.strained = true;
				// After the promises that were rejected.
				Timer.set(() => this.strained = false, 0);
			},
			admits: (asker) => this.free(limits.headroomSlots, limits.headroomBytes, asker),
			relieve: () => this.relieve(),
			order: () => ++this.#order,
			ended: (connection) => this.ended(connection),
		};
		this.#io = options.io;
		this.listen(options);
	}

	/** The first one's, where it listens at several. */
	get port(): number {
		return this.#listeners[0].port;
	}

	/**
	 * Listens at one more port. Its clients are served as the others are: by the same handler, within the
	 * same limits, until the server is closed. Returns the port. Throws what the listener's class throws
	 * where it cannot be had; the server goes on with those that it has.
	 */
	listen({ port, address }: Place): number {
		if (this.#closed)
			throw new Error("the server is closed");
		const listener = new this.#io({
			port,
			...(address !== undefined && { address }),
			onReadable: (count) => {
				// Not until `read` is undefined: on the board each call makes a socket first, and one that
				// nobody waits for is never collected.
				for (; count > 0 && !this.#closed; count--)
					this.accept(listener.read());
			},
		});
		this.#listeners.push(listener);
		return listener.port;
	}

	/** Connections being served; those that are only told 503 don't count. */
	get connectionCount(): number {
		return this.#connections.size;
	}

	/** Stops listening and ends every connection at once. */
	close(): void {
		if (this.#closed)
			return;
		this.#closed = true;
		for (const listener of this.#listeners)
			listener.close();
		for (const connection of [...this.#connections, ...this.#refusals])
			connection.shutDown();
	}

	private accept(socket: Socket | undefined): void {
		if (!socket)
			return;
		const { limits, report } = this.#host;
		let connection: Connection;
		let full = false;
		try {
			// Once: see Socket.
			const { remoteAddress } = socket;
			if (this.#connections.size >= limits.connections)
				this.makeRoom(remoteAddress);
			full = this.#connections.size >= limits.connections;
			if (full)
				this.#host.crowded = true;
			if ((full && this.#refusals.size >= limits.refusals) || !this.free(limits.acceptSlots, limits.acceptBytes))
				return discard(socket, true);
			connection = new Connection(this.#host, socket, remoteAddress);
		}
		catch (error) { // the client was gone before it was accepted
			socket.close();
			return report(error, undefined);
		}
		(full ? this.#refusals : this.#connections).add(connection);
		this.#sweeper ??= Timer.repeat(() => this.sweep(), limits.sweep);
		if (full)
			connection.refuse(tooMany());
	}

	/** Closes a connection whose client leaves it waiting, if there is one: that which `rank` puts first. */
	private makeRoom(address: string | undefined): void {
		const crowd = this.crowd(address), suspicion = this.#host.suspicion(address);
		let first: Connection | undefined;
		let least = Infinity;
		this.#connections.forEach((connection) => {
			const rank = this.rank(connection, address, crowd, suspicion);
			if (rank < least) {
				first = connection;
				least = rank;
			}
		});
		if (!first)
			return;
		// A client that keeps its connection for another request counts on its being closed (RFC 9112, 9.5); one that has
		// not been served is answered 503, with a time to come again.
		if (!first.fresh || this.#refusals.size >= this.#host.limits.refusals)
			return first.abort();
		this.#connections.delete(first);
		this.#refusals.add(first);
		first.refuse(tooMany());
	}

	/**
	 * Where a connection stands among those that make room for a newcomer; Infinity where it does not. First those that
	 * have been served and are to be closed anyway, then those of addresses with more against them than the newcomer's.
	 * Of the others, where one address has more connections than any other, that address' only: the idle before the slow, and
	 * of each the one that has waited longest first. A connection that has just been accepted, and whose client has had no time to ask, goes only where a
	 * flood may have filled the places: for a client of another address than that with the most connections, and, where no
	 * address has the most, for any, those first whose clients have sent nothing.
	 */
	private rank(connection: Connection, address: string | undefined, crowd: string | undefined, suspicion: number): number {
		const { idleSince, remoteAddress } = connection;
		if (connection.lingering)
			return connection.expendable ? -2 : Infinity;
		if (!connection.waiting || !connection.expendable)
			return Infinity;
		if (this.#host.suspicion(remoteAddress) > suspicion)
			return -1;
		if (crowd !== undefined && remoteAddress !== crowd)
			return Infinity;
		if (idleSince !== undefined)
			return connection.holding ? SLOW + idleSince : idleSince;
		// Half a request is not one.
		return crowd !== undefined ? crowd !== address ? LAST : Infinity : connection.silent ? LAST / 2 : connection.fresh ? LAST : Infinity;
	}

	/**
	 * Whether so much of the heap is free. Where it is not, connections are closed: those whose clients have not asked for
	 * anything, then those that are idle, then those that are slow; for the owner's, streams as well, the newest first.
	 */
	private free(slots: number, bytes: number, asker?: Connection): boolean {
		const { machine } = this.#host;
		if (machine.room(slots, bytes))
			return true;
		for (const isIdle of [isFresh, isServed, isHolding]) {
			if (this.abort(connection => connection !== asker && connection.dormant && isIdle(connection)) && machine.room(slots, bytes, true))
				return true;
		}
		while (asker?.trusted && this.abortStream(asker)) {
			if (machine.room(slots, bytes, true))
				return true;
		}
		return false;
	}

	/** Whether there was any such connection. */
	private abort(matches: (connection: Connection) => boolean): boolean {
		const { size } = this.#connections;
		this.#connections.forEach((connection) => {
			if (matches(connection))
				connection.abort();
		});
		return this.#connections.size < size;
	}

	private abortStream(asker: Connection): boolean {
		let newest: Connection | undefined;
		this.#connections.forEach((connection) => {
			if (connection.streaming && connection !== asker)
				newest = connection;
		});
		newest?.abort();
		return newest !== undefined;
	}

	/** As makeRoom, for memory. */
	private relieve(): boolean {
		let longest: Connection | undefined;
		this.#connections.forEach((connection) => {
			if (connection.holding && connection.idleSince !== undefined && !(longest && longest.idleSince! < connection.idleSince))
				longest = connection;
		});
		longest?.abort();
		return longest !== undefined;
	}

	/** The address that has more connections than any other, the newcomer's among them; undefined where several have as many. Streams have places of their own, and don't count. */
	private crowd(newcomer: string | undefined): string | undefined {
		const counts = new Map<string | undefined, number>([[newcomer, 0]]);
		this.#connections.forEach(({ remoteAddress, streaming }) => {
			if (!streaming)
				counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
		});
		let crowd: string | undefined;
		let most = 0;
		counts.forEach((count, address) => {
			if (count >= most)
				crowd = count > most ? address : undefined;
			most = Math.max(most, count);
		});
		return crowd;
	}

	private sweep(): void {
		this.watchReserve();
		this.#host.crowded = false;
		for (const connection of this.#connections)
			connection.tick();
		for (const connection of this.#refusals)
			connection.tick();
	}

	/** The reserve should never be needed: the log has a line each time that it is. */
	private watchReserve(): void {
		const reserved = this.#host.machine.settle();
		if (reserved > 0 && !this.#reserved)
			this.#log(`http: the heap was full and has grown into its reserve: ${reserved} bytes`);
		this.#reserved = reserved > 0;
	}

	private ended(connection: Connection): void {
		this.#connections.delete(connection);
		this.#refusals.delete(connection);
		// The timer runs only while there is something to watch.
		if (this.#connections.size + this.#refusals.size === 0) {
			Timer.clear(this.#sweeper);
			this.#sweeper = undefined;
		}
	}
}

/** After every connection that is idle. */
const SLOW = 2 ** 40;
/** After every connection that has waited. */
const LAST = Number.MAX_VALUE;

function isFresh({ fresh }: Connection): boolean {
	return fresh;
}

function isServed({ fresh, holding }: Connection): boolean {
	return !fresh && !holding;
}

function isHolding({ holding }: Connection): boolean {
	return holding;
}

function tooMany(): HttpError {
	return new HttpError(503, "too many connections", { "Retry-After": 1 });
}

/** With the stack, which is for the log alone. */
function describe(error: unknown): string {
	try {
		return error instanceof Error ? error.stack ?? error.message : String(error);
	}
	catch {
		return "an error that has no text";
	}
}
