import type { Role } from "./role.ts";
import { timingSafeEqual } from "./constant-time.ts";

/** Most credentials that are remembered. A client sends its own many times a second. */
const MAX_CREDENTIALS = 8;
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

	/** Reports whether somebody has signed in from this network. */
	has(network: string): boolean {
		const all = this.#all;
		for (let at = 0; at < all.length; at++) {
			if (all[at].networks.includes(network)) return true;
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
		this.#all = [{ digest, role, networks: [network] }, ...this.#all.slice(0, MAX_CREDENTIALS - 1)];
	}

	forget(): void {
		this.#all = [];
	}
}
