import { lowerCase } from "../http/syntax/scan.ts";
import { Pattern } from "../http/syntax/pattern.ts";
import type { Request } from "../http/request.ts";

/** Distinguishes requests that only read from those that change something. */
export class UnsafeMethods {
	readonly #commands: readonly Pattern[];
	readonly #viewerSockets: readonly Pattern[];

	/**
	 * Both are patterns of the router. Throws a TypeError if one does not begin with "/".
	 *
	 * @param commands Addresses that change something although the method is GET.
	 * @param viewerSockets Addresses whose WebSockets change nothing.
	 */
	constructor(commands: readonly string[] = [], viewerSockets: readonly string[] = []) {
		this.#commands = commands.map((text) => new Pattern(text));
		this.#viewerSockets = viewerSockets.map((text) => new Pattern(text));
	}

	/** Reports whether a request requires the admin's password: it is unsafe, or opens a WebSocket, over which anything may be sent. */
	requiresAdmin(request: Request): boolean {
		const { headers, path } = request;
		// RTSP only shows the pictures.
		if (request.rtsp) return false;
		return (
			this.isUnsafe(request) ||
			(lowerCase(headers.get("upgrade") ?? "").includes("websocket") &&
				!this.#viewerSockets.some((pattern) => pattern.match(path) !== undefined))
		);
	}

	isUnsafe({ method, path }: Request): boolean {
		switch (method) {
			case "OPTIONS":
				return false;
			case "GET":
			case "HEAD": // the router answers it with GET's handler
				return this.#commands.some((pattern) => pattern.match(path) !== undefined);
			default:
				return true;
		}
	}
}
