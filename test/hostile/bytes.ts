import type { Piece, Pieces } from "./script.ts";

/** Different for each process, so that a machine that outlives one does not know its names. */
const origin = process.pid.toString(36);
let names = 0;

/** The bytes of the pieces; fresh names differ each time. */
export function bytesOf(pieces: Pieces): Buffer {
	return Buffer.from(textOf(pieces), "latin1");
}

/** A name of the given number of letters (or a few more, if that is not enough) that was never used before. */
export function freshName(length: number): string {
	return `n${(names++).toString(36)}_${origin}`.padEnd(length, "x");
}

function textOf(pieces: Pieces): string {
	return typeof pieces === "string" ? pieces : pieces.map(textOfPiece).join("");
}

function textOfPiece(piece: Piece): string {
	if (typeof piece === "string") return piece;
	if ("repeat" in piece) return Array.from({ length: piece.count }, () => textOf(piece.repeat)).join("");
	if ("fresh" in piece) return freshName(piece.fresh);
	if ("body" in piece) {
		const content = textOf(piece.body);
		return `Content-Length: ${Math.max(0, content.length + (piece.more ?? 0))}\r\n\r\n${content}`;
	}
	return "chunked" in piece
		? chunks(textOf(piece.chunked), piece.size, piece.open ?? false)
		: frame(textOf(piece.masked), piece.first ?? 0x81);
}

function chunks(content: string, size: number, open: boolean): string {
	let text = "Transfer-Encoding: chunked\r\n\r\n";
	for (let at = 0; at < content.length; at += Math.max(1, size)) {
		const chunk = content.slice(at, at + Math.max(1, size));
		text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
	}
	return open ? text : `${text}0\r\n\r\n`;
}

/** A frame from a client (RFC 6455, 5.2), with a mask that shows whether the server removes it. */
function frame(payload: string, first: number): string {
	const { length } = payload,
		mask = [0x11, 0x22, 0x44, 0x88];
	const size =
		length < 126
			? [0x80 | length]
			: length < 65_536
				? [0xfe, length >> 8, length & 0xff]
				: [0xff, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
	const masked = Array.from(payload, (letter, i) => letter.charCodeAt(0) ^ mask[i % 4]);
	return Buffer.from([first, ...size, ...mask, ...masked]).toString("latin1");
}
