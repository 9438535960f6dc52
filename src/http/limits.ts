/**
 * Every limit and every timeout of the server: its default, the reason, and what happens beyond it.
 * Sizes are bytes, times milliseconds. A handler may take as long as it likes: what it waits for is
 * its own business, and it delays nobody else.
 */
export const DEFAULT_LIMITS = Object.freeze({
	/** → 501. The longest registered method has 17 letters (UPDATEREDIRECTREF). */
	method: 24,
	/** → 414. The longest target of our own is some 200; no client has a reason for more than this. */
	target: 1_024,
	/** → 431. Request line and fields. Browsers send 400 to 900, and cookies of the same host's other services on top. */
	head: 4_096,
	/** → 431. Field lines of a head, or of a trailer section. Chromium sends about 15. */
	fields: 48,
	/** → 413. Content of a request, held in the machine's heap (79 kB for everything). */
	content: 12_288,
	/**
	 * → 503. Handlers that wait for content which does not come: each takes some 400 of the board's 4,928 slots,
	 * since a promise is made of a dozen objects. What comes along with its head is not waited for.
	 */
	contentWaiters: 3,
	/**
	 * → 503. Of the machine's slots, what streams (100 each) and handlers that have promised a response (450), whatever
	 * they wait for, take beyond their connections; a WebSocket is a handler. With nobody connected the board has 3,580 free,
	 * and 13 connections take 80 each. So ten viewers leave room for three handlers, four for four. The last place is for
	 * who brings content along whole: settings can be changed, whatever others wait for.
	 */
	slots: 2_450,
	/**
	 * → 503. What all connections together hold of heads, and of what was sent ahead, as long as their requests
	 * last: the largest ones of those that are neither streams nor wait for content (`connections`, `spared`).
	 */
	headMemory: 14_336,
	/** → 503. What they hold of content that was waited for: the largest, or several of the usual size. As text and as values it takes twice as much again. */
	contentMemory: 12_288,
	/** → 503. What streams hold, who last as long as they like: so much of a head each as browsers send, or the messages of WebSockets. */
	streamMemory: 10_240,
	/** → 503. Bytes of responses that their clients have not taken yet. One that is larger takes all of it. */
	responseMemory: 32_768,
	/**
	 * → 503. What of the heap, in slots and in bytes, has to be free before a request is handled: for the work of one turn
	 * of its handler, beside what others have begun. The largest of our own describes the camera: 700 slots and 14 kB.
	 */
	headroomSlots: 900,
	headroomBytes: 16_384,
	/**
	 * → 503. What of the heap, in slots, has to be free on top of that before a stream begins: what a generator takes, of which
	 * as much is left for up to a second after its client has gone, if it sleeps then.
	 */
	streamSlots: 300,
	/** → 503. The same for a handler that waits: what one of our own takes. */
	handlerSlots: 200,
	/** → reset. The same for a connection to be accepted. */
	acceptSlots: 250,
	acceptBytes: 4_096,
	/** → 400. Nesting of JSON content: XS parses by recursion, and running out of stack ends the machine. */
	jsonDepth: 16,
	/** → 413. Slots of the heap that JSON content takes: one for each value, one more for an object, two for an array. */
	jsonSlots: 512,
	/**
	 * → 413. Bytes that new names of JSON members may take, in the life of the machine: those that a program does not list
	 * (`request.json(names)`) stay for ever.
	 */
	newNames: 4_096,

	/**
	 * → 503, where none of them waits for its client: the one that has waited longest makes room (and is told
	 * 503 instead, where it never came to ask). The board
	 * has 16 TCP control blocks: two are spared to say no, one for a connection that is closing. Listening
	 * takes none (esp-lwip, memp.c), at however many ports.
	 */
	connections: 13,
	/**
	 * → 503. Of these connections, those that streams must leave to other requests: whatever ten viewers do,
	 * the camera can be controlled and asked for its state. A stream is a response whose end nobody knows, as
	 * MJPEG, events, WebSockets are.
	 */
	reservedConnections: 3,
	/** → reset. Connections beyond the cap that are being told 503 at one time. */
	refusals: 2,
	/** → left in the socket. Input read beyond what is needed: holds a typical head, and a second request while the first is answered. */
	readAhead: 2_048,
	/** → closed. Content that is read only to throw it away, so that the connection serves another request. */
	maxDiscard: 16_384,
	/** → continued at the next `onWritable`. Output of one connection before others get their turn: on a host a send buffer may take megabytes. */
	writeQuantum: 65_536,

	/** → 408. A request's head, from its first byte to its last; or the first byte of a new connection, which is closed silently. */
	headTimeout: 10_000,
	/** → 408. A request's content, from when the handler asks for it. */
	contentTimeout: 10_000,
	/** → closed. Between two requests of one connection. */
	idleTimeout: 15_000,
	/** → closed. Output that the peer does not take: the time without any progress; of a response that is no stream, without a sweep in which it took `rate`. */
	writeTimeout: 20_000,
	/**
	 * → first to make room, after two sweeps. What the client of a response that is no stream has to take in each: 13 that
	 * read a byte now and then would keep everybody else out.
	 */
	minimumRate: 500,
	/**
	 * → a heartbeat (BodySource), or closed where the body has none. A stream that has nothing to send: a peer
	 * that is gone without a word shows only when something is sent. TCP's own keepalive is not to be had, as
	 * ECMA-419 and the SDK have no option for it.
	 */
	silenceTimeout: 30_000,
	/** → reset. The peer's time to read a last response and close, before we do. */
	lingerTimeout: 2_000,
	/** While clients find no place: how often it is looked who leaves the server waiting. */
	lookInterval: 100,
	/** How often the deadlines are looked at; each may be missed by as much. */
	sweepInterval: 1_000,
});

export type Limits = { readonly [Name in keyof typeof DEFAULT_LIMITS]: number };
