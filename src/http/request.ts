import type { Content } from "./engine/content.ts";
import { handled } from "./handled.ts";
import { HttpError, unavailable } from "./http-error.ts";
import type { ReceivedHeaders } from "./received-headers.ts";
import type { Head } from "./syntax/head.ts";
import { lowerCase } from "./syntax/scan.ts";
import { type JsonContext, type JsonLimits, parseJson, parseText, type UnknownName } from "./json.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { UNLIMITED_MACHINE } from "./machine.ts";
import { NewNames } from "./new-names.ts";
import { NO_PARAMS, type Params } from "./syntax/pattern.ts";
import { Query } from "./query.ts";
import type { Reporter } from "./reporter.ts";
import { hasRoomForText } from "./text-memory.ts";

/** What a request needs from its connection. */
export interface RequestLink extends Reporter {
	readonly remoteAddress: string | undefined;
	/** Whether the handler is called again for a request that was queued. */
	readonly retrying: boolean;
	/** Reserves a handler place. Returns false if none is free. */
	acquireHandler(): boolean;
	readonly hasHandler: boolean;
	/** Has the request wait in the queue if its handler, which has not begun, answers 503 now. */
	waitForTurn(): void;
	/** Ensures that the heap has room for this many bytes. If it has not, closes connections that wait for their clients. */
	freeMemory(bytes: number, evenStreams?: boolean): boolean;
	/**
	 * Ends the connection of the client that takes its response most slowly, for memory outside the heap. Returns false
	 * if none is slow.
	 */
	abortSlowest(): boolean;
	/** Marks its client as the owner. When memory is short, its needs come first. */
	markTrusted(): void;
	/** Ends the exchange wherever it is. An upgraded protocol sends its closing message first. */
	terminate(): void;
}

/** Observes when a request is over. */
export interface RequestWatcher {
	/** Called when the response is complete, or never will be. */
	finished(request: Request): void;
}

/** It has no room, so it never changes: it is in flash, where xsl wants everything frozen. */
const NO_NEW_NAMES = new NewNames(UNLIMITED_MACHINE, 0);
Object.freeze(NO_NEW_NAMES);

/** What a request needs from its server. */
export interface RequestContext extends JsonContext {
	readonly limits: JsonLimits & Pick<Limits, "parameters">;
}

/** The context of a request that came without a connection. */
const STANDALONE: RequestContext = Object.freeze({
	limits: DEFAULT_LIMITS,
	machine: UNLIMITED_MACHINE,
	newNames: NO_NEW_NAMES,
});

/** One request, as a handler sees it. */
export class Request implements Reporter {
	readonly method: string;
	/** The request-target as it was sent. */
	readonly target: string;
	/**
	 * The target's path, without the query. Letters, digits and "-._~" are decoded in it, everything else is still percent-encoded:
	 * "/%70rivate" is "/private", and "%2F" is not a slash.
	 */
	readonly path: string;
	/** The host and port that the client asked for, from the target or the Host field. */
	readonly host: string;
	readonly version: "1.0" | "1.1";
	/** Whether it is a request of RTSP (RFC 2326), and not of HTTP. */
	readonly rtsp: boolean;
	readonly headers: ReceivedHeaders;
	readonly remoteAddress: string | undefined;
	/** What the router's pattern captured, percent-decoded. */
	params: Params = NO_PARAMS;

	readonly #query: string;
	readonly #content: Content | undefined;
	readonly #context: RequestContext;
	/** Undefined once the request is over. */
	protected link: RequestLink | undefined;
	protected watcher: RequestWatcher | undefined;
	protected isClosed = false;
	protected hooks: (() => void)[] | undefined;

	/** @param link The connection that it came from, if any. */
	constructor(head: Head, content?: Content, link?: RequestLink, host: RequestContext = STANDALONE) {
		this.method = head.method;
		this.target = head.target;
		this.path = head.path;
		this.host = head.host;
		this.version = head.version;
		this.rtsp = head.rtsp;
		this.headers = head.headers;
		this.remoteAddress = link?.remoteAddress;
		this.#query = head.query;
		this.#content = content;
		this.link = link;
		this.#context = host;
	}

