import { lowerCase } from "../http/syntax/scan.ts";
import { isLabel } from "../http/syntax/characters.ts";
import { PREFERENCE_DOMAIN } from "./credentials.ts";
import type { Preferences } from "./io.ts";

export const DEFAULT_HOST_NAME = "yieldcam";

/** Names are sent to the DHCP server with a suffix such as "-a1b2c3", and Espressif's netif takes 32 bytes. */
const MAX_LENGTH = 25;

/**
 * Returns the board's configured name, without ".local": `hostname` of the preferences, else of `mc/config`, else
 * "yieldcam". A name that is not a host name is reported and ignored.
 */
export function findHostName(
	config: Readonly<Record<string, unknown>>,
	preferences: Preferences,
	report: (line: string) => void,
): string {
	const from = (source: string, read: () => unknown): string | undefined => {
		try {
			const name = read();
			if (name === undefined) return undefined;
			if (isHostName(name)) return lowerCase(name);
			report(
				`the hostname of the ${source} is ignored: it is not 1 to ${MAX_LENGTH} letters, digits and inner hyphens`,
			);
		} catch (error) {
			report(`the ${source} cannot be read: ${(error as Error).message}`);
		}
		return undefined;
	};
	return (
		from("preferences", () => preferences.get(PREFERENCE_DOMAIN, "hostname")) ??
		from("build", () => config.hostname) ??
		DEFAULT_HOST_NAME
	);
}

function isHostName(name: unknown): name is string {
	return typeof name === "string" && name.length <= MAX_LENGTH && isLabel(name);
}

/** Returns the name with the last three bytes of the MAC, which no other camera here has: "yieldcam-a1b2c3". */
export function uniqueName(name: string, mac: string | undefined): string {
	return mac === undefined ? name : `${name}-${lowerCase(mac.replaceAll(":", "").slice(-6))}`;
}

/** Returns the name to claim after `attempt` names were taken: the name, the unique name, "yieldcam-a1b2c3-2". */
export function candidateName(name: string, mac: string | undefined, attempt: number): string {
	if (attempt === 0) return name;
	const number = mac === undefined ? attempt + 1 : attempt;
	return number === 1 ? uniqueName(name, mac) : `${uniqueName(name, mac)}-${number}`;
}
