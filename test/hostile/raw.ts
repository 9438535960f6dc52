import { connect } from "node:net";
import { bytesOf } from "./bytes.ts";
import type { Pieces } from "./script.ts";

export interface Exchange {
	/** 0 if there was no answer. */
	readonly status: number;
	/** Everything that arrived. */
	readonly text: string;
	/** Milliseconds until the other side was done. */
	readonly time: number;
	/** The error's code if the connection was not closed in order. */
	readonly error?: string;
}

/** Sends the given bytes unchanged, and returns what arrives until the other side is done. */
export function exchange(
	port: number,
	bytes: Pieces,
	{ from = "127.0.0.66", timeout = 10_000 } = {},
): Promise<Exchange> {
	return new Promise((resolve) => {
		const begun = performance.now();
		let text = "";
		const socket = connect({ port, host: "127.0.0.1", localAddress: from });
		const end = (error?: string) => {
			const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
			resolve({ status, text, time: performance.now() - begun, ...(error !== undefined && { error }) });
			socket.destroy();
		};
		socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
		socket
			.on("error", (error: NodeJS.ErrnoException) => end(error.code))
			.on("end", () => end())
			.on("close", () => end());
		socket.setTimeout(timeout, () => end("timeout"));
		socket.write(bytesOf(bytes));
	});
}
