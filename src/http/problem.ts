import { HttpError } from "./http-error.ts";
import type { Response } from "./response.ts";

/**
 * An error that tells programs as well as people what is wrong: a problem document (RFC 9457), at any address, with
 * members of its own.
 *
 * @example
 * throw new Problem(422, "brightness is a whole number from -2 to 2", { field: "brightness" });
 */
export class Problem extends HttpError {
	readonly #members: Readonly<Record<string, unknown>> | undefined;

	/** @param members The document's members besides title, status and detail. */
	constructor(status: number, detail: string, members?: Readonly<Record<string, unknown>>) {
		super(status, detail);
		this.#members = members;
	}

	override responseAt(): Response {
		return this.document(this.#members);
	}
}
