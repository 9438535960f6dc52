import type { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import type { Role } from "./role.ts";

/** A check of one password, for the requests of one address that gave it. */
export class Check {
	readonly network: string;
	/** Digest of the credentials, to recognize requests with the same ones. */
	readonly digest: Uint8Array;
	readonly #onLeft: (check: Check) => void;
	readonly #role: Promise<Role | undefined>;
	#resolve!: (role: Role | undefined) => void;
	#reject!: (error: HttpError) => void;
	#requests = 0;
	/** Whether the result is known, or nobody needs it any more. Then nothing more is computed. */
	over = false;

	/** @param onLeft Called if all clients disconnect before the result is known. */
	constructor(network: string, digest: Uint8Array, onLeft: (check: Check) => void) {
		this.network = network;
		this.digest = digest;
		this.#onLeft = onLeft;
		this.#role = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
	}

	/** Adds a request, and returns the result for it. */
	join(request: Request): Promise<Role | undefined> {
		this.#requests++;
		request.onClose(() => {
			if (--this.#requests === 0 && !this.over) this.#onLeft(this);
		});
		return this.#role;
	}

	settle(role: Role | undefined): void {
		this.over = true;
		this.#resolve(role);
	}

	fail(error: HttpError): void {
		this.over = true;
		this.#reject(error);
	}
}
