import type { Socket } from "../io.ts";

/** Closes a socket. Closes it by a reset if `reset` is set and the host supports that. */
export function discard(socket: Socket, reset: boolean): void {
	if (reset && socket.abort) socket.abort();
	else socket.close();
}
