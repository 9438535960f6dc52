import fc from "fast-check";

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 });

/** Bytes on the wire, one character per byte. */
export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A field value without surrounding blanks: visible characters and obs-text, with blanks only inside. */
export const fieldValue = fc
	.string({
		unit: fc
			.integer({ min: 0x20, max: 0xff })
			.filter((code) => code !== 0x7f)
			.map((code) => String.fromCharCode(code)),
		maxLength: 20,
	})
	.map((text) => text.replace(/^ +| +$/g, ""));

/** Text that parsers often get wrong. */
const SPOILERS = [
	"\r",
	"\n",
	"\r\n",
	"\r\n\r\n",
	"\0",
	"\t",
	" ",
	"  ",
	":",
	" :",
	",",
	";",
	"=",
	"/",
	"?",
	"#",
	"%",
	"%00",
	"\x7f",
	"\xff",
	"\\",
	'"',
	"0",
	"-1",
	"+5",
	"0x5",
	"5, 5",
	"ffffffff",
	"100000000",
	"99999999999999999999",
	"1e3",
	"HTTP/1.1",
	"HTTP/1.0",
	"HTTP/2.0",
	"http://",
	"*",
	"Host: b\r\n",
	"Content-Length: 5\r\n",
	"Content-Length: 6\r\n",
	"Transfer-Encoding: chunked\r\n",
	"Transfer-Encoding: x\r\n",
	"Connection: close\r\n",
	"Transfer-Encoding : chunked\r\n",
	" folded\r\n",
	"Expect: 100-continue\r\n",
	"0\r\n\r\n",
	": x\r\n",
	"chunked",
	"close",
];

interface Change {
	readonly at: number;
	readonly cut: number;
	readonly put: string;
}

const change: fc.Arbitrary<Change> = fc.record({
	at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
	cut: fc.integer({ min: 0, max: 3 }),
	put: fc.oneof(
		{ weight: 4, arbitrary: fc.constantFrom(...SPOILERS) },
		{ weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 3 }) },
		{ weight: 1, arbitrary: fc.constant("") },
	),
});

/** Well-formed input with some damaged places. */
export function spoiled(input: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc.tuple(input, fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
		changes.reduce((result, { at, cut, put }) => {
			const place = Math.floor(at * (result.length + 1));
			return result.slice(0, place) + put + result.slice(place + cut);
		}, text),
	);
}

/** Where to split: fractions of the whole. */
export const splits = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });

/** The ways in which input is replayed, besides whole: byte by byte, and split at these places. */
export function pieces(input: Uint8Array, places: readonly number[]): Uint8Array[][] {
	const cuts = [0, ...places.map((place) => Math.floor(place * input.length)).sort((a, b) => a - b), input.length];
	return [
		Array.from(input, (byte) => Uint8Array.of(byte)),
		cuts
			.slice(1)
			.map((end, index) => input.slice(cuts[index], end))
			.filter((piece) => piece.length > 0),
	];
}
