import type { Handler } from "yieldcam/http/handler";
import type { Limits } from "yieldcam/http/limits";
import type { Machine } from "yieldcam/http/machine";
import { Server } from "yieldcam/http/server";
import { type Client, Network } from "./memory-io.ts";
import { resetClock } from "./time.ts";

export interface Served {
	readonly network: Network;
	readonly server: Server;
	/** The lines that the server has logged. */
	readonly log: string[];
	connect(): Client;
	/** Sends on a new connection, runs everything, and returns the answer. */
	ask(text: string): Promise<string>;
}

export interface ServeOptions {
	readonly limits?: Partial<Limits>;
	readonly window?: number;
	readonly machine?: Machine;
}

/** A server on a network in memory, at time 0. */
export function serve(handler: Handler | { handle: Handler }, { limits, window, machine }: ServeOptions = {}): Served {
	resetClock();
	const network = new Network(window);
	const log: string[] = [];
	const server = new Server({
		io: network.Listener,
		port: 80,
		handler,
		log: (line) => log.push(line),
		...(limits && { limits }),
		...(machine && { machine }),
	});
	return {
		network,
		server,
		log,
		connect: () => network.connect(),
		async ask(text) {
			const client = network.connect().send(text);
			await network.settle();
			client.finish();
			return client.text;
		},
	};
}

/** The head of a request, with the Host that HTTP/1.1 requires. */
export function head(requestLine: string, ...fields: string[]): string {
	return [requestLine, "Host: cam", ...fields, "\r\n"].join("\r\n");
}

/** The content of a response that is not chunked. */
export function contentOf(response: string): string {
	return response.slice(response.indexOf("\r\n\r\n") + 4);
}

/** A promise that a test settles. */
export class Deferred<T> {
	resolve!: (value: T) => void;
	reject!: (error: unknown) => void;
	readonly promise = new Promise<T>((resolve, reject) => {
		this.resolve = resolve;
		this.reject = reject;
	});
}
