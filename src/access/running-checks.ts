import type { Attempts } from "./attempts.ts";
import { Check } from "./check.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import type { Role } from "./role.ts";

/**
 * Most passwords that are checked at a time, one for each address. Clients other than strangers must find a handler
 * place, too.
 */
const MAX_CHECKS = 2;

/** The slow checks of passwords that are under way. */
export class RunningChecks {
	readonly #attempts: Attempts;
	#checks: readonly Check[] = [];

	constructor(attempts: Attempts) {
		this.#attempts = attempts;
	}

	/** Returns the check of an address, if one is running. */
	of(network: string): Check | undefined {
		return this.#checks.find((check) => check.network === network);
	}

	/**
	 * Begins a check of a role's password for a request. If too many are running, ends that of the address that has failed most often, if that has
	 * failed more often than this one. Throws an HttpError 503 if there is no place for the check or for its handler; then the request of
	 * an address that has not failed waits in the queue.
	 */
	begin(network: string, role: Role, digest: Uint8Array, request: Request): Check {
		const worst = this.#checks.length < MAX_CHECKS ? undefined : this.worst();
		if (worst && this.#attempts.count(worst.network) <= this.#attempts.count(network)) {
			// Several viewers may sign in at the same time. An address that guesses does not wait in the queue.
			if (this.#attempts.count(network) === 0) request.waitForTurn();
			else this.#attempts.deferred(network);
			throw busy();
		}
		if (!request.acquireHandler()) throw new HttpError(503, undefined, { "Retry-After": 1 });
		if (worst) this.end(worst).fail(busy());
		const check = new Check(network, digest, (left) => {
			// Otherwise a client that disconnects would try for free, and keep others from trying.
			this.#attempts.failed(network, role);
			this.end(left).fail(busy());
		});
		this.#checks = this.#checks.concat(check);
		return check;
	}

	/** Ends a check. The caller settles it. */
	end(check: Check): Check {
		this.#checks = this.#checks.filter((other) => other !== check);
		return check;
	}

	/** Ends all checks, as if the passwords had been wrong. */
	endAll(): void {
		const checks = this.#checks;
		this.#checks = [];
		checks.forEach((check) => check.settle(undefined));
	}

	private worst(): Check {
		return this.#checks.reduce((worst, check) =>
			this.#attempts.count(check.network) > this.#attempts.count(worst.network) ? check : worst,
		);
	}
}

function busy(): HttpError {
	return new HttpError(503, "too many passwords are being checked", { "Retry-After": 2 });
}
