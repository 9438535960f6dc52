import { DEFAULT_LIMITS } from "yieldcam/http/limits";

/**
 * Every limit and every timeout of the client: its default, the reason, and what it ends in beyond it.
 * Sizes are bytes, times milliseconds.
 */
export const DEFAULT_CLIENT_LIMITS = Object.freeze({
	/** → too large. Status line and fields; each interim response and the trailers may have as much. Proxies add cookies and policies, 1 to 2 kB in all. */
	head: 4_096,
	/** → too large. Field lines of a head, or of a trailer section. A server behind a CDN sends some 20. */
	fields: 48,
	/** → too large. Content of a response, held in the machine's heap (79 kB for everything). What answers an upload is a word. */
	content: 16_384,
	/** → malformed. Responses with a status of 1xx before the one that counts: a server sends one, or two, and without a bound it could go on for ever. */
	interim: 8,
	/** → malformed. Nesting of JSON content: XS parses by recursion, and running out of stack ends the machine. */
	jsonDepth: DEFAULT_LIMITS.jsonDepth,
	/** → malformed. Slots of the heap that JSON content takes, as in the server's limits. */
	jsonSlots: DEFAULT_LIMITS.jsonSlots,
	/** → left in the socket. Input read at one time. */
	readAhead: 2_048,
	/** → continued at the next `onWritable`. Output before others get their turn: on a host a send buffer may take megabytes. */
	writeQuantum: 65_536,

	/** → timeout. A name's address: resolvers try each of their servers for some seconds. */
	resolveTimeout: 10_000,
	/** → timeout. A connection: time for four SYNs, three seconds apart in lwIP, through a Wi-Fi that loses some. */
	connectTimeout: 10_000,
	/** → timeout. Output that the server does not take: the time without any progress. */
	writeTimeout: 20_000,
	/** → timeout. From the request's last byte to the end of the response's head: a server may store, or think. */
	headTimeout: 20_000,
	/** → timeout. All of the response's content, from its head on. */
	contentTimeout: 20_000,
	/** → closed, which is no error. Between two requests, where the server does not say how long it waits for another: uvicorn closes after 5 s. Who closes first does not send a request into a closed connection. */
	idleTimeout: 4_000,
	/** → closed, which is no error. The same where the server says more (`Keep-Alive`): routers forget a connection in some minutes. */
	maxIdle: 240_000,
	/** How often the deadlines are looked at; each may be missed by as much. */
	sweepInterval: 500,
});

export type ClientLimits = { readonly [Name in keyof typeof DEFAULT_CLIENT_LIMITS]: number };
