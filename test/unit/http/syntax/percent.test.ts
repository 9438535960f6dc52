import { assert } from "chai";
import { Response } from "yieldcam/http/response";
import { normalizePath } from "yieldcam/http/syntax/percent";
import { contentOf, head, serve } from "../../support/serve.ts";

describe("a path", () => {
	for (const [path, normal] of [
		["/private", "/private"],
		["/%70rivate", "/private"],
		["/%50%7e%2D%2e%5F%30%39%41%7A", "/P~-._09Az"],
		// RFC 3986, 2.2: what may separate parts stays encoded.
		["/a%2Fb%2fc", "/a%2Fb%2fc"],
		["/%3Fx%23%25%20%22%3A%40%5B%60%7B%7F%00", "/%3Fx%23%25%20%22%3A%40%5B%60%7B%7F%00"],
		["/%2570", "/%2570"],
		["/%C3%A9%70", "/%C3%A9p"],
		["/%", "/%"],
		["/%7", "/%7"],
		["/%7x%x7%70%", "/%7x%x7p%"],
		["*", "*"],
	] as const) {
		it(`${path} is ${normal}`, () => assert.equal(normalizePath(path), normal));
	}

	it("is normal for every handler, and the target is as it was sent", async () => {
		const { ask } = serve(({ path, target }) => new Response(`${path} ${target}`));
		for (const target of ["/%70rivate/door?a=%70", "http://cam/%70rivate/door?a=%70", "//%70rivate/door?a=%70"])
			assert.equal(contentOf(await ask(head(`GET ${target} HTTP/1.1`))), `/private/door ${target}`);
	});
});
