import type { Block, BodySource } from "../http/body.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Protocol } from "../http/protocol.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Changes } from "./changes.ts";
import type { Passwords, Verdict } from "./passwords.ts";

/**
 * Once there is a password, lets a viewer read, and an admin do everything. Streams are ended whose viewers it does not
 * let in any longer, since a password was set or changed. To be used within `guard`.
 */
export function authenticate(handler: Handler, passwords: Passwords, changes: Changes): Handler {
	const streams: Revocable[] = [];
	passwords.onChange = () => {
		for (const stream of streams.slice()) {
			if (!passwords.isGood(stream.pass))
				stream.end();
		}
	};
	const admit = (role: Verdict, request: Request): Response | Promise<Response> => {
		if (role === "stale" || (role === undefined && passwords.closed)) {
			const { response } = new HttpError(401, "the name is admin or viewer, and the password is missing or wrong");
			passwords.challenge(request, response, role !== undefined);
			return response;
		}
		if (role === "viewer" && changes.isChange(request))
			throw new HttpError(403, "a viewer changes nothing: that takes the admin's password");
		const pass = passwords.pass(role);
		const watch = (response: Response): Response => {
			// One that says how long it is, is over soon, and would be broken.
			if (response instanceof Response && !response.headers.has("content-length"))
				response.wrap((source) => {
					if (passwords.isGood(pass))
						return new Revocable(source, pass, streams, response.protocol);
					source.close();
					throw new HttpError(503); // it changed while the handler worked: whoever comes again is asked
				});
			return response;
		};
		const response = handler(request);
		return response instanceof Promise ? response.then(watch) : watch(response);
	};
	return (request) => {
		const role = passwords.closed ? passwords.role(request) : undefined;
		return role instanceof Promise ? role.then(found => admit(found, request)) : admit(role, request);
	};
}

/** A stream that may have to end before it is over. */
class Revocable implements BodySource {
	readonly #source: BodySource;
	readonly #all: Revocable[];
	readonly #protocol: Protocol | undefined;
	#wake: (() => void) | undefined;
	#ended = false;

	/** What let somebody have it, as `Passwords.pass` says. */
	readonly pass: string | undefined;

	/**
	 * @param all Where it stands until it is closed.
	 * @param protocol Where the connection was switched to one, which is then what ends it.
	 */
	constructor(source: BodySource, pass: string | undefined, all: Revocable[], protocol: Protocol | undefined) {
		this.#source = source;
		this.#all = all;
		this.#protocol = protocol;
		this.pass = pass;
		all.push(this);
	}

	/** Ends it, after what is being sent. */
	end(): void {
		this.#ended = true;
		if (this.#protocol)
			this.#protocol.shutDown();
		else
			this.#wake?.();
	}

	pull(wake: () => void): Block | undefined | null {
		this.#wake = wake;
		return this.#ended && !this.#protocol ? null : this.#source.pull(wake);
	}

	beat(): Block | undefined {
		return this.#source.beat?.();
	}

	close(): void {
		this.#all.splice(this.#all.indexOf(this), 1);
		this.#source.close();
	}
}
