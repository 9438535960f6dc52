import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { request, textOf } from "yieldcam/testing/request";
import { TestCamera } from "yieldcam/testing/test-camera";

describe("a request for tests", () => {
	const router = new Router()
		.get("/fields", ({ headers, host }) => new Response(`${host} ${headers.get("x-field")}`))
		.post("/json", async (request) => Response.json(await request.json(["a"])))
		.get("/list/:name", ({ params, query }) => new Response(`${params.name} ${query.get("q")}`));

	it("has its fields, and a host", async () => {
		const response = await router.handle(request("GET", "/fields", { headers: { "X-Field": "value" } }));
		assert.equal(await textOf(response), "yieldcam.local value");
		const other = await router.handle(request("GET", "/fields", { headers: { Host: "cam:81", "X-Field": "" } }));
		assert.equal(await textOf(other), "cam:81 ");
	});

	it("has its path's parameters and its query", async () => {
		assert.equal(await textOf(await router.handle(request("GET", "/list/a%20b?q=c"))), "a b c");
	});

	it("has its content, as JSON too", async () => {
		const response = await router.handle(request("POST", "/json", { content: '{"a":1,"b":2}' }));
		assert.equal(await textOf(response), '{"a":1}');
	});

	it("cannot be one that the server would refuse", () => {
		assert.throws(() => request("GET", "no path"), "the server would refuse this request with 400");
		assert.throws(() => request("GET", `/${"long".repeat(1_000)}`), "refuse this request with 414");
	});
});

describe("a response's text for tests", () => {
	it("is that of a stream to its end, whatever its blocks are", async () => {
		async function* blocks() {
			yield "one ";
			await Promise.resolve();
			yield new Uint8Array([116, 119, 111]);
			yield [ArrayBuffer.fromString(" th"), ArrayBuffer.fromString("ree")];
		}
		assert.equal(await textOf(new Response(blocks())), "one two three");
	});

	it("stops after some blocks, and closes the stream", async () => {
		let closed = false;
		async function* blocks() {
			try {
				for (let i = 0; ; i++) yield `${i} `;
			} finally {
				closed = true;
			}
		}
		assert.equal(await textOf(new Response(blocks()), { blocks: 3 }), "0 1 2 ");
		await Promise.resolve();
		assert.isTrue(closed);
	});

	it("rejects with the error of the stream", async () => {
		async function* blocks() {
			yield "one";
			throw new Error("it broke");
		}
		let message = "";
		await textOf(new Response(blocks())).catch((error: Error) => (message = error.message));
		assert.equal(message, "it broke");
	});
});

describe("a camera for tests", () => {
	it("answers a capture with what is shown, and not with what was shown before", async () => {
		const camera = new TestCamera();
		const app = new App(camera);
		camera.show(new Uint8Array([0xff, 0xd8, 1, 0xff, 0xd9]));
		const answer = app.handle(request("GET", "/capture"));
		camera.show(new Uint8Array([0xff, 0xd8, 2, 2, 0xff, 0xd9]));
		const response = await answer;
		assert.equal(response.status, 200);
		assert.equal(response.headers.get("content-type"), "image/jpeg");
		assert.equal(response.headers.get("content-length"), "6");
	});

	it("has a state and controls", async () => {
		const app = new App(new TestCamera());
		assert.equal((await app.handle(request("GET", "/control?var=quality&val=30"))).status, 200);
		const status = JSON.parse(await textOf(await app.handle(request("GET", "/status")))) as {
			readonly quality: unknown;
		};
		assert.equal(status.quality, 30);
		assert.equal((await app.handle(request("GET", "/api/state"))).status, 200);
	});
});
