/** Reason phrases of RFC 9110, 15 and RFC 6585, for the codes that a small server sends. */
const REASONS: Readonly<Record<number, string>> = Object.freeze({
	101: "Switching Protocols",
	200: "OK",
	201: "Created",
	202: "Accepted",
	204: "No Content",
	206: "Partial Content",
	301: "Moved Permanently",
	302: "Found",
	303: "See Other",
	304: "Not Modified",
	307: "Temporary Redirect",
	308: "Permanent Redirect",
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	408: "Request Timeout",
	409: "Conflict",
	412: "Precondition Failed",
	413: "Content Too Large",
	414: "URI Too Long",
	415: "Unsupported Media Type",
	416: "Range Not Satisfiable",
	417: "Expectation Failed",
	421: "Misdirected Request",
	422: "Unprocessable Content",
	426: "Upgrade Required",
	428: "Precondition Required",
	429: "Too Many Requests",
	431: "Request Header Fields Too Large",
	// Those of RTSP (RFC 2326, 11.3).
	454: "Session Not Found",
	455: "Method Not Valid in This State",
	461: "Unsupported Transport",
	500: "Internal Server Error",
	501: "Not Implemented",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
	505: "HTTP Version Not Supported",
	507: "Insufficient Storage",
	551: "Option not supported", // of RTSP
});

/** Returns the phrase of a code, or "" if the table does not have it: RFC 9112, 4 lets the phrase be absent. */
export function reasonPhrase(status: number): string {
	return REASONS[status] ?? "";
}
