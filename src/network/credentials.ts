import { isHexDigits } from "../http/syntax/characters.ts";
import type { Store } from "../settings/store.ts";
import type { Preferences } from "./io.ts";

/** A network to join. Its password is never shown. */
export interface Credentials {
	/** 1 to 32 bytes. */
	readonly ssid: string;
	/** Absent for an open network. */
	readonly password?: string;
	/** Where they are from, for the console: somebody has chosen the network on the device, or it was given beforehand. */
	readonly source: "device" | "preferences" | "build";
}

export interface FoundCredentials {
	/** In the order of the attempts. */
	readonly networks: readonly Credentials[];
	/** A line for each entry that cannot be used. If there are no networks, there is at least one line. */
	readonly problems: readonly string[];
}

/** Domain of this firmware's preferences. */
export const PREFERENCE_DOMAIN = "yieldcam";

const MAX_SSID_BYTES = 32;
const NO_NETWORK = "no Wi-Fi network is set";

/**
 * Returns the networks to try: the one that somebody has chosen on the device, then the one stored in the preferences, then
 * the one built in (`ssid` and `password` of `mc/config`).
 *
 * The first two come first because somebody chose them for this very board, and they survive an update with an image
 * that was built for many. The build's network remains the last choice: a user locked out by wrong preferences gets
 * back in by flashing. An SSID is never paired with the other source's password.
 *
 * @param chosen Where the device keeps its own choice.
 */
export function findCredentials(
	config: Readonly<Record<string, unknown>>,
	preferences: Preferences,
	chosen?: Pick<Store, "read">,
): FoundCredentials {
	const networks: Credentials[] = [];
	const problems: string[] = [];
	const consider = (source: Credentials["source"], read: (key: string) => unknown): void => {
		try {
			const ssid = read("ssid");
			if (ssid === undefined) return;
			const password = read("password");
			const problem = credentialsProblem(ssid, password);
			if (problem) problems.push(`the Wi-Fi network of the ${source} is ignored: ${problem}`);
			else networks.push({ ssid: ssid as string, ...(password ? { password: password as string } : {}), source });
		} catch (error) {
			problems.push(`the ${source} cannot be read: ${(error as Error).message}`);
		}
	};
	const kept = readChosen(chosen, (line) => problems.push(line));
	consider("device", (key) => kept[key]);
	consider("preferences", (key) => preferences.get(PREFERENCE_DOMAIN, key));
	consider("build", (key) => config[key]);
	if (!networks.length && !problems.length) problems.push(NO_NETWORK);
	return { networks, problems };
}

/** Keeps a network that somebody has chosen on the device. */
export function keepChosen(store: Store, { ssid, password }: Pick<Credentials, "ssid" | "password">): void {
	store.write(JSON.stringify({ ssid, password }));
}

function readChosen(
	store: Pick<Store, "read"> | undefined,
	report: (line: string) => void,
): Readonly<Record<string, unknown>> {
	try {
		const text = store?.read(),
			kept: unknown = text === undefined ? undefined : JSON.parse(text);
		return typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
	} catch (error) {
		report(`the network of the device cannot be read: ${(error as Error).message}`);
		return {};
	}
}

/** Returns what is wrong with the name of a network and its password, if anything is. */
export function credentialsProblem(ssid: unknown, password: unknown): string | undefined {
	return ssidProblem(ssid) ?? passwordProblem(password);
}

function ssidProblem(ssid: unknown): string | undefined {
	if (typeof ssid !== "string") return "its ssid is not text";
	if (ssid === "") return "its ssid is empty";
	if (byteLength(ssid) > MAX_SSID_BYTES) return `its ssid is longer than ${MAX_SSID_BYTES} bytes`;
	// The SDK passes it on as a C string.
	if (ssid.includes("\0")) return "its ssid has a NUL";
	return undefined;
}

/** Checks a password. The result reveals nothing about it, not even its length. */
function passwordProblem(password: unknown): string | undefined {
	if (password === undefined || password === "") return undefined;
	if (typeof password !== "string") return "its password is not text";
	const length = byteLength(password);
	if (password.includes("\0") || !((length >= 8 && length <= 63) || (length === 64 && isHexDigits(password))))
		return "its password is neither 8 to 63 bytes nor 64 hexadecimal digits";
	return undefined;
}

function byteLength(text: string): number {
	return ArrayBuffer.fromString(text).byteLength;
}
