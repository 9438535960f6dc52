import { assert } from "chai";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { Request } from "yieldcam/http/request";
import { request } from "../support/requests.ts";

/** A handler that answers with its name and the captured parameters. */
function named(name: string) {
	return ({ params }: Request) => new Response(`${name} ${JSON.stringify(params)}`);
}

const router = new Router()
	.get("/", named("root"))
	.get("/status", named("status"))
	.get("/api/frames/latest", named("latest"))
	.get("/api/frames/:id", named("frame"))
	.delete("/api/frames/:id", named("delete frame"))
	.get("/api/:kind/:id/raw", named("raw"))
	.put("/api/settings", named("settings"))
	.patch("/api/settings", named("patch settings"))
	.post("/api/restart", named("restart"))
	.get("/files/*", named("files"))
	.route("PURGE", "/cache", named("purge"));

function route(method: string, target: string): Response {
	const response = router.handle(request(method, target));
	assert.instanceOf(response, Response, "no promise if the handler needs none");
	return response;
}

function body(method: string, target: string): string {
	const { status, bytes } = route(method, target);
	assert.equal(status, 200, target);
	return String.fromArrayBuffer(bytes as ArrayBuffer);
}

describe("the router", () => {
	it("finds a path, with any query", () => {
		assert.equal(body("GET", "/"), "root {}");
		assert.equal(body("GET", "/?action=stream"), "root {}");
		assert.equal(body("GET", "/status"), "status {}");
	});

	it("finds a path behind empty segments, which a proxy may leave", () => {
		assert.equal(body("GET", "//"), "root {}");
		assert.equal(body("GET", "//status?a=b"), "status {}");
		assert.equal(body("GET", "/////status"), "status {}");
		assert.equal(body("GET", "//api/frames/7"), 'frame {"id":"7"}');
	});

	it("captures parameters", () => {
		assert.equal(body("GET", "/api/frames/7"), 'frame {"id":"7"}');
		assert.equal(body("GET", "/api/sensors/ov2640/raw"), 'raw {"kind":"sensors","id":"ov2640"}');
	});

	it("takes the first of two routes that match", () => {
		assert.equal(body("GET", "/api/frames/latest"), "latest {}");
	});

	it("decodes each parameter separately", () => {
		assert.equal(body("GET", "/api/frames/a%20b"), 'frame {"id":"a b"}');
		assert.equal(body("GET", "/api/frames/a%2Fb"), 'frame {"id":"a/b"}');
		assert.equal(body("GET", "/api/frames/%C3%BC+%25"), 'frame {"id":"ü+%"}');
	});

	it("compares decoded segments", () => {
		assert.equal(body("GET", "/st%61tus"), "status {}");
		assert.equal(route("GET", "/api%2Fframes/7").status, 404);
	});

	it("compares segments that are entirely percent-encoded", () => {
		const encode = (text: string) =>
			Array.from(
				new Uint8Array(ArrayBuffer.fromString(text)),
				(byte) => `%${byte.toString(16).padStart(2, "0")}`,
			).join("");
		for (const name of ["a", "status", "ü", "€", "€uro", "\u{1f4f7}", "\uffff\uffff"]) {
			const own = new Router().get(`/${name}`, named("own")).get(`/${name}/x`, named("longer"));
			const get = (path: string) => (own.handle(request("GET", path)) as Response).status;
			assert.equal(get(`/${encode(name)}`), 200, name);
			assert.equal(get(`/${encode(name)}/%78`), 200, name);
			assert.equal(get(`/${encode(`${name}s`)}`), 404, name);
			assert.equal(get(`/${encode(name)}/%78%78`), 404, name);
		}
	});

	it("captures the rest of a path", () => {
		assert.equal(body("GET", "/files/a/b%20c"), 'files {"*":"a/b c"}');
		assert.equal(body("GET", "/files/"), 'files {"*":""}');
		assert.equal(route("GET", "/files").status, 404);
	});

	it("answers a parameter with broken percent-encoding with 400", () => {
		for (const broken of ["%", "%4", "%zz", "%ff", "%c3", "%c0%af", "7%00x"])
			assert.equal(route("GET", `/api/frames/${broken}`).status, 400, broken);
		assert.equal(route("GET", "/files/a/%").status, 400);
		assert.equal(route("GET", "/%zz").status, 404);
	});

	it("answers an unknown path with 404", () => {
		for (const path of [
			"/nothing",
			"/status/",
			"/status/x",
			"/api//frames/7",
			"//////status",
			"/api/frames",
			"/api/frames/",
			"/api/frames/7/",
			"/STATUS",
		])
			assert.equal(route("GET", path).status, 404, path);
	});

	it("answers another method with 405 and the allowed methods", () => {
		const response = route("POST", "/api/frames/7");
		assert.equal(response.status, 405);
		assert.equal(response.headers.get("allow"), "GET, HEAD, DELETE, OPTIONS");
		assert.equal(route("GET", "/api/settings").headers.get("allow"), "PUT, PATCH, OPTIONS");
		assert.equal(route("GET", "/cache").headers.get("allow"), "PURGE, OPTIONS");
		assert.equal(route("HEAD", "/api/restart").status, 405);
		assert.equal(route("BREW", "/").status, 405);
	});

	it("answers OPTIONS", () => {
		const response = route("OPTIONS", "/api/frames/7");
		assert.equal(response.status, 204);
		assert.equal(response.headers.get("allow"), "GET, HEAD, DELETE, OPTIONS");
		assert.equal(route("OPTIONS", "/nothing").status, 404);
	});

	it("answers OPTIONS for *", () => {
		const response = route("OPTIONS", "*");
		assert.equal(response.status, 204);
		assert.equal(response.headers.get("allow"), "GET, HEAD, DELETE, PUT, PATCH, POST, PURGE, OPTIONS");
		assert.equal((new Router().handle(request("OPTIONS", "*")) as Response).status, 204);
	});

	it("lets a route answer OPTIONS and HEAD itself", async () => {
		const own = new Router()
			.get("/", named("get"))
			.route("HEAD", "/", named("head"))
			.route("OPTIONS", "/", named("options"));
		for (const method of ["GET", "HEAD", "OPTIONS"]) {
			const { bytes } = await own.handle(request(method, "/"));
			assert.equal(String.fromArrayBuffer(bytes as ArrayBuffer), `${method.toLowerCase()} {}`);
		}
	});

	it("answers HEAD with GET routes", () => {
		assert.equal(body("HEAD", "/api/frames/7"), 'frame {"id":"7"}');
		assert.equal(route("HEAD", "/api/settings").status, 405);
	});

	it("passes on what a handler throws or returns", async () => {
		const faulty = new Router()
			.get("/throws", () => {
				throw new Error("as it is");
			})
			.get("/promises", async () => new Response("later"));
		assert.throws(() => faulty.handle(request("GET", "/throws")), "as it is");
		const promised = faulty.handle(request("GET", "/promises"));
		assert.instanceOf(promised, Promise);
		assert.equal((await promised).status, 200);
	});

	it("acquires a place before it calls a handler that is known to wait", async () => {
		let called = 0,
			claims = 0,
			room = true;
		const waiting = new Router().get("/", () => (called++, Promise.resolve(new Response())));
		const ask = () => {
			const asked = request("GET", "/");
			asked.acquireHandler = () => (claims++, room);
			return waiting.handle(asked);
		};
		await ask();
		assert.deepEqual([called, claims], [1, 0]);
		await ask();
		assert.deepEqual([called, claims], [2, 1]);
		room = false;
		assert.throws(ask, "too many requests are waiting");
		assert.equal(called, 2, "its work would reach no one");
	});

	it("knows that a route waits even if its last call did not", async () => {
		let claims = 0,
			waits = true;
		const router = new Router().get("/", () => (waits ? Promise.resolve(new Response()) : new Response()));
		const ask = (method: string) => {
			const asked = request(method, "/");
			asked.acquireHandler = () => (claims++, true);
			return router.handle(asked);
		};
		await ask("GET");
		waits = false;
		await ask("HEAD");
		await ask("GET");
		assert.equal(claims, 2);
	});

	it("acquires no place for a handler that does so when it waits", async () => {
		let claims = 0;
		const router = new Router().get("/", (request) =>
			request.query.has("wait") && request.acquireHandler() ? Promise.resolve(new Response()) : new Response(),
		);
		const ask = (target: string) => {
			const asked = request("GET", target);
			asked.acquireHandler = () => (claims++, true);
			Object.defineProperty(asked, "hasHandler", { get: () => claims > 0 });
			return router.handle(asked);
		};
		await ask("/?wait");
		assert.equal(claims, 1);
		await ask("/");
		assert.equal(claims, 1);
	});

	it("rejects a pattern that is not a path", () => {
		assert.throws(() => new Router().get("status", named("status")), TypeError);
	});

	it("rejects a second route of a method and a pattern, which would never be called", () => {
		for (const pattern of ["/status", "/hello/:name", "/files/*"]) {
			const router = new Router().get(pattern, named("first")).post(pattern, named("other"));
			assert.throws(() => router.get(pattern, named("second")), TypeError, `GET ${pattern} has a route already`);
		}
	});
});
