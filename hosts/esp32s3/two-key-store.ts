import type { Store } from "yieldcam/settings/store";
import { isDigits } from "yieldcam/http/syntax/characters";
import type { Preferences } from "yieldcam/network/io";

/** The module `preference`, as far as it writes. */
export interface WritablePreferences extends Preferences {
	/** Throws if the storage fails. Erases the key first (modPreference.c), so that a power cut may leave none. */
	set(domain: string, key: string, value: string): void;
	/** Does nothing if there is no such key. */
	delete(domain: string, key: string): void;
}

/** A key that holds a version of the text. */
interface Version {
	readonly key: string;
	/** Higher for a later one. */
	readonly number: number;
	readonly text: string;
}

/**
 * A text in the preferences, in two keys that are written in turn: whenever the power is cut, the other key still has the
 * last text. Each value begins with a number, and the highest counts.
 */
export class TwoKeyStore implements Store {
	readonly #preferences: WritablePreferences;
	readonly #domain: string;
	readonly #keys: readonly [string, string];

	constructor(preferences: WritablePreferences, domain: string, keys: readonly [string, string]) {
		this.#preferences = preferences;
		this.#domain = domain;
		this.#keys = keys;
	}

	read(): string | undefined {
		return this.newest()?.text;
	}

	write(text: string): void {
		const newest = this.newest(),
			[first, second] = this.#keys;
		this.#preferences.set(
			this.#domain,
			newest?.key === first ? second : first,
			`${(newest?.number ?? 0) + 1} ${text}`,
		);
	}

	/** Deletes the newest last, so that a power cut does not bring back an older one. */
	clear(): void {
		const newest = this.newest();
		for (const key of this.#keys) if (key !== newest?.key) this.#preferences.delete(this.#domain, key);
		if (newest) this.#preferences.delete(this.#domain, newest.key);
	}

	private newest(): Version | undefined {
		const [first, second] = this.#keys.map((key) => this.version(key));
		return !second || (first && first.number > second.number) ? first : second;
	}

	/** Returns undefined if the key holds nothing that this class has written. */
	private version(key: string): Version | undefined {
		const value = this.#preferences.get(this.#domain, key);
		if (typeof value !== "string") return undefined;
		const space = value.indexOf(" "),
			digits = value.slice(0, Math.max(0, space));
		return digits !== "" && isDigits(digits)
			? { key, number: Number(digits), text: value.slice(space + 1) }
			: undefined;
	}
}
