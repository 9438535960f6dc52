import { lowerCase } from "./scan.ts";
import { indexOfEither, isAuthority } from "./characters.ts";
import type { ReceivedHeaders } from "../received-headers.ts";
import type { Limits } from "../limits.ts";
import { normalizePath } from "./percent.ts";
import { CHUNKED, framingFault, isPersistent, sizeOf } from "./message-framing.ts";

/** The status to refuse a malformed request with (RFC 9110, 15.5 and 15.6). */
export type ErrorStatus = number;

/** The meaning of a well-formed head. */
export interface Head {
	readonly method: string;
	/** The request-target as it was sent. */
	readonly target: string;
	/**
	 * Its path, with one slash at its beginning; "*" for `OPTIONS *`. It is still percent-encoded, but for the characters that never
	 * need it (`normalizePath`).
	 */
	readonly path: string;
	/** What follows its "?", or "". */
	readonly query: string;
	/** The host (and port) that the client asks for; "" if an HTTP/1.0 client does not say. */
	readonly host: string;
	readonly version: "1.0" | "1.1";
	readonly headers: ReceivedHeaders;
	/** Bytes of content that follow, or CHUNKED. */
	readonly contentLength: number;
	/** Whether the client keeps the connection for another request. */
	readonly persistent: boolean;
	/** Whether it waits for "100 Continue" before it sends the content. */
	readonly expectsContinue: boolean;
	/** Whether it is a request of RTSP, and not of HTTP. */
	readonly rtsp: boolean;
}

/** The longest host is a name of 253 characters with a port. */
const HOST_LENGTH = 259;

const HOST_REASON = "Host is missing, repeated or malformed";
const TARGET_REASON = "the request-target must be a path, or an address with a scheme and a host";

const USER_REASON =
	"the address in the request-target must not have a name and a password: they belong into Authorization";

/** Returns how many bytes of content a request may announce. */
export function mostContent(method: string, { content, upload }: Pick<Limits, "content" | "upload">): number {
	return method === "PUT" ? Math.max(content, upload) : content;
}

/** Returns the reason of a 413. */
export function tooLarge(most: number): string {
	return `the content has more than ${most} bytes`;
}

/**
 * Returns what the head means, or the status to refuse it with, or the reason if that is 400.
 *
 * The values come from a peer and may be as long as the head. This searches them with `indexOf` and never splits them,
 * since thousands of empty list members would be thousands of strings at once.
 *
 * @param rtsp Whether it is a request of RTSP (RFC 2326, 6). Its host is in the target, which is an absolute URL, or "*". Some
 * clients send less, such as VLC, whose PLAY is for "0": within a session that does not matter.
 */
export function interpretHead(
	method: string,
	target: string,
	version: "1.0" | "1.1",
	headers: ReceivedHeaders,
	limits: Limits,
	rtsp: boolean,
): Head | ErrorStatus | string {
	let host = "",
		local = target,
		reason = HOST_REASON;
	if (!rtsp) {
		const hosts = headers.getAll("host");
		// RFC 9112, 3.2: a server MUST refuse a request whose Host is missing, repeated or malformed.
		if (hosts.length > 1 || (hosts.length === 0 && version === "1.1")) return HOST_REASON;
		host = hosts[0] ?? "";
	}
	if (!target.startsWith("/")) {
		if (method === "CONNECT") return 501; // this is not a proxy
		const scheme = rtsp ? "rtsp://" : "http://",
			{ length } = scheme;
		if (lowerCase(target.slice(0, length)) === scheme) {
			// RFC 9112, 3.2.2: MUST accept absolute-form; its authority then replaces that of Host.
			const rest = target.slice(length),
				end = indexOfEither(rest, "/", "?");
			host = end < 0 ? rest : rest.slice(0, end);
			if (host === "") return TARGET_REASON; // RFC 9110, 4.2.1
			local = end < 0 ? "/" : rest.slice(end);
			if (local.startsWith("?")) local = "/" + local;
			// 4.2.4: a name and a password in the address are an error.
			reason = host.includes("@") ? USER_REASON : TARGET_REASON;
		} else if (!rtsp && (target !== "*" || method !== "OPTIONS")) return TARGET_REASON;
	}
	if (host.length > HOST_LENGTH || !isAuthority(host)) return reason;

	const fault = framingFault(version, headers);
	if (fault !== undefined) return fault;
	const contentLength = sizeOf(headers) ?? 0;
	if (rtsp && contentLength === CHUNKED) return "RTSP has no Transfer-Encoding";
	if (contentLength > mostContent(method, limits)) return 413;

	let expectsContinue = false;
	const expectation = headers.get("expect");
	if (expectation !== undefined && version === "1.1" && !rtsp) {
		if (lowerCase(expectation) !== "100-continue") return 417; // RFC 9110, 10.1.1
		expectsContinue = contentLength !== 0;
	}

	const persistent = isPersistent(version, headers);
	// A proxy that has the device in a folder may leave the slash at the folder's end: "//stream". Two of them, one behind
	// the other, leave two. Each slice is a copy, so there are no more than four.
	for (let left = 4; left > 0 && local.startsWith("//"); left--) local = local.slice(1);
	const question = local.indexOf("?");
	const path = normalizePath(question < 0 ? local : local.slice(0, question));
	const query = question < 0 ? "" : local.slice(question + 1);
	return { method, target, path, query, host, version, headers, contentLength, persistent, expectsContinue, rtsp };
}
