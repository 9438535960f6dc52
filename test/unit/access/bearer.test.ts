import { assert } from "chai";
import { requireBearer } from "yieldcam/access/bearer";
import { HttpError } from "yieldcam/http/http-error";
import { request } from "../support/requests.ts";

function ask(authorization: string | undefined, token = "s3cret"): void {
	requireBearer(
		request("POST", "/upload", authorization === undefined ? {} : { headers: { Authorization: authorization } }),
		token,
	);
}

describe("a bearer token", () => {
	it("admits a request, however the scheme is written", () => {
		for (const scheme of ["Bearer", "bearer", "BEARER"]) ask(`${scheme} s3cret`);
	});

	for (const authorization of [
		undefined,
		"Bearer",
		"Bearer ",
		"Bearer s3cre",
		"Bearer s3crets",
		"Bearer S3cret",
		"Basic s3cret",
		"s3cret",
		"Bearer s3cret s3cret",
	]) {
		it(`that is ${authorization === undefined ? "missing" : `"${authorization}"`} does not`, () => {
			try {
				ask(authorization);
			} catch (error) {
				assert.instanceOf(error, HttpError);
				assert.equal(error.status, 401);
				assert.equal(error.responseAt("/").headers.get("www-authenticate"), "Bearer");
				return;
			}
			assert.fail("it passed");
		});
	}

	it("admits no one if it is empty", () => {
		assert.throws(() => ask("Bearer ", ""), HttpError);
	});
});
