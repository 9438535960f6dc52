import { assert } from "chai";
import { requireBearer } from "yieldcam/access/bearer";
import { frameSize } from "yieldcam/camera/frame-sizes";
import { keepAlive } from "yieldcam/client/keep-alive";
import { trimBlanks } from "yieldcam/http/syntax/ascii";
import { lowerCase } from "yieldcam/http/syntax/scan";
import { encodeHead } from "yieldcam/http/engine/response-head";
import { hasToken } from "yieldcam/http/syntax/message-framing";
import { isSameHost } from "yieldcam/http/syntax/origin";
import { Response } from "yieldcam/http/response";
import { parseHead, request } from "../../support/requests.ts";

const KELVIN = "\u212a";
const DOTTED = "\u0130";

describe("lower case", () => {
	for (const [text, lower] of [
		["", ""],
		["chunked", "chunked"],
		["ChunKed-ABCXYZ@[`{09", "chunked-abcxyz@[`{09"],
		[`chun${KELVIN}ed`, `chun${KELVIN}ed`],
		[`${DOTTED}MAGE`, `${DOTTED}mage`],
		["ÄÖÜ AB", "ÄÖÜ ab"],
		["ΑΒΓ", "ΑΒΓ"],
		["A😀B", "a😀b"],
		["A\0B", "a\0b"],
	] as const)
		it(`of ${JSON.stringify(text)} folds only A to Z`, () => assert.equal(lowerCase(text), lower));
});

describe("trimmed text", () => {
	for (const [text, trimmed] of [
		["", ""],
		["a b", "a b"],
		[" \t a \t b\t \t", "a \t b"],
		[" \t ", ""],
		["\u00a0a\u00a0", "\u00a0a\u00a0"],
		[" \u3000a\ufeff ", "\u3000a\ufeff"],
		["\r\na\v\f", "\r\na\v\f"],
		[" é ", "é"],
	] as const)
		it(`of ${JSON.stringify(text)} has only spaces and tabs removed`, () =>
			assert.equal(trimBlanks(text), trimmed));
});

describe("a non-ASCII letter is not taken for an ASCII one", () => {
	it("in a transfer coding", () => {
		assert.throws(
			() => parseHead(`POST / HTTP/1.1\r\nHost: cam\r\nTransfer-Encoding: chun${KELVIN}ed\r\n\r\n`),
			"no head: 400",
		);
	});

	it("in a list, whose members have only spaces and tabs around them", () => {
		assert.isFalse(hasToken(`${KELVIN}eep-alive`, "keep-alive"));
		assert.isFalse(hasToken("\u00a0close", "close"));
		assert.isTrue(hasToken("a, \tClose ,b", "close"));
	});

	it("in an origin", () => {
		assert.isFalse(isSameHost(`http://${KELVIN}itchen`, "kitchen"));
		assert.isFalse(isSameHost("http://kitchen", `${KELVIN}itchen`));
	});

	it("in a field's name", () => {
		assert.isUndefined(request("GET", "/", { headers: { "X-K": "1" } }).headers.get(`x-${KELVIN}`));
		assert.isFalse(new Response("", { headers: { "X-K": "1" } }).headers.has(`x-${KELVIN}`));
	});

	it("in the name of a frame size", () => {
		assert.equal(frameSize("qvga")?.name, "QVGA");
		assert.isUndefined(frameSize("\u017fvga"));
	});

	it("in the parameters of a server's Keep-Alive", () => {
		assert.equal(keepAlive("TimeOut=5"), 4_000);
		assert.isUndefined(keepAlive(`t${DOTTED}meout=5`));
	});

	it("around a bearer token", () => {
		const field = "Bearer \u00a0s3cret";
		assert.throws(() => requireBearer(request("POST", "/", { headers: { Authorization: field } }), "s3cret"));
	});
});

describe("a handler's Content-Length", () => {
	for (const length of ["0x10", "1e1", " 5", "+5", "5.0", "-1", "", "Infinity", "99999999999999999999"])
		it(`is refused if it is not a row of digits: ${JSON.stringify(length)}`, () => {
			const response = new Response({ pull: () => null, close() {} }, { headers: { "Content-Length": length } });
			assert.throws(() => encodeHead(response, "GET", "1.1", true), TypeError);
		});
});
