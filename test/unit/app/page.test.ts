import { assert } from "chai";
import { page } from "yieldcam/app/page";
import type { HttpError } from "yieldcam/http/http-error";
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

	for (const field of [
		"gzip",
		"deflate, GZIP;q=0.5",
		"br , gzip",
		"*",
		"gzip;q=1, *;q=0",
		"*;q=0, gzip",
		" gzip ; q=0.001",
		"x-gzip",
		"X-Gzip;q=0.5, *;q=0",
		"gzip, identity;q=0",
	])
		it(`sends it to a client that accepts ${field}`, () => {
			const { headers } = ask({ "Accept-Encoding": field });
			assert.equal(headers.get("content-encoding"), "gzip");
			assert.equal(headers.get("vary"), "Accept-Encoding");
		});

	for (const field of [
		"identity",
		"",
		"br",
		"gzip;q=0",
		"gzip ; Q=0.000, br",
		"gzip;q=0, *",
		"x-gzip;q=0",
		"*;q=0, identity",
		"gzipped",
		"gzip;q=x",
	])
		it(`sends a plain page to a client that accepts ${field || "nothing"}`, () => {
			for (const known of [undefined, ETAG]) {
				const { status, headers, bytes } = ask({
					"Accept-Encoding": field,
					...(known !== undefined && { "If-None-Match": known }),
				});
				assert.equal(status, 200);
				assert.isUndefined(headers.get("content-encoding"));
				assert.equal(headers.get("vary"), "Accept-Encoding");
				assert.include(String.fromArrayBuffer(bytes as ArrayBuffer), ` src="stream?orientation=exif"`);
			}
		});

	it("has a tag of its own in each coding", () => {
		const plain = ask({ "Accept-Encoding": "identity" }).headers.get("etag")!;
		assert.equal(plain, `"plain-deadbeef00000102"`);
		for (const known of [plain, `W/${plain}`, `"a", ${plain}`, "*"]) {
			const { status, headers } = ask({ "Accept-Encoding": "identity", "If-None-Match": known });
			assert.equal(status, 304, known);
			assert.equal(headers.get("etag"), plain);
			assert.equal(headers.get("vary"), "Accept-Encoding");
		}
		assert.equal(ask({ "If-None-Match": plain }).status, 200);
	});

	for (const field of ["identity;q=0", "br, identity; q=0", "*;q=0", "gzip;q=0, *;q=0"])
		it(`says that there is no other coding to a client that accepts only ${field}`, () => {
			try {
				ask({ "Accept-Encoding": field });
				assert.fail("no error");
			} catch (error) {
				const { status, headers } = (error as HttpError).responseAt("/");
				assert.equal(status, 406);
				assert.equal(headers.get("vary"), "Accept-Encoding");
			}
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
