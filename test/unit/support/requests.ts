import { Content } from "yieldcam/http/engine/content";
import { DONE } from "yieldcam/http/syntax/field-section";
import type { Head } from "yieldcam/http/syntax/head";
import { Input } from "yieldcam/http/engine/input";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { UNLIMITED_MACHINE } from "yieldcam/http/machine";
import { NewNames } from "yieldcam/http/new-names";
import { Parser } from "yieldcam/http/syntax/parser";
import { ConnectedRequest } from "yieldcam/http/engine/connected-request";
import type { RequestLink } from "yieldcam/http/request";

/** The limits and the memory of a request that has no connection. */
export const STANDALONE = {
	limits: DEFAULT_LIMITS,
	machine: UNLIMITED_MACHINE,
	newNames: new NewNames(UNLIMITED_MACHINE, 0),
};

export interface RequestInit {
	readonly headers?: Readonly<Record<string, string>>;
	readonly content?: string;
	readonly address?: string;
}

/** A request without a socket, as a handler or a router receives it. */
export function request(
	method: string,
	target: string,
	{ headers = {}, content = "", address }: RequestInit = {},
): ConnectedRequest {
	const bytes = ArrayBuffer.fromString(content);
	const lines = [`${method} ${target} HTTP/1.1`, "Host: cam"];
	for (const name in headers) lines.push(`${name}: ${headers[name]}`);
	if (bytes.byteLength > 0) lines.push(`Content-Length: ${bytes.byteLength}`);
	const head = parseHead([...lines, "\r\n"].join("\r\n"));
	if (bytes.byteLength === 0) return new ConnectedRequest(head, undefined, linkFrom(address), STANDALONE);
	const arrived = new Content(bytes.byteLength, DEFAULT_LIMITS, {
		contentWanted: () => void arrived.take(inputOf(bytes)),
		contentResumed: () => void arrived.take(inputOf(bytes)),
		makeContentRoom: () => false,
		freeMemory: () => true,
	});
	return new ConnectedRequest(head, arrived, linkFrom(address ?? "192.0.2.1"), STANDALONE);
}

/** The connection of a request that has none. */
export function linkFrom(remoteAddress: string | undefined): RequestLink {
	return {
		remoteAddress,
		acquireHandler: () => true,
		hasHandler: false,
		retrying: false,
		abortSlowest: () => false,
		freeMemory: () => true,
		waitForTurn() {},
		markTrusted() {},
		terminate() {},
		report() {},
	};
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
