import { assert } from "chai";
import { HttpError } from "yieldcam/http/http-error";
import { HookQueue } from "yieldcam/http/engine/hook-queue";
import { Query } from "yieldcam/http/query";
import { request } from "../support/requests.ts";

describe("a form", () => {
	it("is read by name, and may have no more pairs than a query", async () => {
		const form = await request("POST", "/", { content: "name=a+b&name=c" }).form();
		assert.equal(form.get("name"), "a b");
		const error = await request("POST", "/", { content: "&".repeat(3_000) })
			.form()
			.catch((reason: unknown) => reason);
		assert.instanceOf(error, HttpError);
		assert.equal(error.status, 400);
	});
});

describe("a query", () => {
	const all = (text: string) => [...new Query(text)];

	it("is parsed like a form", () => {
		assert.deepEqual(all("action=stream&fps=25&x=a%20b+c&%C3%BC=%E2%82%AC&%f0%9f%93%B7=1"), [
			["action", "stream"],
			["fps", "25"],
			["x", "a b c"],
			["ü", "€"],
			["📷", "1"],
		]);
	});

	it("skips empty pairs, and accepts a name without a value", () => {
		assert.deepEqual(all(""), []);
		assert.deepEqual(all("&&"), []);
		assert.deepEqual(all("&a&b=&=c&d=e=f&"), [
			["a", ""],
			["b", ""],
			["", "c"],
			["d", "e=f"],
		]);
	});

	it("leaves what cannot be decoded as it was sent", () => {
		for (const broken of [
			"%",
			"%4",
			"%zz",
			"a%2",
			"%ff",
			"%c3",
			"%c0%af",
			"%ed%a0%80",
			"%f4%90%80%80",
			"%f5%80%80%80",
			"%e0%80%af",
			"%80",
			"%e2%82",
			"a%00b",
			"50%",
		])
			assert.deepEqual(all(`${broken}=${broken}`), [[broken, broken]]);
		assert.deepEqual(all("a=%zz+b&c=d+e"), [
			["a", "%zz+b"],
			["c", "d e"],
		]);
	});

	it("finds a name however its characters are encoded, and no other", () => {
		for (const [text, name, value] of [
			["%61ction=1", "action", "1"],
			["%61%63%74%69%6F%6e=1", "action", "1"],
			["actio%6E", "action", ""],
			["a+b=1", "a b", "1"],
			["a%20b=1", "a b", "1"],
			["a%2Bb=1", "a+b", "1"],
			["a%3db=1", "a=b", "1"],
			["a%26b=1", "a&b", "1"],
			["a%25=1", "a%", "1"],
			["%C3%BC=1", "ü", "1"],
			["x=%61ction&%61ction=2", "action", "2"],
			["%61ctio=1", "action", undefined],
			["%61ctions=1", "action", undefined],
			["actio%", "action", undefined],
			["actio%6", "action", undefined],
			["actio%6g=1", "action", undefined],
			["actio%g6=1", "action", undefined],
			["actio%5g=1", "actioO", undefined],
			["a=b=1", "a=b", undefined],
			["%61=1", "", undefined],
			["=1&%61=2", "", "1"],
		] as const)
			assert.equal(new Query(text).get(name), value, `${name} in ${text}`);
	});

	it("returns the first value, all, or none", () => {
		const query = new Query("a=1&b=2&a=3&a%31=4");
		assert.equal(query.get("a"), "1");
		assert.deepEqual(query.getAll("a"), ["1", "3"]);
		assert.equal(query.get("a1"), "4");
		assert.isTrue(query.has("b"));
		assert.isFalse(query.has("c"));
		assert.isUndefined(query.get("c"));
		assert.deepEqual(query.getAll("c"), []);
		assert.equal(String(query), "a=1&b=2&a=3&a%31=4");
	});

	it("costs no slot for each space of a long form", () => {
		assert.equal(new Query(`a=${"+".repeat(12_000)}`).get("a"), " ".repeat(12_000));
	});

	it("has at most 32 parameters in a target", () => {
		const query = (text: string) => request("GET", `/?${text}`).query;
		assert.equal(query("a&".repeat(31) + "b=1").get("b"), "1");
		assert.equal(query("b=" + "1".repeat(800)).get("b")!.length, 800);
		assert.throws(() => query("a&".repeat(32) + "b=1"), /must not be more than 32 parameters/);
		assert.throws(() => query("&".repeat(33)), /more than 32/);
	});

	it("finds names by what they mean, however they were sent", () => {
		const query = new Query("ab=1&%61=2&a=3&a+b=4&a%3Db=5&=6&a&b=a=7&a%2Bb=8");
		assert.deepEqual(query.getAll("a"), ["2", "3", ""]);
		assert.deepEqual(
			["ab", "a b", "a=b", "", "b", "a+b"].map((name) => query.get(name)),
			["1", "4", "5", "6", "a=7", "8"],
		);
		for (const name of ["&", "a&b", "%61", "a%3Db", "b=a"]) assert.isUndefined(query.get(name), name);
	});

	it("does not have names that it was not sent", () => {
		assert.isFalse(new Query("a=1").has("__proto__"));
		assert.isFalse(new Query("a=1").has("toString"));
	});
});

