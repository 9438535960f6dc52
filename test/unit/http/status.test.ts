import { assert } from "chai";
import { reasonPhrase } from "yieldcam/http/status";

describe("a status", () => {
	it("has the phrase of RFC 9110, 15, RFC 6585 or RFC 4918", () => {
		const phrases = [
			"101 Switching Protocols",
			"200 OK",
			"201 Created",
			"202 Accepted",
			"204 No Content",
			"206 Partial Content",
			"301 Moved Permanently",
			"302 Found",
			"303 See Other",
			"304 Not Modified",
			"307 Temporary Redirect",
			"308 Permanent Redirect",
			"400 Bad Request",
			"401 Unauthorized",
			"403 Forbidden",
			"404 Not Found",
			"405 Method Not Allowed",
			"406 Not Acceptable",
			"408 Request Timeout",
			"409 Conflict",
			"412 Precondition Failed",
			"413 Content Too Large",
			"414 URI Too Long",
			"415 Unsupported Media Type",
			"416 Range Not Satisfiable",
			"417 Expectation Failed",
			"421 Misdirected Request",
			"422 Unprocessable Content",
			"426 Upgrade Required",
			"428 Precondition Required",
			"429 Too Many Requests",
			"431 Request Header Fields Too Large",
			"500 Internal Server Error",
			"501 Not Implemented",
			"502 Bad Gateway",
			"503 Service Unavailable",
			"504 Gateway Timeout",
			"505 HTTP Version Not Supported",
			"507 Insufficient Storage",
		];
		assert.deepEqual(
			phrases.map((line) => `${line.slice(0, 3)} ${reasonPhrase(Number(line.slice(0, 3)))}`),
			phrases,
		);
	});

	it("has no phrase if it is unknown", () => {
		for (const status of [100, 199, 207, 418, 600]) assert.equal(reasonPhrase(status), "");
	});
});
