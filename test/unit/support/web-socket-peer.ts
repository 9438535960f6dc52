import type { Machine } from "yieldcam/http/machine";
import type { Limits } from "yieldcam/http/limits";
import { webSocket, type WebSocket, type WebSocketOptions } from "yieldcam/websocket/web-socket";
import type { Client } from "./memory-io.ts";
import { head, serve, type Served } from "./serve.ts";

/** The example of RFC 6455, 1.3. */
export const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
export const HANDSHAKE = head(
	"GET / HTTP/1.1",
	"Upgrade: websocket",
	"Connection: Upgrade",
	`Sec-WebSocket-Key: ${KEY}`,
	"Sec-WebSocket-Version: 13",
);

const MASK = [0x37, 0xfa, 0x21, 0x3d];

export function utf8Of(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
	return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** A client's frame. `first` is its whole first byte: FIN, the reserved bits, the opcode. */
export function frame(
	first: number,
	payload: Uint8Array | string = "",
	mask: readonly number[] | null = MASK,
): Uint8Array {
	const bytes = typeof payload === "string" ? utf8Of(payload) : payload;
	const { length } = bytes;
	const header = [first];
	const bit = mask ? 0x80 : 0;
	if (length < 126) header.push(bit | length);
	else if (length < 0x10000) header.push(bit | 126, length >> 8, length & 0xff);
	else header.push(bit | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff);
	return Uint8Array.from([
		...header,
		...(mask ?? []),
		...Array.from(bytes, (byte, at) => (mask ? byte ^ mask[at & 3] : byte)),
	]);
}

export const text = (payload: string | Uint8Array) => frame(0x81, payload);
export const binary = (payload: Uint8Array) => frame(0x82, payload);
export const ping = (payload = "") => frame(0x89, payload);
export const pong = (payload = "") => frame(0x8a, payload);

export function close(code?: number, reason: string | Uint8Array = ""): Uint8Array {
	const bytes = typeof reason === "string" ? utf8Of(reason) : reason;
	return frame(0x88, code === undefined ? bytes : Uint8Array.from([code >> 8, code & 0xff, ...bytes]));
}

/** What the server sent, one line for each frame: "text hello", "binary 3 bytes", "pong abc", "close 1002 reason". */
export function framesOf(bytes: Uint8Array): string[] {
	const frames: string[] = [];
	for (let at = 0; at < bytes.length;) {
		const names: Record<number, string> = {
			0x81: "text",
			0x82: "binary",
			0x88: "close",
			0x89: "ping",
			0x8a: "pong",
		};
		const name = names[bytes[at]] ?? `first byte ${bytes[at]}`;
		let length = bytes[at + 1]; // a mask would show as a length beyond 127
		at += 2;
		const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
		if (extended > 0) length = bytes.subarray(at, at + extended).reduce((value, byte) => value * 256 + byte, 0);
		at += extended;
		const payload = bytes.slice(at, at + length);
		at += length;
		if (payload.length < length) frames.push(`${name} with ${length - payload.length} of ${length} bytes to come`);
		else if (name === "close" && length >= 2)
			frames.push(
				`close ${(payload[0] << 8) | payload[1]} ${String.fromArrayBuffer(payload.slice(2).buffer)}`.trim(),
			);
		else if (name === "ping" || name === "pong")
			// for any bytes
			frames.push(`${name} ${Array.from(payload, (byte) => String.fromCharCode(byte)).join("")}`.trim());
		else if (name === "binary") frames.push(`binary ${length} bytes`);
		else frames.push(`${name} ${String.fromArrayBuffer(payload.buffer)}`.trim());
	}
	return frames;
}

function endOfHead(bytes: Uint8Array): number {
	for (let at = 3; at < bytes.length; at++) {
		if (bytes[at - 3] === 0x0d && bytes[at - 2] === 0x0a && bytes[at - 1] === 0x0d && bytes[at] === 0x0a)
			return at + 1;
	}
	throw new Error("the response's head does not end");
}

/** A client whose handshake is done. */
export class Peer {
	readonly client: Client;
	readonly #network: Served["network"];
	#seen: number;

	constructor(client: Client, network: Served["network"]) {
		this.client = client;
		this.#network = network;
		this.#seen = endOfHead(client.received);
	}

	/** Sends, and runs everything. */
	async send(...pieces: Uint8Array[]): Promise<this> {
		for (const piece of pieces) {
			this.client.send(piece);
			await this.#network.settle();
		}
		return this;
	}

	/** The lines since the last call; "end" if the server closed the connection in good order. */
	take(): string[] {
		const { received, closed, wasReset } = this.client;
		const frames = framesOf(received.subarray(this.#seen));
		this.#seen = received.length;
		return closed ? [...frames, wasReset ? "reset" : "end"] : frames;
	}
}

export interface Sockets extends Served {
	/** @param data Bytes that follow the handshake in the same packet. */
	open(data?: Uint8Array): Promise<Peer>;
}

export function serveWebSocket(
	handler: (socket: WebSocket) => Promise<void>,
	{
		limits,
		window,
		machine,
		...options
	}: Omit<WebSocketOptions, "limits"> & {
		limits?: Partial<Limits> & WebSocketOptions["limits"];
		window?: number;
		machine?: Machine;
	} = {},
): Sockets {
	const served = serve((request) => webSocket(request, handler, { ...options, ...(limits && { limits }) }), {
		...(limits && { limits }),
		...(window !== undefined && { window }),
		...(machine && { machine }),
	});
	return {
		...served,
		async open(data = new Uint8Array(0)) {
			const client = served.connect().send(concat(utf8Of(HANDSHAKE), data));
			await served.network.settle();
			return new Peer(client, served.network);
		},
	};
}

/** Echoes every message. */
export async function echo(socket: WebSocket): Promise<void> {
	for await (const message of socket) await socket.send(message.binary ? message.bytes : message.text);
}
