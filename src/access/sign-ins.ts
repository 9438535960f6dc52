import type { Role } from "./role.ts";
import { timingSafeEqual } from "./constant-time.ts";

/**
 * Most credentials of a role that are remembered. A client sends its own many times a second. There are many ways to write the
 * same ones, and a viewer's must not displace the admin's.
 */
const MAX_CREDENTIALS = 4;
/** Most addresses that are remembered with each. */
const MAX_NETWORKS = 8;

interface SignIn {
	readonly digest: Uint8Array;
	readonly role: Role;
	/** The networks that they came from, the newest first. */
	networks: readonly string[];
}

/** Credentials that were right, and need not be checked again. */
export class SignIns {
	#all: readonly SignIn[] = [];

	/** Reports whether somebody has signed in from this network, in that role if one is given. */
	has(network: string, role?: Role): boolean {
		const all = this.#all;
		for (let at = 0; at < all.length; at++) {
			if ((role === undefined || all[at].role === role) && all[at].networks.includes(network)) return true;
		}
		return false;
	}

	/** Returns the role of remembered credentials, and remembers them for this network as well. */
	roleOf(digest: Uint8Array, network: string): Role | undefined {
		const all = this.#all;
		for (let at = 0; at < all.length; at++) {
			const signIn = all[at];
			if (timingSafeEqual(signIn.digest, digest)) {
				if (!signIn.networks.includes(network))
					signIn.networks = [network, ...signIn.networks.slice(0, MAX_NETWORKS - 1)];
				return signIn.role;
			}
		}
		return undefined;
	}

	add(digest: Uint8Array, role: Role, network: string): void {
		const own = this.#all.filter((signIn) => signIn.role === role),
			oldest = own.length < MAX_CREDENTIALS ? undefined : own[own.length - 1];
		this.#all = [{ digest, role, networks: [network] }, ...this.#all.filter((signIn) => signIn !== oldest)];
	}

	forget(): void {
		this.#all = [];
	}
}
