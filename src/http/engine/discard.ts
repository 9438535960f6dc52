import type { Socket } from "../io.ts";

/** Closes a socket; by a reset, where that is wanted and the host has it. */
export function discard(socket: Socket, reset: boolean): void {
	if (reset && socket.abort) socket.abort();
	else socket.close();
}
