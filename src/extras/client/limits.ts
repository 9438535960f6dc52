import { DEFAULT_LIMITS } from "yieldcam/http/limits";

/**
 * Every limit and timeout of the client: its default, the reason for it, and (after the arrow) the result of exceeding
 * it. Sizes are in bytes, times in milliseconds.
 */
export const DEFAULT_CLIENT_LIMITS = Object.freeze({
	/**
	 * → too large. Status line and fields. Each interim response and the trailers may have the same size. Proxies add
	 * cookies and policies, 1 to 2 kB in all.
	 */
	head: 4_096,
	/** → too large. Field lines of a head or of a trailer section. A server behind a CDN sends some 20. */
	fields: 48,
	/**
	 * → too large. Content of a response, which is held in the script's heap (79 kB for everything). The response to an
	 * upload is a word.
	 */
	content: 16_384,
	/**
	 * → malformed. Responses with a status of 1xx before the final one. A server sends one or two; without a limit it
	 * could go on forever.
	 */
	interim: 8,
	/** → malformed. Nesting of JSON content: XS parses by recursion, and a stack overflow ends the machine. */
	jsonDepth: DEFAULT_LIMITS.jsonDepth,
	/** → malformed. Heap slots that JSON content takes, as in the server's limits. */
	jsonSlots: DEFAULT_LIMITS.jsonSlots,
	/** → stays in the socket. Input read at one time. */
	readAhead: 2_048,
	/**
	 * → continues at the next `onWritable`. Output before other connections get their turn: on a host a send buffer may
	 * take megabytes.
	 */
	writeQuantum: 65_536,

	/** → timeout. Resolving a name: resolvers try each of their servers for some seconds. */
	resolveTimeout: 10_000,
	/** → timeout. Connecting: time for four SYNs, three seconds apart in lwIP, over Wi-Fi that loses some. */
	connectTimeout: 10_000,
	/** → timeout. Time without progress while the server does not take output. */
	writeTimeout: 20_000,
	/**
	 * → timeout. From the request's last byte to the end of the response's head: a server may store or compute
	 * something.
	 */
	headTimeout: 20_000,
	/** → timeout. From the response's head to the end of its content. */
	contentTimeout: 20_000,
	/**
	 * → closed, without an error. Idle time between two requests if the server does not say how long it waits: uvicorn
	 * closes after 5 s. A client that closes first does not send a request into a closed connection.
	 */
	idleTimeout: 4_000,
	/**
	 * → closed, without an error. Maximum idle time if the server allows more (`Keep-Alive`): routers forget a
	 * connection after some minutes.
	 */
	maxIdle: 240_000,
	/** How often the deadlines are checked; each may be late by this time. */
	sweepInterval: 500,
});

export type ClientLimits = { readonly [Name in keyof typeof DEFAULT_CLIENT_LIMITS]: number };
