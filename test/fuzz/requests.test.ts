import { assert } from "chai";
import fc from "fast-check";
import { createRequire } from "node:module";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { DEFAULT_LIMITS, type Limits } from "yieldcam/http/limits";
import { CHUNKED } from "yieldcam/http/syntax/message-framing";
import { Parser } from "yieldcam/http/syntax/parser";
import { check, patience } from "./support/check.ts";
import { bytesOf, fieldValue, pieces, spoiled, splits, token } from "./support/inputs.ts";

/** Node's own parser, which is llhttp. It is in no public module, and has had this form since Node 12. */
const { HTTPParser, methods } = createRequire(import.meta.url)("_http_common") as {
	HTTPParser: {
		new (): Llhttp;
		readonly REQUEST: number;
		readonly kOnHeadersComplete: number;
		readonly kOnMessageComplete: number;
		readonly kOnHeaders: number;
		readonly kOnBody: number;
	};
	methods: string[];
};

interface Llhttp {
	initialize(type: number, resource: object, maxHeaderSize: number): void;
	execute(bytes: Uint8Array): number | Error;
	[callback: number]: (...args: any[]) => unknown;
}

interface Field {
	readonly name: string;
	readonly value: string;
}

interface Request {
	readonly method: string;
	readonly target: string;
	readonly fields: readonly Field[];
	readonly content: "none" | "chunked" | number;
}

const reserved = new Set([
	"host",
	"content-length",
	"transfer-encoding",
	"connection",
	"expect",
	"upgrade",
	"keep-alive",
	"proxy-connection",
]);

const request: fc.Arbitrary<Request> = fc.record({
	method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
	target: fc
		.string({
			unit: fc
				.integer({ min: 0x21, max: 0x7e })
				.filter((code) => code !== 0x23)
				.map((code) => String.fromCharCode(code)),
			maxLength: 40,
		})
		.map((text) => `/${text}`),
	fields: fc.array(
		fc.record({ name: token.filter((name) => !reserved.has(name.toLowerCase())), value: fieldValue }),
		{ maxLength: 6 },
	),
	content: fc.oneof(
		fc.constantFrom("none" as const, "chunked" as const),
		fc.integer({ min: 0, max: DEFAULT_LIMITS.content }),
	),
});

