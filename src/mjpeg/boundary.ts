/**
 * What separates the parts of a stream (RFC 2046, 5.1.1). No picture may contain it, so each stream has one of its own that nobody
 * can guess: a JPEG may have any text in a comment.
 */
export class Boundary {
	/** Must not itself begin with "--", which the delimiters add. Old examples that did broke their clients. */
	readonly text: string;
	/** The first delimiter, before the first part: ffmpeg finds no stream without it. */
	readonly opening: ArrayBuffer;
	/** Follows a JPEG at once, rather than preceding the next one: a client that paints at the delimiter paints now. */
	readonly delimiter: ArrayBuffer;

	constructor() {
		this.text = "yc".concat(random(), random());
		this.opening = ArrayBuffer.fromString(`--${this.text}\r\n`);
		this.delimiter = ArrayBuffer.fromString(`\r\n--${this.text}\r\n`);
	}
}

/** Returns six characters, of 31 bits: Math.random is the board's random number generator. */
function random(): string {
	return Math.floor(Math.random() * 36 ** 6)
		.toString(36)
		.padStart(6, "0");
}
