import type { ReceivedHeaders } from "yieldcam/http/received-headers";
import { framingFault, sizeOf } from "yieldcam/http/syntax/message-framing";

export interface ResponseHead {
	readonly status: number;
	readonly version: "1.0" | "1.1";
	readonly headers: ReceivedHeaders;
}

/**
 * Bytes of content that follow the head of a final response; CHUNKED; Infinity where the end of the
 * connection is theirs; undefined where the fields leave it in doubt (RFC 9112, 6.3). That two of them
 * contradict each other is one more sign of an attack, in a response as in a request.
 */
export function contentSize({ status, version, headers }: ResponseHead, method: string): number | undefined {
	if (framingFault(version, headers)) return undefined;
	if (method === "HEAD" || status === 204 || status === 304) return 0;
	return sizeOf(headers) ?? Infinity;
}
