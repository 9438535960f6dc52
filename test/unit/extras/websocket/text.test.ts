import { assert } from "chai";
import { decodeText, encodeText } from "yieldcam/websocket/text";

const TEXTS: [what: string, text: string, bytes: number[]][] = [
	["nothing", "", []],
	["ASCII", "a~", [0x61, 0x7e]],
	["every length of UTF-8", "é€😀", [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]],
	["code points that begin like surrogates", "\ud7ff\ud000", [0xed, 0x9f, 0xbf, 0xed, 0x80, 0x80]],
	["NULs", "\0a\0\0b\0", [0, 0x61, 0, 0, 0x62, 0]],
	["the first and last of a plane", "\uffff\u{10ffff}", [0xef, 0xbf, 0xbf, 0xf4, 0x8f, 0xbf, 0xbf]],
	["a byte order mark", "\ufeffa", [0xef, 0xbb, 0xbf, 0x61]],
];

describe("a text message", () => {
	for (const [what, text, bytes] of TEXTS) {
		it(`is UTF-8: ${what}`, () => {
			assert.deepEqual(Array.from(encodeText(text)), bytes);
			assert.equal(decodeText(Uint8Array.from(bytes)), text);
		});
	}

	it("has no lone surrogates: XS would send three bytes for each, and the peer would close", () => {
		assert.deepEqual(Array.from(encodeText("a\ud800b\udfff")), [0x61, 0xef, 0xbf, 0xbd, 0x62, 0xef, 0xbf, 0xbd]);
	});

	it("is decoded from the middle of a buffer", () => {
		const bytes = Uint8Array.of(0x78, 0x61, 0, 0x62, 0x79);
		assert.equal(decodeText(bytes.subarray(1, 4)), "a\0b");
		assert.equal(decodeText(bytes.subarray(3, 4)), "b");
	});
});
