import Timer from "timer";
import { Budget } from "./engine/budget.ts";
import { Connection } from "./engine/connection.ts";
import { describe } from "./describe.ts";
import { discard } from "./engine/discard.ts";
import type { Handler, HandlerObject } from "./handler.ts";
import type { ServerContext } from "./engine/server-context.ts";
import { HandlerPlaces } from "./engine/handler-places.ts";
import { HookQueue } from "./engine/hook-queue.ts";
import { HttpError } from "./http-error.ts";
import { Leftovers } from "./engine/leftovers.ts";
import type { Listener, ListenerIO, Socket } from "./io.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { UNLIMITED_MACHINE, type Machine } from "./machine.ts";
import { NewNames } from "./new-names.ts";
import type { Occupant } from "./engine/occupant.ts";
import { Places, tooMany } from "./engine/places.ts";
import type { Request } from "./request.ts";
import { RoomMaker } from "./engine/room-maker.ts";
import { WaitingMethods } from "./engine/waiting-methods.ts";
import { ViewCache } from "./engine/view-cache.ts";

/** Where to listen. */
export interface Place {
	/** A port number. 0 chooses any free port. */
	readonly port: number;
	/** An IPv4 address. Default: every address of the machine. */
	readonly address?: string;
}

export interface ServerOptions extends Place {
	/** An ECMA-419 TCP listener class. */
	readonly io: ListenerIO;
	/** A function, or an object that has one, such as a Router. */
	readonly handler: Handler | HandlerObject;
	/** The machine's memory. Default: unlimited. */
	readonly machine?: Machine;
	readonly limits?: Partial<Limits>;
	/** Receives one line of text, without its line end. Default: the engine's trace. */
	readonly log?: (line: string) => void;
}

/** A listener, and how many connections it has to be read. */
interface Entrance {
	readonly listener: Listener;
	waiting: number;
	/** Set while they wait for another turn. */
	later: Timer | undefined;
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
	readonly #entrances: Entrance[] = [];
	readonly #places: Places;
	readonly #context: ServerContext & { overloaded: boolean; crowded: boolean };
	#sweeper: Timer | undefined;
	#closed = false;
	#order = 0;
	/** Whether the heap had grown into its reserve at the last sweep. */
	#reserved = false;
	readonly #log: (line: string) => void;

	/** Starts to listen. Throws the error of the listener's class if it cannot listen on the port. */
	constructor(options: ServerOptions) {
		const { handler, machine = UNLIMITED_MACHINE, log = (line) => trace(line + "\n") } = options;
		const limits = { ...DEFAULT_LIMITS, ...options.limits };
		this.#log = log;
		const suspicion = (address: string | undefined): number =>
			typeof handler === "function" ? 0 : (handler.suspicion?.(address) ?? 0);
		const socketsLeft = (): number | undefined => this.#entrances[0]?.listener.left;
		const places = (this.#places = new Places({ limits, suspicion, socketsLeft })),
			slots = new Budget(limits.slots),
			handlers = new HandlerPlaces(
				slots,
				limits.queued,
				(address) => places.suspicion(address),
				() => places.quickPlaces,
			),
			room = new RoomMaker(places, machine, (address) => handlers.ageOf(address), limits.responseMemory),
			maxStreams = Math.max(1, limits.connections - limits.reservedConnections);
		this.#context = {
			limits,
			machine,
			newNames: new NewNames(machine, limits.newNames),
			headMemory: new Budget(limits.headMemory),
			contentMemory: new Budget(limits.contentMemory),
			streamMemory: new Budget(limits.streamMemory),
			responseMemory: new Budget(limits.responseMemory),
			contentWaiters: new Budget(limits.contentWaiters),
			slots,
			handlers,
			streams: new Budget(maxStreams),
			leftovers: new Leftovers(),
			views: new ViewCache(limits.writeQuantum),
			lastText: { text: "", bytes: undefined },
			handle: typeof handler === "function" ? handler : (request) => handler.handle(request),
			crowded: false,
			waiting: new WaitingMethods(),
			suspicion,
			socketsLeft,
			errorResponse(error, request) {
				if (!(error instanceof HttpError)) {
					if (!isAbort(error, request)) this.report(error, request);
					error = new HttpError(500);
				}
				return (error as HttpError).responseAt(request?.path ?? "");
			},
			report(error, request) {
				// Not the query, which may have a token.
				log(
					`${request ? `${request.method} ${request.path}` : "http"}: ${describe(error)}${machine.thrown?.(error) ?? ""}`,
				);
			},
			overloaded: false,
			markOverloaded() {
				this.overloaded = true;
				// After the promises that were rejected.
				Timer.set(() => (this.overloaded = false), 0);
			},
			room,
			hooks: new HookQueue(),
			nextOrder: () => ++this.#order,
			connectionEnded: (connection) => this.ended(connection),
			keepRefused: (connection) => places.keepRefused(connection),
		};
		this.#io = options.io;
		this.listen(options);
	}