function serialize({ method, target, fields, content }: Request): string {
	return [
		`${method} ${target} HTTP/1.1`,
		"Host: cam:8080",
		...fields.map(({ name, value }) => `${name}: ${value}`),
		...(content === "none"
			? []
			: [content === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${content}`]),
		"\r\n",
	].join("\r\n");
}

const text = request.map(serialize);

interface Verdict {
	readonly verdict: number;
	readonly length?: number;
	readonly head?: unknown;
}

/**
 * Feeds the parser, and a little more each time. Each array ends where the input does, so that reading beyond it yields
 * NaN.
 */
function parse(parts: readonly Uint8Array[], limits: Limits = DEFAULT_LIMITS): Verdict {
	const parser = new Parser(limits);
	const whole = Buffer.concat(parts);
	let verdict = MORE;
	let length = 0;
	for (const part of parts) {
		length += part.length;
		verdict = parser.parse(new Uint8Array(whole.subarray(0, length)));
		if (verdict !== MORE) break;
	}
	if (verdict !== DONE) return { verdict };
	const { headers, ...head } = parser.head;
	return { verdict, length: parser.length, head: { ...head, headers: [...headers] } };
}

interface Llverdict {
	readonly complete: boolean;
	readonly error?: string;
	readonly method?: string;
	readonly target?: string;
	readonly fields?: string[];
	readonly keepAlive?: boolean;
	readonly upgrade?: boolean;
}

/** llhttp's result for a head. It reads on after it, so the result is taken before the message's end. */
function llparse(bytes: Uint8Array): Llverdict {
	const parser = new HTTPParser();
	parser.initialize(HTTPParser.REQUEST, {}, 65_536);
	let found: Llverdict = { complete: false };
	let fields: string[] = [];
	parser[HTTPParser.kOnHeaders] = (more: string[]) => fields.push(...more);
	parser[HTTPParser.kOnBody] = () => {};
	parser[HTTPParser.kOnMessageComplete] = () => {};
	parser[HTTPParser.kOnHeadersComplete] = (
		_major: number,
		_minor: number,
		last: string[] | undefined,
		method: number,
		target: string,
		_status: number,
		_message: string,
		upgrade: boolean,
		keepAlive: boolean,
	) => {
		if (!found.complete)
			found = { complete: true, method: methods[method], target, fields: last ?? fields, keepAlive, upgrade };
		fields = [];
		return 0;
	};
	const result = parser.execute(Buffer.from(bytes));
	return found.complete || typeof result === "number"
		? found
		: { complete: false, error: (result as Error & { code: string }).code };
}

describe("the parser of requests, fuzzed", function () {
	this.timeout(patience);

	it("reads a client's request as intended, whatever follows, however it is split", () => {
		check(
			600,
			fc.property(request, fc.string({ unit: "binary-ascii", maxLength: 30 }), splits, (sent, rest, places) => {
				const head = serialize(sent);
				const input = bytesOf(head + rest);
				const whole = parse([input]);
				assert.equal(whole.verdict, DONE);
				assert.equal(whole.length, head.length);
				const { method, target, headers, contentLength, persistent } = whole.head as {
					method: string;
					target: string;
					headers: [string, string][];
					contentLength: number;
					persistent: boolean;
				};
				assert.deepEqual([method, target, persistent], [sent.method, sent.target, true]);
				assert.equal(
					contentLength,
					sent.content === "none" ? 0 : sent.content === "chunked" ? CHUNKED : sent.content,
				);
				assert.deepEqual(
					headers.slice(1, 1 + sent.fields.length).map(([name]) => name),
					sent.fields.map(({ name }) => name.toLowerCase()),
				);
				for (const [index, { value }] of sent.fields.entries())
					assert.include([value, Buffer.from(value, "latin1").toString("utf8")], headers[1 + index][1]);
				for (const way of pieces(input, places)) assert.deepEqual(parse(way), whole);
			}),
		);
	});

	it("has one verdict on any input, and needs no byte beyond its limit for it", () => {
		const limits = { ...DEFAULT_LIMITS, head: 120, fields: 6, target: 30, method: 10 };
		const known = [MORE, DONE, 400, 413, 414, 417, 431, 501, 505];
		check(
			2_500,
			fc.property(spoiled(text), splits, (sent, places) => {
				const input = bytesOf(sent);
				const whole = parse([input], limits);
				assert.include(known, whole.verdict);
				assert.isAtMost(whole.length ?? 0, limits.head);
				assert.deepEqual(parse([input.slice(0, limits.head)], limits), whole);
				for (const way of pieces(input, places)) assert.deepEqual(parse(way, limits), whole);
			}),
		);
	});

	it("never reads a request differently from llhttp", () => {
		check(
			4_000,
			fc.property(fc.oneof(text, spoiled(text)), (sent) => {
				const input = bytesOf(sent);
				const { verdict, head } = parse([input]);
				if (verdict !== DONE) return;
				const { method, target, headers, version } = head as {
					method: string;
					target: string;
					headers: [string, string][];
					version: string;
				};
				// It has a list of methods and of protocols after "HTTP/"; anything else means the same nowhere.
				if (!methods.includes(method)) return;
				const theirs = llparse(input);
				// llhttp rejects a version of 1.2 and up.
				if (theirs.error === "HPE_INVALID_VERSION" && version === "1.1") return;
				// It treats a target that is not a path as a URL, and parses it: it rejects "_", "%" or "~" in a host's
				// name, for example.
				if (theirs.error === "HPE_INVALID_URL" && !target.startsWith("/")) return;
				assert.isTrue(theirs.complete, `llhttp reports ${theirs.error}`);
				assert.deepEqual([method, target], [theirs.method, theirs.target]);
				assert.deepEqual(
					headers.map(([name]) => name),
					theirs.fields!.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
				);
			}),
		);
	});

	it("refuses everything that llhttp refuses in strict mode", () => {
		const accepted = new Set<string>();
		check(
			4_000,
			fc.property(spoiled(text), (sent) => {
				const input = bytesOf(sent);
				const theirs = llparse(input);
				const { verdict, head } = parse([input]);
				if (theirs.error && verdict === DONE)
					accepted.add(
						`${theirs.error} ${(head as { method: string }).method} ${(head as { version: string }).version}`,
					);
			}),
		);
		for (const difference of accepted)
			assert.match(difference, /^HPE_INVALID_(METHOD|VERSION|URL) /, "an unknown difference");
	});
});
