import type { Budget } from "yieldcam/http/engine/budget";
import type { Input } from "yieldcam/http/engine/input";
import type { JsonContext } from "yieldcam/http/json";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { isUtf8 } from "yieldcam/http/syntax/utf8";
import { INVALID_DATA, PROTOCOL_ERROR, TOO_BIG, TRY_AGAIN_LATER } from "./close-code.ts";
import { BINARY, CONTINUATION, TEXT } from "./frame.ts";
import { FrameHeader } from "./frame-header.ts";
import { Message } from "./message.ts";
import { Payload } from "./payload.ts";

/**
 * Reads a client's frames. It holds one message. Until that is taken, it reads control frames but no further data
 * frame, so that TCP holds back a peer that sends faster than its messages are read.
 */
export class Reader {
	readonly #limit: number;
	readonly #host: JsonContext;
	readonly #header = new FrameHeader();
	readonly #data: Payload;
	readonly #control: Payload;
	/** Bytes left of the payload of the current frame. */
	#left = 0;
	#offset = 0;
	#inFrame = false;
	/** The message's opcode while more frames of it are expected, otherwise 0. */
	#opcode = 0;
	#message: Message | undefined;

	/** Number of messages that have begun. */
	begun = 0;

	/** @param limit Maximum bytes of a message. */
	constructor(limit: number, host: JsonContext, budget: Budget) {
		this.#limit = limit;
		this.#host = host;
		this.#data = new Payload(budget);
		this.#control = new Payload(budget);
	}

	/** Reports whether a message is ready to be taken. */
	get full(): boolean {
		return this.#message !== undefined;
	}

	/** Reports whether a message has begun and not ended. */
	get unfinished(): boolean {
		return this.#opcode !== 0;
	}

	/** The payload of the last control frame. */
	get control(): Uint8Array {
		return this.#control.bytes;
	}

	/** Takes the message that is ready. */
	take(): Message | undefined {
		const message = this.#message;
		this.#message = undefined;
		if (message) this.#data.release();
		return message;
	}

	/** Releases the budget; a message that is ready stays valid. */
	release(): void {
		this.#data.release();
		this.#control.release();
	}

	/**
	 * Reads on. Returns the opcode of the message or control frame that is complete now, MORE, or the code to close
	 * with.
	 */
	read(input: Input): number {
		const header = this.#header;
		if (!this.#inFrame) {
			const verdict = this.begin(input);
			if (verdict !== DONE) return verdict;
		}
		const payload = header.control ? this.#control : this.#data;
		const count = Math.min(this.#left, input.length);
		if (count > 0) {
			const arrived = input.bytes.subarray(0, count);
			header.unmask(arrived, this.#offset);
			const most = header.control || header.final ? this.#left - count : this.#limit - this.#data.length - count;
			if (!payload.append(arrived, most)) return TRY_AGAIN_LATER;
			input.consume(count);
			this.#offset += count;
			this.#left -= count;
		}
		if (this.#left > 0) return MORE;
		this.#inFrame = false;
		return header.control ? header.opcode : this.endData();
	}

	private begin(input: Input): number {
		const header = this.#header;
		const verdict = header.parse(input.bytes);
		if (verdict !== DONE) return verdict;
		if (header.control) this.#control.release();
		else {
			if (this.#message) return MORE;
			// Only a message's own frames may follow until it ends (RFC 6455, 5.4).
			if ((header.opcode === CONTINUATION) !== this.unfinished) return PROTOCOL_ERROR;
			// Refused before a byte of it is read: the announced length is enough.
			if (this.#data.length + header.length > this.#limit) return TOO_BIG;
			if (!this.unfinished) {
				this.#opcode = header.opcode;
				this.begun++;
			}
		}
		input.consume(header.size);
		this.#inFrame = true;
		this.#left = header.length;
		this.#offset = 0;
		return DONE;
	}

	private endData(): number {
		if (!this.#header.final) return MORE;
		const opcode = this.#opcode;
		const { bytes } = this.#data;
		this.#opcode = 0;
		if (opcode === TEXT && !isUtf8(bytes)) return INVALID_DATA;
		this.#message = new Message(bytes, opcode === BINARY, this.#host);
		return opcode;
	}
}