	/** The port that it listens on; the first one if there are several. */
	get port(): number {
		return this.#entrances[0].listener.port;
	}

	/**
	 * Listens on one more port. Its clients have the same handler and the same limits, until the server is closed.
	 * Returns the port. If it cannot listen on the port, throws the error of the listener's class, and the server goes
	 * on with the ports that it has. Throws an Error if the server is closed.
	 */
	listen({ port, address }: Place): number {
		if (this.#closed) throw new Error("the server is closed");
		const listener = new this.#io({
			port,
			...(address !== undefined && { address }),
			onReadable: (count) => this.acceptAll(entrance, count),
		});
		const entrance: Entrance = { listener, waiting: 0, later: undefined };
		this.#entrances.push(entrance);
		return listener.port;
	}

	/** Connections being served, without those that are only refused. */
	get connectionCount(): number {
		return this.#places.connections.size;
	}

	/** Stops listening and ends every connection at once. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#entrances.forEach(({ listener }) => listener.close());
		this.#places.forEach((connection) => connection.shutDown());
	}

	/**
	 * Accepts connections. Once there is no free place, it accepts one in a turn: otherwise, clients that connect at the same time
	 * would displace each other before their requests are read.
	 */
	private acceptAll(entrance: Entrance, count: number): void {
		entrance.waiting = count;
		if (entrance.later) return;
		// Not until `read` is undefined: on the board each call creates a socket first, and a socket that nobody waits
		// for is never collected.
		for (let first = true; entrance.waiting > 0 && !this.#closed; first = false) {
			if (!first && this.#places.full) {
				entrance.later = Timer.set(() => {
					entrance.later = undefined;
					this.acceptAll(entrance, entrance.waiting);
				}, 0);
				return;
			}
			entrance.waiting--;
			this.accept(entrance.listener.read());
		}
	}

	private accept(socket: Socket | undefined): void {
		if (!socket) return;
		const { limits } = this.#context,
			places = this.#places;
		let connection: Connection;
		try {
			// Read only once: see Socket.
			const { remoteAddress } = socket;
			if (places.full) {
				places.startLooking();
				places.freePlace(remoteAddress);
			}
			if (places.full) this.#context.crowded = true;
			if (
				(places.full && places.refusing) ||
				!this.#context.room.freeMemory(limits.acceptSlots, limits.acceptBytes)
			)
				return discard(socket, true);
			connection = new Connection(this.#context, socket, remoteAddress);
		} catch {
			// The client has disconnected. A line in the log for each would be one that any client can write, as fast as it likes.
			return socket.close();
		}
		const refused = places.add(connection);
		this.#sweeper ??= Timer.repeat(() => this.sweep(), limits.sweepInterval);
		if (refused) connection.refuse(tooMany());
	}

	private sweep(): void {
		this.watchReserve();
		this.#places.sweep(this.#context.crowded);
		this.#context.crowded = false;
		this.#places.forEach((connection) => connection.tick());
	}

	/** The reserve should never be needed, so the log gets a line each time that it is. */
	private watchReserve(): void {
		const reserved = this.#context.machine.settle();
		if (reserved > 0 && !this.#reserved)
			this.#log(`http: the heap was full and has grown into its reserve: ${reserved} bytes`);
		this.#reserved = reserved > 0;
		if (reserved > 0) this.#context.room.abortStuck();
	}

	private ended(connection: Occupant): void {
		this.#places.delete(connection);
		// The timer runs only while there is something to watch.
		if (this.#places.empty) {
			Timer.clear(this.#sweeper);
			this.#sweeper = undefined;
			this.#places.rest();
		}
	}
}

/** Reports whether a handler gave up because its client has disconnected. A line in the log for each would be one that any client can write. */
function isAbort(error: unknown, request: Request | undefined): boolean {
	return request?.closed === true && error instanceof Error && error.name === "AbortError";
}
