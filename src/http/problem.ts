import type { HeadersInit } from "./headers.ts";
import { HttpError } from "./http-error.ts";
import { Response } from "./response.ts";
import { reasonPhrase } from "./status.ts";

/**
 * An error that tells programs as well as people what is wrong: a problem document (RFC 9457).
 *
 * @example
 * throw new Problem(422, "brightness is a whole number from -2 to 2", { field: "brightness" });
 */
export class Problem extends HttpError {
	readonly #members: Readonly<Record<string, unknown>>;

	/** @param members The document's members besides title, status and detail. */
	constructor(
		status: number,
		detail: string,
		members: Readonly<Record<string, unknown>> = {},
		headers?: HeadersInit,
	) {
		super(status, detail, headers);
		this.#members = members;
	}

	override get response(): Response {
		const { status, message } = this;
		return Response.json(
			{ title: reasonPhrase(status), status, detail: message, ...this.#members },
			{
				status,
				headers: { ...this.headers, "Content-Type": "application/problem+json" },
			},
		);
	}
}
