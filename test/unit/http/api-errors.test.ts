import { assert } from "chai";
import { sameOriginGuard } from "yieldcam/access/same-origin-guard";
import { HttpError } from "yieldcam/http/http-error";
import { Problem } from "yieldcam/http/problem";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { contentOf, head, serve } from "../support/serve.ts";
import { advance } from "../support/time.ts";

/** A program's own routes, which fail in every way, under a prefix. */
function routes(prefix: string): Router {
	return new Router()
		.get(`${prefix}conflict`, () => {
			throw new HttpError(409, "the arm is busy", { "Retry-After": 3 });
		})
		.get(`${prefix}late`, async () => {
			throw new HttpError(409, "the arm is busy");
		})
		.get(`${prefix}mistake`, () => {
			throw new TypeError("a secret");
		})
		.get(`${prefix}nothing`, () => undefined as unknown as Response)
		.get(`${prefix}own`, () => new Response("as it is", { status: 418 }))
		.get(`${prefix}problem`, () => {
			throw new Problem(422, "too fast", { field: "speed" });
		})
		.post(`${prefix}json`, async (request) => Response.json(await request.json([])));
}

/** What fails, and how, at an address under a prefix. */
function failures(prefix: string): readonly (readonly [status: number, request: string, pause?: number])[] {
	const post = `POST ${prefix}json HTTP/1.1`;
	return [
		[400, `GET ${prefix}a HTTP/1.1\r\nbad field\r\n\r\n`],
		[400, `GET ${prefix}a HTTP/1.1\r\n\r\n`],
		[400, `GET ${prefix}\x01a HTTP/1.1\r\n`],
		[400, head(post, "Content-Length: 1") + "{"],
		[400, head(post, "Transfer-Encoding: chunked") + "x\r\n"],
		[404, head(`GET ${prefix}other HTTP/1.1`)],
		[405, head(`PUT ${prefix}json HTTP/1.1`, "Content-Length: 0")],
		[408, `GET ${prefix}a HTTP/1.1\r\nHost:`, 11_000],
		[408, head(post, "Content-Length: 5") + "{", 11_000],
		[409, head(`GET ${prefix}conflict HTTP/1.1`)],
		[409, head(`GET ${prefix}late HTTP/1.1`)],
		[413, head(post, "Content-Length: 99999")],
		[413, head(post, "Transfer-Encoding: chunked") + "3001\r\n" + "x".repeat(0x3001)],
		[414, `GET ${prefix}${"a".repeat(2_000)}`],
		[417, head(post, "Expect: a miracle")],
		[421, `GET ${prefix}json HTTP/1.1\r\nHost: evil.example\r\n\r\n`],
		[403, head(post, "Origin: http://evil.example", "Content-Length: 2") + "{}"],
		[431, head(`GET ${prefix}a HTTP/1.1`, ...Array.from({ length: 140 }, (_, i) => `X-${i}: y`))],
		[500, head(`GET ${prefix}mistake HTTP/1.1`)],
		[500, head(`GET ${prefix}nothing HTTP/1.1`)],
		[505, `GET ${prefix}a HTTP/2.0\r\n`],
	];
}

async function ask(text: string, prefix: string, pause = 0): Promise<string> {
	const router = routes(prefix);
	const { connect, network } = serve(sameOriginGuard(router), { limits: { queueTimeout: 0 } });
	const client = connect().send(text);
	await network.settle();
	for (let time = 0; time < pause; time += 1_000) {
		advance(1_000);
		await network.settle();
	}
	client.finish();
	return client.text;
}

