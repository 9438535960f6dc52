import { Content } from "yieldcam/http/engine/content";
import { DONE } from "yieldcam/http/syntax/field-section";
import type { Head } from "yieldcam/http/syntax/head";
import { Input } from "yieldcam/http/engine/input";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Parser } from "yieldcam/http/syntax/parser";
import { Request, type RequestLink } from "yieldcam/http/request";

export interface RequestInit {
	readonly headers?: Readonly<Record<string, string>>;
	readonly content?: string;
	readonly address?: string;
}

/** A request without a socket, as a handler or a router gets it. */
export function request(
	method: string,
	target: string,
	{ headers = {}, content = "", address }: RequestInit = {},
): Request {
	const bytes = ArrayBuffer.fromString(content);
	const lines = [`${method} ${target} HTTP/1.1`, "Host: cam"];
	for (const name in headers) lines.push(`${name}: ${headers[name]}`);
	if (bytes.byteLength > 0) lines.push(`Content-Length: ${bytes.byteLength}`);
	const head = parseHead([...lines, "\r\n"].join("\r\n"));
	if (bytes.byteLength === 0) return new Request(head, undefined, linkFrom(address));
	const arrived = new Content(bytes.byteLength, DEFAULT_LIMITS, () => arrived.take(inputOf(bytes)));
	return new Request(head, arrived, linkFrom(address ?? "192.0.2.1"));
}

/** What a request knows of a connection that there is not. */
export function linkFrom(remoteAddress: string | undefined): RequestLink {
	return { remoteAddress, claim: () => true, relieve: () => false, trust() {}, cut() {}, report() {} };
}

export function parseHead(text: string): Head {
	const parser = new Parser(DEFAULT_LIMITS);
	const verdict = parser.parse(new Uint8Array(ArrayBuffer.fromString(text)));
	if (verdict !== DONE) throw new Error(`no head: ${verdict}`);
	return parser.head;
}

/** Input that has already arrived. */
export function inputOf(bytes: ArrayBuffer): Input {
	const input = new Input({ read: () => bytes });
	input.readable(bytes.byteLength);
	input.read(bytes.byteLength);
	return input;
}
