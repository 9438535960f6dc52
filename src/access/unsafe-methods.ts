import { Pattern } from "../http/syntax/pattern.ts";
import type { Request } from "../http/request.ts";

/** Tells requests that only read from those that change something. */
export class UnsafeMethods {
	readonly #commands: readonly Pattern[];

	/** @param commands Patterns of addresses, as the router takes them, that change something although they are asked with GET. */
	constructor(commands: readonly string[] = []) {
		this.#commands = commands.map((text) => new Pattern(text));
	}

	isUnsafe({ method, path }: Request): boolean {
		switch (method) {
			case "OPTIONS":
				return false;
			case "GET":
			case "HEAD": // which the router answers by GET's handler
				return this.#commands.some((pattern) => pattern.match(path) !== undefined);
			default:
				return true;
		}
	}
}
