import { LARGE } from "yieldcam/http/body";
import type { Block } from "yieldcam/http/body";
import type { Input } from "yieldcam/http/engine/input";
import type { Bytes } from "yieldcam/http/io";
import type { ConnectionLink } from "yieldcam/http/connection-link";
import { MORE } from "yieldcam/http/syntax/field-section";
import { handled } from "yieldcam/http/handled";
import type { UpgradedProtocol } from "yieldcam/http/upgraded-protocol";
import type { Request } from "yieldcam/http/request";
import { isUtf8 } from "yieldcam/http/syntax/utf8";
import {
	ABNORMAL,
	GOING_AWAY,
	INTERNAL_ERROR,
	INVALID_DATA,
	isCloseCode,
	NO_STATUS,
	NORMAL,
	POLICY_VIOLATION,
	PROTOCOL_ERROR,
	TRY_AGAIN_LATER,
} from "./close-code.ts";
import { BINARY, CLOSE, closeFrame, isReason, PING, PONG, TEXT } from "./frame.ts";
import { ALIVE, ENDLESS, Keepalive, SILENT } from "./keepalive.ts";
import type { WebSocketLimits } from "./limits.ts";
import type { Message } from "./message.ts";
import { Outbox } from "./outbox.ts";
import { Reader } from "./reader.ts";
import { decodeText, encodeText } from "./text.ts";
import { WebSocketError } from "./web-socket-error.ts";

const OPEN = 0;

/**
 * The peer closed, or broke the protocol, while the handler was busy with a message. The handler's output goes out
 * before our Close.
 */
const LEFT = 1;
/** Our Close was sent or queued; the peer's has not come. */
const CLOSING = 2;
/** The peer's Close has come, or is not expected: the connection ends after ours. */
const PARTING = 3;
const ENDED = 4;

const END: IteratorResult<Message> = Object.freeze({ done: true, value: undefined });

/** Runs a connection after the handshake (RFC 6455, 5 to 7), between a WebSocket and the server. */
export class Session implements UpgradedProtocol {
	readonly #request: Request;
	readonly #limits: WebSocketLimits;
	readonly #run: () => Promise<void>;
	readonly #outbox: Outbox;
	readonly #keepalive = new Keepalive();
	/** What `send` returns for messages that the socket has taken at once. */
	#done: Promise<void> | undefined;
	#refused: Promise<void> | undefined;
	#link: ConnectionLink | undefined;
	#reader: Reader | undefined;
	#state = OPEN;
	#wake: (() => void) | undefined;
	#waiting: ((result: IteratorResult<Message>) => void) | undefined;
	/** The handler has a message, and has not asked for the next. */
	#handling = false;
	/** The code of our Close in answer to what the peer did. */
	#answer: number | undefined;

	/** The code of the peer's Close, or of ours if the peer sent none. */
	closeCode: number | undefined;
	closeReason = "";

	/** Whether the handler is at work. */
	working = false;
	onDone: (() => void) | undefined;

	/** @param run The user's handler; the connection ends with it. */
	constructor(request: Request, limits: WebSocketLimits, run: () => Promise<void>) {
		this.#request = request;
		this.#limits = limits;
		this.#run = run;
		this.#outbox = new Outbox(limits.queue);
	}

	get bufferedAmount(): number {
		return this.#outbox.bufferedAmount;
	}

