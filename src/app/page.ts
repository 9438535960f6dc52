import type { PageResource } from "../device/device.ts";
import type { Handler } from "../http/handler.ts";
import { acceptsEncoding } from "../http/accepts-encoding.ts";
import { HttpError } from "../http/http-error.ts";
import { RELATIVE_BASE } from "../http/html.ts";
import { notModified } from "../http/not-modified.ts";
import { Response } from "../http/response.ts";

const PLAIN_PAGE = `<!doctype html>
<html lang="en"><title>yieldcam</title>
${RELATIVE_BASE}
<p><img loading="lazy" src="stream?orientation=exif" alt="The live picture">
<p><a href="capture">Snapshot</a> · <a href="api/state">State</a>
<p>The page with the controls is compressed: it needs a browser that accepts gzip.
`;

/** Fields of the page in each coding. */
const FIELDS = Object.freeze({
	// Revalidated each time, since a board keeps its address when it is flashed again.
	"Cache-Control": "no-cache",
	Vary: "Accept-Encoding",
	// Otherwise a page that has such a policy cannot have it in a frame, even if `frameAncestors` names that page's site.
	"Cross-Origin-Embedder-Policy": "require-corp",
});

/**
 * Creates a handler for a page that was compressed when the firmware was built.
 *
 * A client that does not take gzip, such as wget, gets a page with the picture and links instead. A board has no memory to
 * inflate the page, and a 406 would make a monitor that only checks whether the device answers report it as down.
 *
 * @param resource One gzip member (RFC 1952) with the HTML. It is kept, and sent without being copied.
 */
export function page(resource: PageResource): Handler {
	// XS takes a host buffer wherever it takes an ArrayBuffer; TypeScript cannot know.
	const gzipped = resource as ArrayBuffer;
	const etag = etagOf(gzipped),
		plainEtag = `"plain-${etag.slice(1)}`;
	return (request) => {
		const codings = request.headers.get("accept-encoding");
		if (!acceptsEncoding(codings, "gzip")) {
			if (!acceptsEncoding(codings, "identity"))
				throw new HttpError(406, "the page has no coding but gzip and identity", FIELDS);
			const headers = { ETag: plainEtag, ...FIELDS };
			return notModified(request, plainEtag, headers) ?? Response.html(PLAIN_PAGE, { headers });
		}
		const headers = { ETag: etag, ...FIELDS };
		return (
			notModified(request, etag, headers) ??
			new Response(gzipped, {
				headers: { "Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", ...headers },
			})
		);
	};
}

/**
 * A gzip member ends with the CRC-32 and the size of its contents (RFC 1952, 2.3.1), which is the best way to tell two
 * apart.
 */
function etagOf(gzipped: ArrayBuffer): string {
	const digits = Array.from(new Uint8Array(gzipped, gzipped.byteLength - 8, 8), (byte) =>
		byte.toString(16).padStart(2, "0"),
	);
	return `"${digits.join("")}"`;
}