	/**
	 * The target's query. Throws an HttpError 400 if it has more than `limits.parameters` pairs.
	 */
	get query(): Query {
		return new Query(this.#query, this.#context.limits.parameters);
	}

	/** Whether the client disconnected, or the server closed, before the response was complete. */
	get closed(): boolean {
		return this.isClosed;
	}

	/** Calls the hook when the request becomes closed, or at once if it is closed. */
	onClose(hook: () => void): void {
		if (this.isClosed) hook();
		else (this.hooks ??= []).push(hook);
	}

	/**
	 * Returns the content. A client that waits for "100 Continue" receives it now. Rejects with an HttpError if the
	 * content is malformed (400), too large (413) or too slow (408), or if there is no memory for it (503). If the
	 * handler does not catch that error, it becomes the response. May be called again.
	 */
	bytes(): Promise<Uint8Array> {
		return this.#content ? this.#content.read() : Promise.resolve(new Uint8Array(0));
	}

	/** Bytes of content that have not been read yet; undefined while nobody knows how many there will be. */
	get contentLength(): number | undefined {
		const left = this.#content?.left ?? 0;
		return left === Infinity ? undefined : left;
	}

	/**
	 * Passes the content to `take`, in blocks of up to `limits.readAhead` bytes, as it arrives. None of it is kept: a PUT may have as
	 * much as `limits.upload`. A block is valid until `take` returns. If `take` returns false, it is called again after `resume`, and
	 * the client waits meanwhile. Resolves when all of it was taken. Rejects as `bytes` does, except that content may take as long as
	 * it gets on, and with what `take` throws.
	 *
	 * @example
	 * await request.receive((block) => {
	 * 	file.write(block);
	 * 	return true;
	 * });
	 */
	receive(take: (block: Uint8Array) => boolean): Promise<void> {
		return handled((this.#content ? this.#content.stream(take) : Promise.resolve()).then(() => {}));
	}

	/** Has the function that was passed to `receive` called again. */
	resume(): void {
		this.#content?.resume();
	}

	/**
	 * Returns the content as text. Rejects as `bytes` does, and with an HttpError if it is compressed (415) or not UTF-8
	 * (400), or if there is no memory for the text and for a response of JSON that contains it (503).
	 */
	text(): Promise<string> {
		return handled(
			this.textBytes().then((bytes) => {
				if (!hasRoomForText(bytes, (room) => this.freeMemory(room))) throw unavailable();
				return parseText(bytes);
			}),
		);
	}

	/**
	 * Returns the content of a form (application/x-www-form-urlencoded), whatever its type says. Rejects as `text` does, and with an
	 * HttpError 400 if it has more than `limits.parameters` pairs. It takes no memory for the pairs: do not split the text instead,
	 * since each "&" would take a slot.
	 *
	 * @example
	 * const password = (await request.form()).get("password") ?? "";
	 */
	form(): Promise<Query> {
		return handled(this.text().then((text) => new Query(text, this.#context.limits.parameters)));
	}

	/**
	 * Parses the content as JSON. Rejects as `text` does, and with an HttpError if the JSON is malformed or nested too
	 * deep (400), has too many values (413), or if there is no memory for it (503).
	 *
	 * @param names The members to read; others are left out. Without it, all members are read, but new names take
	 * memory for as long as the machine runs, so that beyond `limits.newNames` they are an HttpError 413.
	 * @param unknown Called with each other name, cut to 64 bytes, and its depth, from 1. Errors that it throws are
	 * rethrown.
	 *
	 * @example
	 * const { forward, turn } = await request.json(["forward", "turn"]) as { forward?: unknown; turn?: unknown };
	 */
	json(names?: readonly string[], unknown?: UnknownName): Promise<unknown> {
		const { limits, machine, newNames } = this.#context;
		return handled(
			this.textBytes().then((bytes) => parseJson(bytes, limits, { names, unknown, machine, newNames })),
		);
	}

	/** Returns the content without the mark at its beginning that some programs put there (BOM; RFC 8259, 8.1). */
	private textBytes(): Promise<Uint8Array> {
		const coding = this.headers.get("content-encoding");
		if (coding && lowerCase(coding) !== "identity")
			return Promise.reject(
				new HttpError(415, "the content must not be compressed", { "Accept-Encoding": "identity" }),
			);
		return this.bytes().then((bytes) =>
			bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes,
		);
	}

	/**
	 * Reserves a handler place before an await that cannot be canceled. Returns false if none is free. A handler that
	 * returns a promise without a place gets one then, or is rejected as if its client had disconnected.
	 */
	acquireHandler(): boolean {
		return this.link?.acquireHandler() ?? true;
	}

	/** Reports whether it has a handler place. */
	get hasHandler(): boolean {
		return this.link?.hasHandler ?? true;
	}

	/**
	 * For a handler that is about to answer 503 because something of its own is busy: its request waits in the queue, for up to
	 * `limits.queueTimeout`, and it is called again now and then. The 503 is sent only if that does not help.
	 */
	waitForTurn(): void {
		this.link?.waitForTurn();
	}

	/**
	 * Ensures that the heap has room for this many bytes, for a handler that has waited since it was called: the room that there was
	 * then may have been taken. If there is none, closes connections that wait for their clients. Returns false if that is not enough.
	 */
	freeMemory(bytes: number): boolean {
		return this.link?.freeMemory(bytes) ?? this.#context.machine.room(0, bytes);
	}

	/**
	 * Closes the connection of the client that takes its response most slowly, for a handler that lacks memory outside
	 * the heap. Returns false if none is slow.
	 */
	abortSlowest(): boolean {
		return this.link?.abortSlowest() ?? false;
	}

	/** Marks the client as the owner's: when memory is short, its requests may close any streams. */
	markTrusted(): void {
		this.link?.markTrusted();
	}

	/**
	 * Notifies the watcher when the response is complete or never will be, or at once if it already is. A request has
	 * one watcher.
	 */
	onFinished(watcher: RequestWatcher): void {
		if (this.link) this.watcher = watcher;
		else watcher.finished(this);
	}

	/**
	 * Denies the handler content that has not arrived: reading it rejects with an HttpError 503. For a request that is no
	 * longer admitted.
	 */
	denyContent(): void {
		this.#content?.fail(503);
	}

	/** Reports whether the handler was called before for this request, which has waited for a place since. */
	get retried(): boolean {
		return this.link?.retrying ?? false;
	}

	/** Logs an error that comes too late for a response, unless the request is over. */
	report(error: unknown): void {
		this.link?.report(error);
	}

	/**
	 * Ends the connection at once, however much of the response is sent. A WebSocket sends its closing message first.
	 */
	abort(): void {
		this.link?.terminate();
	}
}
