/** Requests without a connection, for the tests of a program's routes. */
import { type BodyOwner, isList } from "yieldcam/http/body";
import { Content } from "yieldcam/http/engine/content";
import { Input } from "yieldcam/http/engine/input";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Request } from "yieldcam/http/request";
import type { Response } from "yieldcam/http/response";
import { DONE } from "yieldcam/http/syntax/field-section";
import { Parser } from "yieldcam/http/syntax/parser";

export interface RequestInit {
	/** Host is yieldcam.local unless it is one of them. */
	readonly headers?: Readonly<Record<string, string>>;
	/** Text or JSON to send. */
	readonly content?: string;
}

/**
 * Makes a request as it would arrive from a client. Throws an Error if no client could send it.
 *
 * @example
 * const response = await app.handle(request("POST", "/drive", { content: JSON.stringify({ forward: 1 }) }));
 */
export function request(method: string, target: string, { headers = {}, content = "" }: RequestInit = {}): Request {
	const bytes = ArrayBuffer.fromString(content),
		lines = [`${method} ${target} HTTP/1.1`];
	for (const [name, value] of Object.entries({ Host: "yieldcam.local", ...headers })) lines.push(`${name}: ${value}`);
	if (bytes.byteLength > 0) lines.push(`Content-Length: ${bytes.byteLength}`);
	const parser = new Parser(DEFAULT_LIMITS),
		verdict = parser.parse(new Uint8Array(ArrayBuffer.fromString([...lines, "\r\n"].join("\r\n"))));
	if (verdict !== DONE) throw new Error(`the server would refuse this request with ${verdict}`);
	return new Request(parser.head, bytes.byteLength === 0 ? undefined : arrived(bytes));
}

/** Content that has arrived with its head. */
function arrived(bytes: ArrayBuffer): Content {
	const input = new Input({ read: () => bytes });
	input.readable(bytes.byteLength);
	input.read(bytes.byteLength);
	const content = new Content(bytes.byteLength, DEFAULT_LIMITS, {
		contentWanted: () => void content.take(input),
		contentResumed: () => void content.take(input),
		makeContentRoom: () => false,
		freeMemory: () => true,
	});
	return content;
}

/**
 * Reads a response's body as text. A stream that does not end by itself ends after this many blocks, as if its client had
 * disconnected.
 */
export async function textOf(
	response: Response,
	{ blocks = Infinity }: { readonly blocks?: number } = {},
): Promise<string> {
	if (response.bytes !== undefined) return text(response.bytes);
	let failure: unknown;
	const owner: BodyOwner = {
		report: (error) => {
			failure ??= error;
		},
		freeMemory: () => true,
		abort() {},
	};
	const source = response.open(owner)!;
	let read = "";
	try {
		for (let count = 0; count < blocks;) {
			let wake!: () => void;
			const woken = new Promise<void>((resolve) => {
				wake = resolve;
			});
			const block = source.pull(wake);
			if (failure !== undefined) throw failure;
			if (block === null) break;
			if (block === undefined) {
				await woken;
				continue;
			}
			if ("writeTo" in block) throw new TypeError("the body writes itself to a socket");
			for (const bytes of isList(block) ? block : [block]) read += text(bytes);
			count++;
		}
	} finally {
		source.close();
	}
	return read;
}

function text(bytes: ArrayBuffer | ArrayBufferView): string {
	return ArrayBuffer.isView(bytes)
		? String.fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		: String.fromArrayBuffer(bytes);
}
