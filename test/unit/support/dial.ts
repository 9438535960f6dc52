import { Client as HttpClient, type ClientOptions } from "yieldcam/client/client";
import { type Client as FarEnd, Network } from "./memory-io.ts";
import { resetClock } from "./time.ts";

export interface Dialled {
	readonly network: Network;
	readonly client: HttpClient;
	/** The server's ends of the client's connections, oldest first. */
	readonly ends: readonly FarEnd[];
	/** The server's end of the newest connection. */
	readonly server: FarEnd;
	/** Runs everything that is under way. */
	settle(): Promise<void>;
}

/** An HTTP client on a network in memory, at time 0, and the server that a test plays for it. */
export function dial(options: Partial<ClientOptions> = {}, window?: number): Dialled {
	resetClock();
	const network = new Network(window);
	const ends = network.remote(8000);
	const client = new HttpClient({ io: network.TCP, url: "http://192.0.2.7:8000", ...options });
	return {
		network,
		client,
		ends,
		get server() {
			return ends.at(-1)!;
		},
		settle: () => network.settle(),
	};
}

/** A response with content. */
export function ok(content = "", ...fields: string[]): string {
	return ["HTTP/1.1 200 OK", `Content-Length: ${content.length}`, ...fields, "", content].join("\r\n");
}

/** The result of a promise, once it has settled. */
export class Outcome<T> {
	value: T | undefined;
	error: (Error & { readonly reason?: string }) | undefined;

	constructor(promise: Promise<T>) {
		promise.then(
			(value) => {
				this.value = value;
			},
			(error) => {
				this.error = error;
			},
		);
	}

	get settled(): boolean {
		return this.value !== undefined || this.error !== undefined;
	}
}
