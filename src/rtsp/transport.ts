import { trimBlanks } from "../http/syntax/ascii.ts";
import { isDigits } from "../http/syntax/characters.ts";
import { lowerCase } from "../http/syntax/scan.ts";

/** How a session's packets go to its client. Of two numbers the second is for reports (RTCP). */
export interface Transport {
	/** The channel of interleaved packets; undefined over UDP. */
	readonly channel?: number;
	/** The client's ports; undefined over TCP. */
	readonly port?: number;
	readonly reportPort?: number;
}

/** Bytes of the longest field that is read. Clients send three transports at most. */
export const MAX_TRANSPORT_LENGTH = 512;

/**
 * Returns the first transport of a Transport field (RFC 2326, 12.39) that is served: RTP over UDP to the client itself, or
 * interleaved with RTSP. Undefined if it names none.
 *
 * @param free The channel of interleaved packets for a client that names none.
 */
export function transportOf(field: string, free = 0): Transport | undefined {
	let rest = field;
	for (;;) {
		const comma = rest.indexOf(","),
			found = parse(comma < 0 ? rest : rest.slice(0, comma), free);
		if (found || comma < 0) return found;
		rest = rest.slice(comma + 1);
	}
}

function parse(text: string, free: number): Transport | undefined {
	let rest = text,
		first = true,
		tcp = false,
		pair: readonly [number, number] | undefined;
	for (;;) {
		const end = rest.indexOf(";"),
			part = lowerCase(trimBlanks(end < 0 ? rest : rest.slice(0, end)));
		if (first) {
			tcp = part === "rtp/avp/tcp";
			if (!tcp && part !== "rtp/avp" && part !== "rtp/avp/udp") return undefined;
			first = false;
		} else if (part === "multicast") return undefined;
		else if (part.startsWith(tcp ? "interleaved=" : "client_port=")) {
			pair = pairOf(part.slice(part.indexOf("=") + 1));
			if (!pair) return undefined;
		} else if (part.startsWith("mode=") && !part.includes("play")) return undefined;
		if (end < 0) break;
		rest = rest.slice(end + 1);
	}
	if (tcp) {
		const [channel] = pair ?? [free, 0];
		return channel <= 254 ? { channel } : undefined;
	}
	if (!pair || Math.min(...pair) === 0 || Math.max(...pair) > 65_535) return undefined;
	return { port: pair[0], reportPort: pair[1] };
}

/** Returns two numbers, such as "5000-5001". The second is the next one if it is not said. */
function pairOf(text: string): readonly [number, number] | undefined {
	const dash = text.indexOf("-"),
		one = dash < 0 ? text : text.slice(0, dash),
		other = dash < 0 ? "" : text.slice(dash + 1);
	if (!isDigits(one) || one.length > 5 || (dash >= 0 && (!isDigits(other) || other.length > 5))) return undefined;
	return [Number(one), dash < 0 ? Number(one) + 1 : Number(other)];
}
