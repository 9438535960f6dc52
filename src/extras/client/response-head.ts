import type { ReceivedHeaders } from "yieldcam/http/received-headers";
import { framingFault, sizeOf } from "yieldcam/http/syntax/message-framing";

export interface ResponseHead {
	readonly status: number;
	readonly version: "1.0" | "1.1";
	readonly headers: ReceivedHeaders;
}

/**
 * Returns how many bytes of content follow the head of a final response; CHUNKED; Infinity if the content ends with
 * the connection; undefined if the fields are ambiguous (RFC 9112, 6.3). Two fields that contradict each other are a
 * sign of an attack, in a response as in a request.
 */
export function contentSize({ status, version, headers }: ResponseHead, method: string): number | undefined {
	if (framingFault(version, headers)) return undefined;
	if (method === "HEAD" || status === 204 || status === 304) return 0;
	return sizeOf(headers) ?? Infinity;
}
