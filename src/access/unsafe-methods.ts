import { Pattern } from "../http/syntax/pattern.ts";
import type { Request } from "../http/request.ts";

/** Distinguishes requests that only read from those that change something. */
export class UnsafeMethods {
	readonly #commands: readonly Pattern[];

	/**
	 * @param commands Addresses that change something although the method is GET, as patterns of the router. Throws a
	 * TypeError if one does not begin with "/".
	 */
	constructor(commands: readonly string[] = []) {
		this.#commands = commands.map((text) => new Pattern(text));
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
