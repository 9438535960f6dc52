import type { Piece, Pieces } from "./script.ts";

/** A GET with further field lines, each with its CRLF. */
export function get(path: string, ...fields: readonly Piece[]): Piece[] {
	return [`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`, ...fields, "\r\n"];
}

/** A complete request with JSON. */
export function send(method: string, path: string, content: Pieces, ...fields: readonly Piece[]): Piece[] {
	return [
		`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`,
		...fields,
		{ body: content },
	];
}

export const patch = (content: Pieces, ...fields: readonly Piece[]): Piece[] =>
	send("PATCH", "/api/camera", content, ...fields);

/** An object with count new names. */
export function names(count: number, length = 8): Piece[] {
	return [`{"brightness":0`, { repeat: [`,"`, { fresh: length }, `":0`], count }, "}"];
}

/** The request that opens a WebSocket. */
export function handshake(path: string): string {
	return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}