describe("a request's headers", () => {
	const { headers } = request("GET", "/", { headers: { "X-One": "1", "x-two": " two ", Accept: "a", ACCEPT: "b" } });

	it("are found in any case", () => {
		assert.equal(headers.get("x-one"), "1");
		assert.equal(headers.get("X-TWO"), "two");
		assert.isTrue(headers.has("Host"));
		assert.isFalse(headers.has("X-On"));
		assert.isFalse(headers.has("X-One:"));
		assert.isFalse(headers.has(""));
		assert.isUndefined(headers.get("X-Three"));
	});

	it("are joined when they are repeated", () => {
		assert.equal(headers.get("accept"), "a, b");
		assert.deepEqual(headers.getAll("accept"), ["a", "b"]);
	});

	it("are listed in order, in lower case", () => {
		assert.deepEqual(
			[...headers],
			[
				["host", "cam"],
				["x-one", "1"],
				["x-two", "two"],
				["accept", "a"],
				["accept", "b"],
			],
		);
	});
});

describe("a request", () => {
	it("has the parts of its target", () => {
		const { method, target, path, query, host, version } = request("GET", "/a%20b/c?d=e?f");
		assert.deepEqual(
			{ method, target, path, query: String(query), host, version },
			{ method: "GET", target: "/a%20b/c?d=e?f", path: "/a%20b/c", query: "d=e?f", host: "cam", version: "1.1" },
		);
	});

	it("has no content if it was sent without any", async () => {
		assert.equal((await request("GET", "/").bytes()).length, 0);
		assert.equal(await request("GET", "/").text(), "");
	});

	it("has its content as bytes, text and JSON", async () => {
		const content = JSON.stringify({ fps: 25, name: 'Küche "1" [,:{' });
		const put = request("PUT", "/", { content });
		assert.deepEqual(await put.bytes(), new Uint8Array(ArrayBuffer.fromString(content)));
		assert.equal(await put.text(), content);
		assert.deepEqual(await put.json(), JSON.parse(content));
	});

	async function refused(content: string): Promise<HttpError> {
		try {
			await request("POST", "/", { content }).json();
		} catch (error) {
			assert.instanceOf(error, HttpError);
			return error;
		}
		return assert.fail(`accepted ${content.slice(0, 20)}`);
	}

	it("answers malformed JSON with 400", async () => {
		for (const content of ["{", "{a:1}", "nul", "[1,]", '"', '"\\', "'a'", "1 2", "]", "}{"])
			assert.equal((await refused(content)).status, 400, content);
		assert.equal(
			(
				(await request("POST", "/")
					.json()
					.catch((error) => error)) as HttpError
			).status,
			400,
		);
	});

	it("ignores the mark that some programs put before UTF-8, and says that other codings are not UTF-8", async () => {
		const marked = request("PUT", "/", { content: '\ufeff{"fps":25}' });
		assert.deepEqual(await marked.json(), { fps: 25 });
		assert.equal(await marked.text(), '{"fps":25}');
		assert.equal((await marked.bytes()).length, 13);
		for (const content of ["{\0}\0", "\0{\0}"]) {
			const { status, message } = await refused(content);
			assert.deepEqual([status, message], [400, "the text is not UTF-8"]);
		}
	});

	it("answers compressed text with 415, and leaves its bytes to handlers", async () => {
		for (const coding of ["gzip", "X-GZIP", "br, gzip"]) {
			const put = request("PUT", "/", { content: "{}", headers: { "Content-Encoding": coding } });
			for (const read of [put.json(), put.text()]) {
				const error = (await read.catch((reason: unknown) => reason)) as HttpError;
				assert.equal(error.status, 415, coding);
				assert.equal(error.responseAt("/").headers.get("accept-encoding"), "identity");
			}
			assert.equal((await put.bytes()).length, 2);
		}
		for (const coding of ["Identity", ""]) {
			const plain = request("PUT", "/", { content: "{}", headers: { "Content-Encoding": coding } });
			assert.deepEqual(await plain.json(), {});
		}
	});

	it("rejects JSON that would cost the machine more than its text", async () => {
		assert.deepEqual(await request("POST", "/", { content: "[".repeat(16) + "]".repeat(16) }).json(), nested(16));
		assert.equal((await refused("[".repeat(17) + "]".repeat(17))).status, 400);
		assert.equal((await refused('{"a":'.repeat(2_000))).status, 400);
		assert.equal((await refused(`[${"0,".repeat(6_000)}0]`)).status, 413);
		assert.equal((await refused(`{${'"a":0,'.repeat(600)}"a":0}`)).status, 413);
		assert.equal(
			await request("POST", "/", { content: JSON.stringify("[{,:".repeat(1_000)) }).json(),
			"[{,:".repeat(1_000),
		);
	});

	it("answers text with a NUL with 400, because a string would end there", async () => {
		assert.equal((await refused('"a\0b"')).status, 400);
		const error: unknown = await request("POST", "/", { content: "a\0b" })
			.text()
			.catch((error) => error);
		assert.equal((error as HttpError).status, 400);
	});

	it("calls its hooks once when it is closed, and a late one at once", () => {
		const calls: string[] = [];
		const streaming = request("GET", "/");
		streaming.onClose(() => calls.push("first"));
		streaming.onClose(() => {
			calls.push("second");
			throw new Error("a hook fails");
		});
		streaming.onClose(() => calls.push("third"));
		assert.isFalse(streaming.closed);
		const errors: unknown[] = [];
		const queue = new HookQueue(),
			reporter = { report: (error: unknown) => errors.push(error) };
		for (let i = 0; i < 2; i++) streaming.disconnect({ runHook: (hook) => queue.run(hook, reporter) });
		assert.isTrue(streaming.closed);
		streaming.onClose(() => calls.push("late"));
		assert.deepEqual(calls, ["first", "second", "third", "late"]);
		assert.equal(errors.length, 1);
	});
});

function nested(depth: number): unknown[] {
	return depth > 1 ? [nested(depth - 1)] : [];
}
