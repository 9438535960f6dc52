import type { Handler } from "../http/handler.ts";
import { notModified } from "../http/not-modified.ts";
import { Response } from "../http/response.ts";

/** A file in the firmware: the SDK's Resource, or an ArrayBuffer. */
export type PageResource = Pick<ArrayBuffer, "byteLength">;

/**
 * Answers with a page that was compressed when the firmware was built.
 *
 * It goes out compressed whatever Accept-Encoding says, as CameraWebServer's does: every browser takes it, and
 * 406 would tell a monitor that only asks whether somebody is there that nobody is.
 *
 * @param resource One gzip member (RFC 1952) with the HTML; kept, and sent without being copied.
 */
export function page(resource: PageResource): Handler {
	// XS takes a host buffer wherever it takes an ArrayBuffer; TypeScript cannot know.
	const gzipped = resource as ArrayBuffer;
	const etag = etagOf(gzipped);
	// Asked for each time, since a board that was flashed anew has the same address.
	const caching = Object.freeze({ ETag: etag, "Cache-Control": "no-cache" });
	return (request) =>
		notModified(request, etag, caching) ??
		new Response(gzipped, {
			headers: { "Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", ...caching },
		});
}

/** A gzip member ends with the CRC-32 and the size of what it holds (RFC 1952, 2.3.1): nothing better to tell two by. */
function etagOf(gzipped: ArrayBuffer): string {
	const digits = Array.from(new Uint8Array(gzipped, gzipped.byteLength - 8, 8), (byte) =>
		byte.toString(16).padStart(2, "0"),
	);
	return `"${digits.join("")}"`;
}