describe("an error", () => {
	for (const [status, request, pause] of failures("/api/"))
		it(`at an address under /api/ is a problem document: ${status}, ${JSON.stringify(request.slice(0, 60))}`, async () => {
			const text = await ask(request, "/api/", pause);
			assert.equal(text.slice(0, 13), `HTTP/1.1 ${status} `);
			assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/);
			assert.notMatch(text, /text\/plain/);
			const problem = JSON.parse(contentOf(text)) as { title: string; detail?: string };
			assert.deepEqual({ ...problem, title: "", detail: "" }, {
				title: "",
				status,
				detail: "",
			} as object as never);
			assert.isNotEmpty(problem.title);
			assert.notEqual(problem.detail, problem.title);
			assert.notEqual(problem.detail, "");
			assert.notInclude(text, "secret");
			assert.equal(Number(/Content-Length: (\d+)/.exec(text)![1]), contentOf(text).length);
		});

	for (const [status, request, pause] of failures("/"))
		it(`at another address is text: ${status}, ${JSON.stringify(request.slice(0, 60))}`, async () => {
			const text = await ask(request, "/", pause);
			assert.equal(text.slice(0, 13), `HTTP/1.1 ${status} `);
			assert.match(text, /\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
			assert.match(contentOf(text), /^[^{]+\n$/);
		});

	for (const [fields, content, reason] of [
		[["Content-Length: 1", "Content-Length: 1"], "", /^Content-Length must be one number$/],
		[["Content-Length: 1x"], "", /^Content-Length must be one number$/],
		[["Content-Length: -1"], "", /^Content-Length must be one number$/],
		[
			["Content-Length: 1", "Transfer-Encoding: chunked"],
			"",
			/^Content-Length and Transfer-Encoding exclude each other$/,
		],
		[["Transfer-Encoding: gzip"], "", /^Transfer-Encoding must be chunked$/],
		[["Transfer-Encoding: chunked, chunked"], "", /^Transfer-Encoding must be chunked$/],
		[["Transfer-Encoding: chunked"], "x\r\n", /^a chunk must begin with a size/],
		[["Transfer-Encoding: chunked"], "-1\r\n", /^a chunk must begin with a size/],
		[["Transfer-Encoding: chunked"], "\r\n", /^a chunk must begin with a size/],
		[["Transfer-Encoding: chunked"], "123456789\r\n", /^a chunk must begin with a size/],
		[["Transfer-Encoding: chunked"], "2\n{}\n", /^a chunk must begin with a size .* CRLF$/],
		[["Transfer-Encoding: chunked"], "2\r{}", /^a chunk must begin with a size .* CRLF$/],
		[["Transfer-Encoding: chunked"], "2;=\r\n{}\r\n", /^a chunk extension is malformed or too long$/],
		[["Transfer-Encoding: chunked"], "2\r\n{}}\r\n", /^a chunk must end in CRLF after as many bytes/],
		[["Transfer-Encoding: chunked"], "2\r\n{}\n0", /^a chunk must end in CRLF after as many bytes/],
		[["Transfer-Encoding: chunked"], "2\r\n{}\r0", /^a chunk must end in CRLF after as many bytes/],
		[["Transfer-Encoding: chunked"], "0\r\nno field\r\n", /^a trailer field is malformed, or/],
	] as const)
		it(`names what is wrong with the framing: ${JSON.stringify([...fields, content])}`, async () => {
			const text = await ask(head("POST /api/json HTTP/1.1", ...fields) + content, "/api/");
			assert.match(text, /^HTTP\/1\.1 400 /);
			assert.match((JSON.parse(contentOf(text)) as { detail: string }).detail, reason);
		});

	it("keeps its header fields in a problem document", async () => {
		assert.match(await ask(head("GET /api/conflict HTTP/1.1"), "/api/"), /\r\nRetry-After: 3\r\n/);
		assert.match(
			await ask(head("PUT /api/json HTTP/1.1", "Content-Length: 0"), "/api/"),
			/\r\nAllow: POST, OPTIONS\r\n/,
		);
	});

	it("has the members of a Problem, at any address", async () => {
		for (const prefix of ["/api/", "/"])
			assert.deepEqual(JSON.parse(contentOf(await ask(head(`GET ${prefix}problem HTTP/1.1`), prefix))), {
				title: "Unprocessable Content",
				status: 422,
				detail: "too fast",
				field: "speed",
			});
	});

	it("before there is a request is a problem document at an address with further slashes, too", async () => {
		// As a proxy that has the device in a folder may send it.
		for (const slashes of ["//", "///"])
			assert.match(
				await ask(head(`POST ${slashes}api/json HTTP/1.1`, "Content-Length: 99999"), "/api/"),
				/^HTTP\/1\.1 413 .*\r\nContent-Type: application\/problem\+json\r\n/s,
			);
	});

	it("before there is a request is a problem document at an absolute address, too", async () => {
		for (const host of ["http://", "HTTP://"])
			for (const path of ["/api/", "//api/"])
				assert.match(
					await ask(head(`POST ${host}device${path}json HTTP/1.1`, "Content-Length: 99999"), "/api/"),
					/^HTTP\/1\.1 413 .*\r\nContent-Type: application\/problem\+json\r\n/s,
				);
		for (const target of [
			"http://device/a/api/",
			"http://api/",
			"api/json",
			"*",
			"http://device",
			"http://device/a",
		])
			assert.match(
				await ask(`POST ${target} HTTP/1.1\r\nbad field\r\n\r\n`, "/api/"),
				/^HTTP\/1\.1 400 .*\r\nContent-Type: text\/plain; charset=utf-8\r\n/s,
				target,
			);
	});

	it("names the limit that content exceeds", async () => {
		const post = "POST /api/json HTTP/1.1";
		const detail = async (text: string): Promise<unknown> =>
			(JSON.parse(contentOf(await ask(text, "/api/"))) as { detail: string }).detail;
		const list = "[" + "0,".repeat(600) + "0]";
		assert.equal(
			await detail(head(post, `Content-Length: ${list.length}`) + list),
			"too many JSON values: at most 512",
		);
		for (const text of [head(post, "Content-Length: 12289"), head(post, "Transfer-Encoding: chunked") + "3001\r\n"])
			assert.equal(await detail(text), "the content has more than 12288 bytes");
	});

	it("that a handler has written itself stays as it is", async () => {
		assert.equal(contentOf(await ask(head("GET /api/own HTTP/1.1"), "/api/")), "as it is");
	});

	it("has no content for HEAD, and the fields that GET would get", async () => {
		const get = await ask(head("GET /api/other HTTP/1.1"), "/api/");
		const headOnly = await ask(head("HEAD /api/other HTTP/1.1"), "/api/");
		assert.equal(headOnly, get.slice(0, headOnly.length));
		assert.equal(contentOf(headOnly), "");
		assert.equal(contentOf(await ask(head("HEAD /api/a HTTP/1.1", "bad field"), "/api/")), "");
	});

	it("belongs to the request that failed, and not to the one before it", async () => {
		const bad = (path: string): string => `GET ${path} HTTP/1.1\r\nbad field\r\n\r\n`;
		for (const [first, second, type] of [
			["/own", "/api/a", "application/problem+json"],
			["/api/own", "/a", "text/plain; charset=utf-8"],
			["/own", "/a?b=/api/", "text/plain; charset=utf-8"],
			["/own", "/apiary", "text/plain; charset=utf-8"],
		]) {
			const text = await ask(head(`GET ${first} HTTP/1.1`) + bad(second), first === "/own" ? "/" : "/api/");
			assert.include(text.slice(text.lastIndexOf("HTTP/1.1 400")), `Content-Type: ${type}\r\n`);
		}
	});
});

describe("a request that finds no place or memory", () => {
	it("gets a problem document at an address under /api/: 503", async () => {
		const router = new Router()
			.get("/api/stream", () => new Response({ pull: () => undefined, close() {} } as never))
			.get("/api/state", () => Response.json({}));
		const full = serve(router, { limits: { slots: 0 } });
		assertProblem(await full.ask(head("GET /api/stream HTTP/1.1")), 503);
		const short = serve(router, {
			machine: { room: (slots: number) => slots < 300, settle: () => 0 } as never,
			limits: { queueTimeout: 0 },
		});
		assertProblem(await short.ask(head("GET /api/state HTTP/1.1")), 503);
	});
});

describe("a request that is refused before any of it is read", () => {
	it("gets text, since nobody knows its address: 503", async () => {
		const { ask } = serve(() => new Response(""), { limits: { headMemory: 10 } });
		const text = await ask(head("GET /api/state HTTP/1.1"));
		assert.match(text, /^HTTP\/1\.1 503 .*\r\nContent-Type: text\/plain; charset=utf-8\r\n/s);
	});
});

function assertProblem(text: string, status: number): void {
	assert.equal(text.slice(0, 13), `HTTP/1.1 ${status} `);
	assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/);
	assert.include(JSON.parse(contentOf(text)) as object, { status });
}
