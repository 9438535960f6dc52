import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { PROTOCOL_ERROR } from "./close-code.ts";
import { BINARY, CLOSE, CONTROL_LENGTH, PONG } from "./frame.ts";

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** Parses the header of a client's frame (RFC 6455, 5.2). One object serves all frames in turn. */
export class FrameHeader {
	/** Length of the header in bytes. */
	size = 0;
	final = false;
	opcode = 0;
	/** Length of the payload in bytes, as the peer claims. Above 2^53 the value is approximate. */
	length = 0;
	readonly #mask = [0, 0, 0, 0];

	get control(): boolean {
		return this.opcode >= CLOSE;
	}

	/** Returns DONE, MORE if the header is not complete, or, as soon as it is wrong, the code to close with. */
	parse(bytes: Uint8Array): number {
		if (bytes.length < 2) return bytes.length === 1 && !this.begins(bytes[0]) ? PROTOCOL_ERROR : MORE;
		const short = bytes[1] & 0x7f;
		if (!this.begins(bytes[0]) || !(bytes[1] & MASKED))
			// RFC 6455, 5.1: a client MUST mask
			return PROTOCOL_ERROR;
		if (this.control && (!this.final || short > CONTROL_LENGTH)) return PROTOCOL_ERROR;
		const maskAt = short === EIGHT_BYTES ? 10 : short === TWO_BYTES ? 4 : 2;
		if (bytes.length < maskAt + 4) return MORE;
		this.length = short < TWO_BYTES ? short : number(bytes, 2, maskAt);
		// "The minimal number of bytes MUST be used", and the highest bit of eight is 0.
		if (
			(short === TWO_BYTES && this.length < 126) ||
			(short === EIGHT_BYTES && (this.length < 0x1_0000 || bytes[2] & 0x80))
		)
			return PROTOCOL_ERROR;
		for (let i = 0; i < 4; i++) this.#mask[i] = bytes[maskAt + i];
		this.size = maskAt + 4;
		return DONE;
	}

	/** Unmasks in place the part of the payload that begins at the offset. */
	unmask(bytes: Uint8Array, offset: number): void {
		const mask = this.#mask;
		for (let at = 0; at < bytes.length; at++) bytes[at] ^= mask[(offset + at) & 3];
	}

	private begins(first: number): boolean {
		this.final = (first & FINAL) !== 0;
		this.opcode = first & 0x0f;
		// No negotiated extension gives the reserved bits a meaning.
		return !(first & RESERVED) && (this.opcode <= BINARY || (this.opcode >= CLOSE && this.opcode <= PONG));
	}
}

function number(bytes: Uint8Array, start: number, end: number): number {
	let value = 0;
	for (let at = start; at < end; at++) value = value * 256 + bytes[at];
	return value;
}
