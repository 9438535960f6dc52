/**
 * Every limit and every timeout of the server: its unit, its default, the reason, and what happens beyond it. A handler
 * may take as long as it likes, since its waiting delays nobody else.
 */
export const DEFAULT_LIMITS = Object.freeze({
	/** Bytes. A request's method. Beyond it: 501. The longest registered method has 17 letters (UPDATEREDIRECTREF). */
	method: 24,
	/**
	 * Bytes. A request's target. Beyond it: 414. The firmware's own longest target is some 200; no client has a reason
	 * for more than this.
	 */
	target: 1_024,
	/**
	 * Parameters of a target's query. Beyond it: 400, for handlers that read it. CameraWebServer's longest command has 13. Each
	 * look-up walks them all.
	 */
	parameters: 32,
	/**
	 * Bytes. Request line and fields, as they are kept: a value that is skipped (`fieldValue`) counts only until then.
	 * Beyond it: the longest value is skipped, too; 431 if none has more than 128 bytes. Browsers send 400 to 900, and short
	 * cookies of the same host's other services on top.
	 */
	head: 4_096,
	/**
	 * Bytes. The value of a header field. Beyond it: skipped, so that it takes no memory; 431 from a handler that reads
	 * it. Cookies of the same host's other services and tokens of authenticating proxies have 2 to 5 kB.
	 */
	fieldValue: 1_024,
	/**
	 * Bytes. Request line and fields, with the values that are skipped. Beyond it: 431. Other servers take 8 to 32 kB.
	 */
	receivedHead: 16_384,
	/**
	 * Field lines of a head, or of a trailer section. Beyond it: 431. Chromium sends about 20, and proxies, one behind the other,
	 * add some 40. Each takes two bytes beside the head's.
	 */
	fields: 128,
	/** Bytes. Content of a request, held in the machine's heap (79 kB for everything). Beyond it: 413. */
	content: 12_288,
	/**
	 * Bytes. Content of a PUT that its handler takes in blocks (`Request.receive`), which holds none of it. Beyond it, if it is
	 * more than `content`: 413. 0: there is no such handler.
	 */
	upload: 0,
	/**
	 * Handlers that wait for content which does not come. Beyond it: a request's handler is not called before its content has
	 * arrived, or another no longer waits (`queueTimeout`). Each takes some 400 of the board's 4,928
	 * slots, since a promise consists of a dozen objects. Content that arrives with its head does not wait.
	 */
	contentWaiters: 3,
	/**
	 * Requests that wait for a handler's place, as long as the heap has room for them, and two connections are left to requests
	 * that do not wait. Beyond it: 503. A dozen pictures that are requested at the same time have all been sent within 0.2 s.
	 */
	queued: 8,
	/**
	 * Slots of the machine that streams (100 each, and 132 with events) and handlers that have promised a response (450), no matter what
	 * they wait for, take beyond their connections. A WebSocket counts as a handler. Beyond it: 503. With nobody
	 * connected the board has some 3,600 free, and 13 connections take 60 to 80 each. So ten viewers without events leave room for three
	 * handlers, four viewers for four. The last handler's place is for a request whose content arrives with its head:
	 * settings can be changed, no matter what others wait for.
	 */
	slots: 2_450,
	/**
	 * Bytes. What all connections together hold of heads, and of what was sent ahead, as long as their requests last.
	 * Beyond it: 503. It holds the largest heads of those requests that are neither streams nor wait for content
	 * (`connections`, `reservedConnections`).
	 */
	headMemory: 14_336,
	/**
	 * Bytes. What all connections together hold of content that was waited for: the largest and a small one, or several of
	 * the usual size. Beyond it: 503. As text and as values it takes twice as much again.
	 */
	contentMemory: 13_312,
	/**
	 * Bytes. What streams hold for as long as they like: for each as much of a head as browsers send, or the messages
	 * of WebSockets. Beyond it: 503.
	 */
	streamMemory: 10_240,
	/**
	 * Bytes. What a stream keeps of its request's header fields. Beyond it: the longest values are skipped (`fieldValue`), and all
	 * fields if their names alone have more.
	 */
	streamHead: 1_024,
	/**
	 * Bytes. Responses that their clients have not taken yet. Beyond it: 503. A single larger response takes all of it.
	 */
	responseMemory: 32_768,
	/**
	 * Slots and bytes of the heap that have to be free before a request is handled, for the work of one turn of its
	 * handler, beside what others have begun. Without them: 503. The largest of the firmware's own describes the
	 * camera: 15 kB.
	 */
	headroomSlots: 900,
	headroomBytes: 16_384,
	/**
	 * Slots of the heap that have to be free on top of that before a stream begins. Without them: 503. This is what a
	 * generator takes. As much is left for up to a second after its client has disconnected, if the generator sleeps
	 * then.
	 */
	streamSlots: 140,
	/**
	 * Slots of the heap that have to be free on top of that before a handler waits. Without them: 503. This is what one
	 * of the firmware's own takes.
	 */
	handlerSlots: 200,
	/** Slots and bytes of the heap that have to be free before a connection is accepted. Without them: reset. */
	acceptSlots: 250,
	acceptBytes: 4_096,
	/**
	 * Levels. Nesting of JSON content. Beyond it: 400. XS parses by recursion, and running out of stack ends the
	 * machine.
	 */
	jsonDepth: 16,
	/**
	 * Slots of the heap that JSON content takes: one for each value, one more for an object, two for an array. Beyond
	 * it: 413. A program may pass all values of a list to a function (`Math.max(...list)`), which takes as many of the
	 * machine's 1,024 slots of stack, beside the 330 that a handler's call takes.
	 */
	jsonSlots: 512,
	/**
	 * Bytes. What new names of JSON members may take, in the life of the machine. Beyond it: 413. Names that a program
	 * does not list (`request.json(names)`) stay forever.
	 */
	newNames: 4_096,

	/**
	 * Connections. Beyond it: one that keeps the server waiting makes room (`Places.rank`), and gets a 503 if its client
	 * never sent a request. If there is none, the new one gets a 503. The board has 16 TCP control blocks: two are
	 * reserved for refusals, one for a connection that is closing. Listening takes none (esp-lwip, memp.c), on any
	 * number of ports.
	 */
	connections: 13,
	/**
	 * Connections, of those above, that streams must leave to other requests. Beyond it: 503. No matter what ten
	 * viewers do, the camera can be controlled and asked for its state. A stream is a response of unknown length, such
	 * as MJPEG, events and WebSockets.
	 */
	reservedConnections: 3,
	/** Connections beyond the limit that may be receiving a 503 at one time. Beyond it: reset. */
	refusals: 2,
	/**
	 * Bytes. Input read beyond what is needed: a typical head, and a second request while the first is answered. Beyond
	 * it: left in the socket.
	 */
	readAhead: 2_048,
	/**
	 * Bytes. Content that is read only to be discarded, so that the connection serves another request. Beyond it:
	 * closed.
	 */
	maxDiscard: 16_384,
	/**
	 * Bytes. Output of one connection before others get their turn. Beyond it: continued at the next `onWritable`. On a
	 * host a send buffer may take megabytes.
	 */
	writeQuantum: 65_536,

	/**
	 * Milliseconds. A request's head, from its first byte to its last. Beyond it: 408. Also the first byte of a new
	 * connection, which is closed silently.
	 */
	headTimeout: 10_000,
	/** Milliseconds. A request's content, from when the handler asks for it. Beyond it: 408. */
	contentTimeout: 10_000,
	/**
	 * Milliseconds. A request that waits for a handler place, or for its content while no handler may wait for that. Beyond
	 * it: 503. 0: none waits.
	 */
	queueTimeout: 2_000,
	/** Milliseconds. The pause between two requests of one connection. Beyond it: closed. */
	idleTimeout: 15_000,
	/**
	 * Milliseconds. Output that the peer does not take: the time without any progress. For a response that is not a
	 * stream, the time without a sweep in which the peer took `minimumRate`. Beyond it: closed.
	 */
	writeTimeout: 20_000,
	/**
	 * Bytes per sweep. What the client of a response that is not a stream has to take. Below it, after two sweeps:
	 * makes room after idle ones. 13 clients that read a byte now and then would keep everybody else out.
	 */
	minimumRate: 500,
	/**
	 * Milliseconds. A stream that has nothing to send. Beyond it: a heartbeat (BodySource), or closed if the body has
	 * none. A peer that vanishes silently shows only when something is sent. TCP's own keepalive is not available, as
	 * ECMA-419 and the SDK have no option for it.
	 */
	silenceTimeout: 30_000,
	/** Milliseconds. The peer's time to read a last response and close, before the server does. Beyond it: reset. */
	lingerTimeout: 2_000,
	/** Milliseconds. How often the server checks, while clients find no place, which clients keep it waiting. */
	lookInterval: 100,
	/** Milliseconds. How often the server checks the deadlines; each may be missed by as much. */
	sweepInterval: 1_000,
});

export type Limits = { readonly [Name in keyof typeof DEFAULT_LIMITS]: number };
