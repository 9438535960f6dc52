import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { PROTOCOL_ERROR } from "./close-code.ts";
import { BINARY, CLOSE, CONTROL_LENGTH, PONG } from "./frame.ts";

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** The header of a client's frame (RFC 6455, 5.2). Good for one after the other. */
export class FrameHeader {
	/** Its own length. */
	size = 0;
	final = false;
	opcode = 0;
	/** Of the payload, as the peer claims. What is beyond 2^53 comes out as about that. */
	length = 0;
	readonly #mask = [0, 0, 0, 0];

	get control(): boolean {
		return this.opcode >= CLOSE;
	}

	/** Returns DONE, MORE where it is not complete, or the code to close with, as soon as it is wrong. */
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

	/** Takes the mask off, in place, of what begins at that offset of the payload. */
	unmask(bytes: Uint8Array, offset: number): void {
		const mask = this.#mask;
		for (let at = 0; at < bytes.length; at++) bytes[at] ^= mask[(offset + at) & 3];
	}

	private begins(first: number): boolean {
		this.final = (first & FINAL) !== 0;
		this.opcode = first & 0x0f;
		// No extension was negotiated that would give the reserved bits a meaning.
		return !(first & RESERVED) && (this.opcode <= BINARY || (this.opcode >= CLOSE && this.opcode <= PONG));
	}
}

function number(bytes: Uint8Array, start: number, end: number): number {
	let value = 0;
	for (let at = start; at < end; at++) value = value * 256 + bytes[at];
	return value;
}
