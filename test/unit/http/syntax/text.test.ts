import { assert } from "chai";
import { base64, fromBase64, isBase64 } from "yieldcam/http/syntax/base64";
import {
	hasControls,
	indexOfEither,
	isAuthority,
	isBase64Text,
	isDigits,
	isHexDigits,
	isLabel,
	isTargetText,
	isToken,
} from "yieldcam/http/syntax/characters";
import { hasToken } from "yieldcam/http/syntax/message-framing";
import { isSameHost, parseOrigin, withoutPort } from "yieldcam/http/syntax/origin";
import { Pattern } from "yieldcam/http/syntax/pattern";
import { isUtf8, latin1, utf8 } from "yieldcam/http/syntax/utf8";

/** A NUL and its neighbors, spelled out, because XS takes the escape in a literal for its end. */
const NUL = String.fromCharCode(0);

describe("UTF-8", () => {
	for (const [what, ...bytes] of [
		["the first of one byte", 0x00],
		["the last of one byte", 0x7f],
		["the first of two bytes", 0xc2, 0x80],
		["the last of two bytes", 0xdf, 0xbf],
		["the first of three bytes", 0xe0, 0xa0, 0x80],
		["one before the lowest second byte", 0xe1, 0x80, 0x80],
		["the last before the surrogates", 0xed, 0x9f, 0xbf],
		["the first after them", 0xee, 0x80, 0x80],
		["the last of three bytes", 0xef, 0xbf, 0xbf],
		["the first of four bytes", 0xf0, 0x90, 0x80, 0x80],
		["one with a low second byte", 0xf1, 0x80, 0x80, 0x80],
		["the last of all", 0xf4, 0x8f, 0xbf, 0xbf],
	] as const)
		it(`accepts ${what}: ${bytes.map((byte) => byte.toString(16)).join(" ")}`, () =>
			assert.isTrue(isUtf8(Uint8Array.from(bytes))));

	for (const [what, ...bytes] of [
		["a second byte alone", 0x80],
		["an overlong form of two", 0xc1, 0xbf],
		["one without its second byte", 0xc2],
		["one whose second byte is not a continuation", 0xc2, 0x7f],
		["one whose second byte is too large", 0xc2, 0xc0],
		["an overlong form of three", 0xe0, 0x9f, 0xbf],
		["one of three that ends early", 0xe1, 0x80],
		["one whose third byte is not a continuation", 0xe1, 0x80, 0xc0],
		["the first surrogate", 0xed, 0xa0, 0x80],
		["an overlong form of four", 0xf0, 0x8f, 0xbf, 0xbf],
		["a code point beyond Unicode", 0xf4, 0x90, 0x80, 0x80],
		["a byte that starts no character", 0xf5, 0x80, 0x80, 0x80],
		["one of four that ends early", 0xf0, 0x90, 0x80],
	] as const)
		it(`rejects ${what}: ${bytes.map((byte) => byte.toString(16)).join(" ")}`, () =>
			assert.isFalse(isUtf8(Uint8Array.from(bytes))));

	it("is rejected if it contains a NUL anywhere", () => {
		for (const text of [NUL, `${NUL}ab`, `a${NUL}b`, `ab${NUL}`])
			assert.isUndefined(utf8(Uint8Array.from(text, (character) => character.charCodeAt(0))));
		assert.equal(utf8(Uint8Array.of(1, 0x61)), "\u0001a");
		assert.equal(utf8(new Uint8Array(0)), "");
	});
});