	open(link: ConnectionLink): void {
		const { server, deadline } = link;
		this.#link = link;
		this.#reader = new Reader(this.#limits.message, server, server.streamMemory);
		deadline.set(this.#limits.keepalive);
		this.working = true;
		// Not on this stack: the handler may send to others, which costs as much of it again for each connection.
		Promise.resolve()
			.then(this.#run)
			.then(
				() => {
					this.done();
					this.part(CLOSING, NORMAL);
				},
				(error) => {
					this.done();
					this.failed(error);
				},
			);
	}

	private done(): void {
		this.working = false;
		this.onDone?.();
	}

	pull(wake: () => void): Block | undefined | null {
		const block = this.#outbox.next();
		if (block) return block;
		if (this.#outbox.closed && this.#state === PARTING) return null;
		this.#wake = wake;
		return undefined;
	}

	receive(input: Input): boolean {
		if (this.#state === ENDED) return false;
		const { length } = input;
		if (this.#state === PARTING || this.#state === LEFT) {
			input.clear();
			return length > 0;
		}
		const verdict = input.denied ? TRY_AGAIN_LATER : this.#reader!.read(input);
		const progress = input.length < length;
		this.#keepalive.heard ||= progress;
		if (verdict === MORE) return progress;
		this.received(verdict);
		return true;
	}

	expire(): boolean {
		const { deadline, sender } = this.#link!;
		const { keepalive, pongTimeout, closeTimeout } = this.#limits;
		if (this.#state === LEFT) {
			// the handler has had its time
			this.part(PARTING);
			deadline.set(closeTimeout);
			return true;
		}
		if (this.#state !== OPEN) return false;
		switch (this.#keepalive.check(this.#outbox.busy, sender.sent, this.#reader!)) {
			case ALIVE:
				deadline.set(keepalive);
				return true;
			case SILENT:
				deadline.set(pongTimeout);
				this.#outbox.ping();
				this.wakeUp();
				return true;
			case ENDLESS:
				this.fail(POLICY_VIOLATION, "the message does not end");
				return true;
			default:
				return false;
		}
	}

	shutDown(): void {
		this.fail(GOING_AWAY);
	}

	/** Handles the end of the connection, regardless of which side ended it. */
	close(): void {
		this.#wake = undefined;
		this.closeCode ??= ABNORMAL;
		this.#state = ENDED;
		this.#reader?.release();
		this.#outbox.end(this.error());
		this.endMessages();
	}

	/** Sends a message as soon as there is room. */
	send(data: string | Bytes): Promise<void> {
		if (!this.talking) return this.refused();
		const text = typeof data === "string";
		const payload = text ? this.encode(data) : data;
		if (!payload) {
			this.fail(TRY_AGAIN_LATER, "there is no memory for a message");
			return this.refused();
		}
		if (this.#outbox.isFullFor(payload.byteLength) || !this.fits(payload.byteLength)) {
			this.fail(TRY_AGAIN_LATER, "messages are not read");
			return this.refused();
		}
		const message = this.#outbox.send(text ? TEXT : BINARY, payload);
		this.wakeUp();
		return message.over ? (this.#done ??= Promise.resolve()) : message.sent;
	}

	/**
	 * Encodes a text. Several sessions that send the same large one in a turn share its bytes. Returns undefined if there is no
	 * memory for it.
	 */
	private encode(text: string): Uint8Array | undefined {
		const link = this.#link!,
			{ lastText } = link.server;
		if (lastText.bytes && lastText.text === text) return lastText.bytes;
		const { length } = text;
		// A character takes a byte, or two or three in other scripts than Latin.
		if (length >= LARGE && !link.freeMemory(2 * length)) return undefined;
		const bytes = encodeText(text);
		if (length < LARGE) return bytes;
		if (!lastText.bytes)
			void Promise.resolve().then(() => {
				lastText.text = "";
				lastText.bytes = undefined;
			});
		lastText.text = text;
		lastText.bytes = bytes;
		return bytes;
	}

	/** One promise for all messages that come too late. */
	private refused(): Promise<void> {
		return (this.#refused ??= handled(Promise.reject(this.error())));
	}

	/**
	 * A message that a slow peer does not take stays in the heap, and so does everything that waits for its promise: some fifty
	 * slots for each `await`.
	 */
	private fits(length: number): boolean {
		if (!this.#outbox.busy) return true;
		const link = this.#link!,
			{ limits, machine } = link.server;
		return length < LARGE ? machine.room(limits.acceptSlots, limits.acceptBytes + length) : link.freeMemory(length);
	}

	/** Sends what is queued, and then a Close. */
	leave(code: number, reason: string): void {
		if (!isCloseCode(code)) throw new RangeError(`invalid close code ${code}`);
		if (!isReason(reason)) throw new RangeError("a close reason must not exceed 123 bytes");
		this.part(CLOSING, code, reason);
	}

	/** Returns the next message, or the end once the connection closes or is lost. */
	next(): Promise<IteratorResult<Message>> {
		if (this.#waiting) return Promise.reject(new TypeError("another call already waits for the next message"));
		const message = this.#reader?.take();
		this.#handling = message !== undefined;
		if (message) {
			this.#link!.run(); // there may be another
			return Promise.resolve({ done: false, value: message });
		}
		if (this.#state === LEFT) this.part(PARTING);
		if (this.#state !== OPEN) return Promise.resolve(END);
		return new Promise((resolve) => {
			this.#waiting = resolve;
		});
	}

	/** Reports whether messages may be sent. */
	private get talking(): boolean {
		return this.#state === OPEN || this.#state === LEFT;
	}

	private received(verdict: number): void {
		const reader = this.#reader!;
		switch (verdict) {
			case TEXT:
			case BINARY:
				if (this.#state !== OPEN) reader.take();
				else if (this.#waiting) {
					const resolve = this.#waiting;
					this.#waiting = undefined;
					this.#handling = true;
					resolve({ done: false, value: reader.take()! });
				}
				return;
			case PING:
				if (this.#state === OPEN) {
					this.#outbox.pong(reader.control);
					this.wakeUp();
				}
				return;
			case PONG:
				return;
			case CLOSE:
				return this.receivedClose(reader.control);
			default:
				return this.lose(verdict, verdict);
		}
	}

	/** RFC 6455, 5.5.1. */
	private receivedClose(payload: Uint8Array): void {
		const code = payload.length >= 2 ? (payload[0] << 8) | payload[1] : NO_STATUS;
		const reason = payload.subarray(2);
		if (payload.length === 1 || (payload.length > 0 && !isCloseCode(code)))
			return this.lose(PROTOCOL_ERROR, PROTOCOL_ERROR);
		if (!isUtf8(reason)) return this.lose(INVALID_DATA, INVALID_DATA);
		this.lose(payload.length > 0 ? code : undefined, code, decodeText(reason));
	}

	/**
	 * Ignores all further input: the peer has closed, or must be dropped (RFC 6455, 7.1.7). Earlier messages are still
	 * handled.
	 */
	private lose(answer: number | undefined, code: number, reason = ""): void {
		if (this.#state === CLOSING) return this.enter(PARTING);
		this.closeCode = code;
		this.closeReason = reason;
		this.#answer = answer;
		this.enter(LEFT);
		if (!this.#handling && !this.#reader!.full) this.part(PARTING);
	}

	/** Ends the connection after an error. What waits to be sent is dropped. */
	private fail(code: number, reason = ""): void {
		if (this.talking) {
			this.#outbox.drop(new WebSocketError(code, reason));
			this.part(PARTING, code, reason);
		} else if (this.#state === CLOSING) this.enter(PARTING);
	}

	/** Handles an error from the handler. A WebSocketError's message is for the peer, or came from this class. */
	private failed(error: unknown): void {
		const said = error instanceof WebSocketError;
		if (said && !this.talking) return;
		if (said && isCloseCode(error.code) && isReason(error.message))
			return this.part(CLOSING, error.code, error.message);
		this.#link!.server.report(error, this.#request);
		this.part(CLOSING, INTERNAL_ERROR);
	}

	/** Sends our Close after what is queued. If the peer closed before, its code takes precedence. */
	private part(state: number, code?: number, reason = ""): void {
		if (!this.talking) return;
		if (this.#state === LEFT) {
			this.#outbox.close(closeFrame(this.#answer));
			return this.enter(PARTING);
		}
		this.#outbox.close(closeFrame(code, reason));
		this.closeCode = code;
		this.closeReason = reason;
		if (state === CLOSING) this.#reader!.take();
		this.enter(state);
	}

	private enter(state: number): void {
		if (this.#state === OPEN) this.#link!.deadline.set(this.#limits.closeTimeout);
		this.#state = state;
		this.endMessages();
		this.wakeUp();
	}

	private endMessages(): void {
		const resolve = this.#waiting;
		this.#waiting = undefined;
		resolve?.(END);
	}

	private error(): WebSocketError {
		return new WebSocketError(this.closeCode ?? ABNORMAL, this.closeReason || "the connection is closed");
	}

	private wakeUp(): void {
		const wake = this.#wake;
		this.#wake = undefined;
		wake?.();
	}
}
