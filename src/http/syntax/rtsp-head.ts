import type { ReceivedHeaders } from "../received-headers.ts";
import type { Limits } from "../limits.ts";
import { indexOfEither } from "./characters.ts";
import type { ErrorStatus, Head } from "./head.ts";
import { CHUNKED, framingFault, isPersistent, sizeOf } from "./message-framing.ts";
import { lowerCase } from "./scan.ts";

const SCHEME = "rtsp://";

/**
 * Returns what the head of a request of RTSP (RFC 2326, 6) means, or the status to refuse it with, or the reason if that is
 * 400. The target is an absolute URL, or "*". Some clients send less, such as VLC, whose PLAY is for "0": within a session
 * that does not matter.
 */
export function interpretRtspHead(
	method: string,
	target: string,
	headers: ReceivedHeaders,
	limits: Limits,
): Head | ErrorStatus | string {
	const fault = framingFault("1.1", headers);
	if (fault !== undefined) return fault;
	const contentLength = sizeOf(headers) ?? 0;
	if (contentLength === CHUNKED) return "RTSP has no Transfer-Encoding";
	if (contentLength > limits.content) return 413;
	let host = "",
		local = target;
	if (lowerCase(target.slice(0, SCHEME.length)) === SCHEME) {
		const rest = target.slice(SCHEME.length),
			end = indexOfEither(rest, "/", "?");
		host = end < 0 ? rest : rest.slice(0, end);
		local = end < 0 ? "/" : rest.slice(end);
		if (local.startsWith("?")) local = "/" + local;
	}
	const question = local.indexOf("?"),
		path = question < 0 ? local : local.slice(0, question),
		query = question < 0 ? "" : local.slice(question + 1);
	return {
		method,
		target,
		path,
		query,
		host,
		version: "1.1",
		headers,
		contentLength,
		persistent: isPersistent("1.1", headers),
		expectsContinue: false,
		rtsp: true,
	};
}