describe("Latin-1", () => {
	it("maps each byte to the character of that number", () => {
		const bytes = Uint8Array.from({ length: 255 }, (_, at) => at + 1);
		assert.equal(latin1(bytes), Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
		assert.equal(latin1(Uint8Array.from({ length: 9 }, () => 0xff)), "ÿ".repeat(9), "twice as long in memory");
	});
});

describe("base64", () => {
	for (const [text, bytes] of [
		["", []],
		["AA==", [0]],
		["AA", [0]],
		["AAA=", [0, 0]],
		["AAA", [0, 0]],
		["AAAA", [0, 0, 0]],
		["AAAAAA==", [0, 0, 0, 0]],
		["/+8A", [0xff, 0xef, 0]],
		["////", [255, 255, 255]],
		["Pz8/", [63, 63, 63]],
		["A", undefined],
		["A===", undefined],
		["AAAAA", undefined],
		["AA=A", undefined],
		["AA!=", undefined],
		["!AAA", undefined],
		["AAA ", undefined],
		["AAAA====", undefined],
		["AA===", undefined],
		["AAA===", undefined],
	] as const)
		it(`of ${JSON.stringify(text)} is ${bytes ? bytes.join(" ") || "nothing" : "invalid"}`, () => {
			const found = fromBase64(text);
			assert.deepEqual(found && [...found], bytes && [...bytes]);
			assert.equal(isBase64Text(text), found !== undefined);
			if (found) assert.equal(base64(found).replace(/=+$/, ""), text.replace(/=+$/, ""));
		});

	it("of a given number of bytes is padded", () => {
		assert.isTrue(isBase64("AA==", 1));
		assert.isFalse(isBase64("AA", 1));
		assert.isFalse(isBase64("AAA=", 1));
		assert.isTrue(isBase64("", 0));
	});
});

describe("characters", () => {
	for (const [authority, expected] of [
		["cam", true],
		["cam:80", true],
		["cam:", true],
		["", true],
		[":80", true],
		["[::1]", true],
		["[::1]:80", true],
		["[::1]:", true],
		["[]", false],
		["[]:80", false],
		["[::1", false],
		["[::1]80", false],
		["[::1x", false],
		["[::1:80", false],
		["cam:8a", false],
		["a@cam", false],
		["cam/", false],
	] as const)
		it(`are${expected ? "" : " not"} those of an authority: ${authority}`, () =>
			assert.equal(isAuthority(authority), expected));

	it("that are digits are at least one", () => {
		for (const [text, decimal, hexadecimal] of [
			["", false, false],
			["0", true, true],
			["9", true, true],
			["09", true, true],
			["a", false, true],
			["F", false, true],
			["g", false, false],
			[":", false, false],
			["/", false, false],
			["@", false, false],
			["1 ", false, false],
		] as const) {
			assert.equal(isDigits(text), decimal, text);
			assert.equal(isHexDigits(text), hexadecimal, text);
		}
	});

	it("of a request-target are all visible", () => {
		for (const text of ["/", "/a?b={|}", "*", "/~!"]) assert.isTrue(isTargetText(text), text);
		for (const text of [" /a", "/a ", "/a#b", "#", "/\u007f", "\u0001/", "/é"])
			assert.isFalse(isTargetText(text), JSON.stringify(text));
	});

	it("of a token are ASCII, without controls, blanks and separators", () => {
		for (const text of ["a", "!#$%&'*+-.^_`|~09AZaz"]) assert.isTrue(isToken(text), text);
		for (const text of ["", NUL, `a${NUL}`, " ", "@", "\u007f", "é", "\u0080", "a b", "a:", '"'])
			assert.isFalse(isToken(text), JSON.stringify(text));
	});

	it("of a label have no hyphen at its ends", () => {
		for (const [text, expected] of [
			["a", true],
			["a-b", true],
			["0a", true],
			["-a", false],
			["a-", false],
			["-", false],
			["", false],
			["a.b", false],
			["a_b", false],
		] as const)
			assert.equal(isLabel(text), expected, text);
	});

	it("that are controls are found anywhere; the tab is not one", () => {
		for (const text of [`${NUL}a`, `a${NUL}`, "\u0001", "a\r", "\nb", "\u007f", "a\u001f"])
			assert.isTrue(hasControls(text), JSON.stringify(text));
		for (const text of ["", "a", "\t", "a\tb", " ~", "é"]) assert.isFalse(hasControls(text), JSON.stringify(text));
	});

	for (const [text, expected] of [
		["", -1],
		["x", -1],
		["a", 0],
		["b", 0],
		["xa", 1],
		["xb", 1],
		["ab", 0],
		["ba", 0],
		["xab", 1],
		["xba", 1],
	] as const)
		it(`the first of two is at ${expected} in "${text}"`, () => {
			assert.equal(indexOfEither(text, "a", "b"), expected);
			assert.equal(indexOfEither(text, "b", "a"), expected);
		});
});

describe("a list's members", () => {
	for (const [list, expected] of [
		["close", true],
		["Close", true],
		[" close ", true],
		["a,close", true],
		["close,a", true],
		[",close", true],
		[",,a , close", true],
		["a,b", false],
		["", false],
		["closed", false],
		["aclose", false],
		["close a", false],
	] as const)
		it(`${expected ? "have" : "lack"} the token: "${list}"`, () => assert.equal(hasToken(list, "close"), expected));
});

describe("an origin", () => {
	for (const [url, name, port] of [
		["http://cam", "cam", 80],
		["HTTP://Cam:80/x", "cam", 80],
		["https://[::1]:8443/a/b", "[::1]", 8_443],
		["http:///x", "", 80],
		["ftp://cam", undefined],
		["null", undefined],
		["", undefined],
		["xhttp://cam", undefined],
	] as const)
		it(`of ${JSON.stringify(url)} is ${name} at port ${port}`, () => {
			const origin = parseOrigin(url);
			assert.equal(origin?.name, name);
			assert.equal(origin?.port, port);
		});

	for (const [authority, host] of [
		["cam", "cam"],
		["cam:80", "cam"],
		[":80", ""],
		["[::1]", "[::1]"],
		["[::1]:80", "[::1]"],
		["[1:2]:3", "[1:2]"],
		["a:1:2", "a"],
	] as const)
		it(`of the authority ${authority} has the host "${host}"`, () => assert.equal(withoutPort(authority), host));

	it("is the host's own whether or not it names the default port of its scheme", () => {
		for (const [url, host, expected] of [
			["http://cam", "cam:80", true],
			["http://cam:80", "cam", true],
			["https://cam:443", "cam", true],
			["https://cam:80", "cam", false],
			["http://cam:8080", "cam", false],
			["http://cam", "CAM", true],
		] as const)
			assert.equal(isSameHost(url, host), expected, `${url} ${host}`);
	});
});

describe("a pattern", () => {
	for (const [pattern, path, expected] of [
		["/a/b", "/a/b", {}],
		["/a/b", "/a/%62", {}],
		["/a/b", "/%61/b", {}],
		["/a/b", "/a%2fb", undefined],
		["/a/b", "/a/b/", undefined],
		["/a/b", "/a", undefined],
		["/a/b", "", undefined],
		["/", "/", {}],
		["/:x", "/", undefined],
		["/:x", "/y", { x: "y" }],
		["/:x/z", "//z", undefined],
		["/a/*", "/a/", { "*": "" }],
		["/a/*", "/a/b/c", { "*": "b/c" }],
		["/a/*", "/a", undefined],
		["/:x/:y", "/1/2", { x: "1", y: "2" }],
		["/:x/:y", "/1/2/3", undefined],
	] as const)
		it(`${pattern} ${expected ? "matches" : "does not match"} "${path}"`, () => {
			const found = new Pattern(pattern).match(path);
			assert.deepEqual(found && { ...found }, expected);
		});
});
