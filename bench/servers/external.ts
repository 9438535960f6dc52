import type { BenchServer } from "./server.ts";
import { descendants } from "../processes.ts";

export interface ExternalPeer {
	readonly name: string;
	readonly url: URL;
	readonly pid: number;
	/** The path of a small response. */
	readonly status: string;
}

/** A server that the user starts and stops. */
export function externalServer({ name, url, pid, status }: ExternalPeer): BenchServer {
	return {
		name,
		note: "started by hand: frames only have to be JPEGs from start to end; no latency, since its clock is unknown; its memory is the peak since its start",
		ownRate: true,
		start: async () => ({
			port: Number(url.port || 80),
			stream: url.pathname + url.search,
			status,
			processes: [pid, ...descendants(pid)],
			aside: [],
			clockOffset: undefined,
			servesFolder: false,
			stop: async () => {},
		}),
	};
}
