import { assert } from "chai";
import { page } from "yieldcam/app/page";
import type { Response } from "yieldcam/http/response";
import { request } from "../support/requests.ts";

/** The end of a gzip member; the compressed data is the browser's business. */
const gzipped = new Uint8Array([0x1f, 0x8b, 8, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 1, 2]).buffer;
const ETAG = `"deadbeef00000102"`;

function ask(headers: Record<string, string> = {}): Response {
	return page(gzipped)(request("GET", "/", { headers })) as Response;
}

describe("the page's route", () => {
	it("sends the compressed page unchanged, as HTML", () => {
		const { status, headers, bytes } = ask();
		assert.equal(status, 200);
		assert.equal(bytes, gzipped);
		assert.equal(headers.get("content-encoding"), "gzip");
		assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
	});

	it("makes the browser ask each time whether it changed, by its checksum and size", () => {
		const { headers } = ask();
		assert.equal(headers.get("etag"), ETAG);
		assert.equal(headers.get("cache-control"), "no-cache");
	});

	for (const known of [ETAG, `W/${ETAG}`, `"a", ${ETAG} ,"b"`, "*"]) {
		it(`is not sent to a client that has it: If-None-Match: ${known}`, () => {
			const { status, headers, bytes } = ask({ "If-None-Match": known });
			assert.equal(status, 304);
			assert.equal(headers.get("etag"), ETAG);
			assert.equal(bytes!.byteLength, 0);
		});
	}

	for (const known of [`"deadbeef"`, `W/"other"`, "deadbeef00000102"]) {
		it(`is sent to a client that has another: If-None-Match: ${known}`, () => {
			assert.equal(ask({ "If-None-Match": known }).status, 200);
		});
	}
});
