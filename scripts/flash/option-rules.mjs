import { resembling } from "../support/did-you-mean.mjs";
import { hashPasswords } from "./hash-password.mjs";

/**
 * The rules for the options that `npm start` and `npm run flash` share. Each function returns the value, or throws what
 * `fail` makes of a sentence.
 *
 * @import { ProgramSettings } from "./program-settings.mjs"
 * @typedef {(message: string) => Error} Fail
 */

/**
 * @param {string} name The name of the option
 * @param {string} text
 * @param {number} least
 * @param {number} most
 * @param {Fail} fail
 */
export function wholeNumber(name, text, least, most, fail) {
	const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
	if (value < least || value > most)
		throw fail(`--${name} is a whole number from ${least} to ${most}, not "${text}"`);
	return value;
}

/**
 * Returns the ports that were given.
 *
 * @param {{ readonly port?: string | undefined, readonly streamPort?: string | undefined }} texts
 * @param {{ readonly least: number, readonly usual: number }} rules `least` is 0 where a free port may be taken.
 * @param {Fail} fail
 */
export function ports({ port, streamPort }, { least, usual }, fail) {
	const numbers = {
		port: port === undefined ? undefined : wholeNumber("port", port, least, 65_535, fail),
		streamPort: streamPort === undefined ? undefined : wholeNumber("stream-port", streamPort, least, 65_535, fail),
	};
	if (numbers.streamPort === (numbers.port ?? usual) && numbers.port !== 0)
		throw fail("--stream-port is --port's: omit it");
	return numbers;
}

/**
 * @param {string} text
 * @param {Fail} fail
 */
export function hostNames(text, fail) {
	// As `allowedNames` in src/access/hosts.ts, which has the device's own check.
	const names = text.split(","),
		wrong = names.find(
			(name) => !/^\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?(:0*\d{1,5})?$/i.test(name) || !isPort(name.split(":")[1]),
		);
	if (wrong !== undefined)
		throw fail(
			`--allowed-hosts is DNS names separated by commas, such as camera.example.org, camera.example.org:8443 (ports are 1 to 65535), or .example.org for all names in that domain, not "${wrong}"`,
		);
	const open = names.find((name) => isPublicDomain(name.replace(/\.?(:\d+)?$/, "")));
	if (open !== undefined)
		throw fail(
			`--allowed-hosts: "${open}" would allow every name in that top-level domain, also those of strangers: name the camera, such as camera${open}, or a domain of your own`,
		);
	return text;
}

/**
 * Reports whether digits are a server's port. Without any, it is the usual one.
 *
 * @param {string | undefined} digits
 */
function isPort(digits) {
	return digits === undefined || (Number(digits) > 0 && Number(digits) <= 65_535);
}

/**
 * Whether a name stands for all names of a top-level domain in which strangers can have some. Those that nobody can register
 * are reserved (RFC 6761, RFC 6762, .internal), or withheld by ICANN since networks use them.
 *
 * @param {string} name
 */
function isPublicDomain(name) {
	return /^\.[^.]+$/.test(name) && !/^\.(local|localhost|test|internal|lan|home|corp|intranet|private)$/i.test(name);
}

/**
 * @param {string} text
 * @param {Fail} fail
 */
function origins(text, fail) {
	// As `framingPolicy` in src/access/same-origin-guard.ts, which has the device's own check.
	const wrong = text
		.split(",")
		.find(
			(origin) =>
				!/^https?:\/\/[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/i.test(origin.trim()) ||
				!isPort(/:(\d+)\s*$/.exec(origin)?.[1]),
		);
	if (wrong !== undefined)
		throw fail(
			`frameAncestors is origins separated by commas, such as http://homeassistant.local:8123, not "${wrong}"`,
		);
}

/**
 * @param {string} text
 * @param {Fail} fail
 */
function timeServers(text, fail) {
	const servers = text.split(",").map((server) => server.trim()),
		wrong = servers.find(
			(server) => !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/i.test(server) || !isPort(server.split(":")[1]),
		);
	if (wrong !== undefined)
		throw fail(
			`ntp is servers of the time separated by commas, such as 192.168.1.1 or pool.ntp.org, not "${wrong}"`,
		);
	// As many as src/time/time-keeper.ts asks.
	if (servers.length > 5) throw fail(`ntp is at most five servers, not ${servers.length}`);
}

/**
 * Checks a host name as src/network/host-name.ts does.
 *
 * @param {string} name The name of the option or setting
 * @param {string} text
 * @param {Fail} fail
 */
export function hostName(name, text, fail) {
	if (!/^[a-z0-9]([a-z0-9-]{0,23}[a-z0-9])?$/i.test(text))
		throw fail(`${name} is 1 to 25 letters, digits and inner hyphens, not "${text}"`);
}

/**
 * Checks the settings that are numbers.
 *
 * @param {string} name
 * @param {string} text
 * @param {Fail} fail
 */
function number(name, text, fail) {
	if (/^(port|streamPort|rtspPort)$/.test(name)) {
		// As an option of the simulator, 0 takes any free port. On a board nobody could find that.
		if (!/^\d{1,5}$/.test(text) || !isPort(text))
			throw fail(`${name} is a whole number from 1 to 65535, not "${text}"`);
	} else if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
		throw fail(`${name} is seconds, more than 0 and less than 1000000, not "${text}"`);
}

/**
 * Hashes the passwords: the firmware receives only the hashes.
 *
 * @param {string | undefined} admin
 * @param {string | undefined} viewer
 * @param {{ readonly digest: boolean }} options
 * @param {Fail} fail
 */
export function passwordHashes(admin, viewer, options, fail) {
	if (viewer !== undefined && admin === undefined) throw fail("--viewer-password without --admin-password");
	/** @type {Record<string, string>} */
	const hashes = {};
	for (const [name, hash] of Object.entries(hashPasswords({ admin, viewer }, options))) {
		if (hash === undefined) throw fail(`--${name.replace("Password", "-password")} is 8 to 128 bytes long`);
		hashes[name] = hash;
	}
	return hashes;
}

/**
 * The firmware's own settings, with their values if there are few. The hosts read some of them.
 *
 * @type {Readonly<Record<string, readonly string[] | undefined>>}
 */
const SETTINGS = {
	digest: ["off", "always"],
	sharing: ["always"],
	frameAncestors: undefined,
	allowedHosts: undefined,
	port: undefined,
	streamPort: undefined,
	rtspPort: undefined,
	rtspTimeout: undefined,
	ntp: undefined,
	hostname: undefined,
	ssid: undefined,
	password: undefined,
	setupKey: undefined,
	probation: undefined,
};

/** The settings that are numbers. */
const NUMBERS = new Set(["port", "streamPort", "rtspPort", "rtspTimeout"]);

/**
 * Checks the settings. A program may have others of its own.
 *
 * @param {Readonly<Record<string, string>>} config
 * @param {boolean} isFirmware
 * @param {Fail} fail
 */
export function checkSettings(config, isFirmware, fail) {
	for (const [name, value] of Object.entries(config)) {
		const values = SETTINGS[name];
		if (name === "allowedHosts") hostNames(value, fail);
		if (name === "frameAncestors") origins(value, fail);
		if (name === "ntp") timeServers(value, fail);
		if (name === "hostname") hostName(name, value, fail);
		if (name === "setupKey" && !isKey(value)) throw fail("setupKey is 8 to 63 bytes long");
		if (NUMBERS.has(name)) number(name, value, fail);
		if (values && !values.includes(value)) throw fail(`${name} is ${values.join(" or ")}, not "${value}"`);
		if (isFirmware && !Object.hasOwn(SETTINGS, name))
			throw fail(
				`the firmware has no setting ${name}${settingHint(name, Object.keys(SETTINGS)) || `, only ${Object.keys(SETTINGS).join(", ")}`}`,
			);
	}
}

/**
 * @param {string} name
 * @param {readonly string[]} known
 */
function settingHint(name, known) {
	const meant = resembling(name, known);
	return meant === undefined ? "" : `: did you mean ${meant}?`;
}

/**
 * Refuses settings that look like misspelled ones of the firmware: a mistake must not leave one at its default, such as that of
 * digest. Others may be mcconfig's.
 *
 * @param {Readonly<Record<string, string>>} config
 * @param {Fail} fail
 */
export function refuseMisspelled(config, fail) {
	const known = Object.keys(SETTINGS);
	for (const name of Object.keys(config)) {
		const hint = known.includes(name) ? "" : settingHint(name, known);
		if (hint !== "") throw fail(`the firmware has no setting ${name}${hint}`);
	}
}

/**
 * Refuses settings that a program does not read: a mistake must not leave one at its default, such as a token.
 *
 * @param {Readonly<Record<string, string>>} config
 * @param {ProgramSettings} program
 * @param {Fail} fail
 */
export function refuseUnread(config, program, fail) {
	for (const name of unreadSettings(config, program)) {
		const meant = meantBy(name, program);
		const hint =
			meant === undefined
				? "its sources do not mention it, and neither does the config of its manifest.json"
				: `did you mean ${meant}?`;
		throw fail(`the program has no setting ${name}: ${hint}`);
	}
}

/**
 * Refuses settings that look like misspelled ones of a program, and returns others that it does not read: they may be mcconfig's.
 *
 * @param {Readonly<Record<string, string>>} config
 * @param {ProgramSettings} program
 * @param {Fail} fail
 */
export function refuseMisspelledOfProgram(config, program, fail) {
	const unread = unreadSettings(config, program);
	for (const name of unread) {
		const meant = meantBy(name, program);
		if (meant !== undefined) throw fail(`the program has no setting ${name}: did you mean ${meant}?`);
	}
	return unread;
}

/**
 * @param {Readonly<Record<string, string>>} config
 * @param {ProgramSettings} program
 */
function unreadSettings(config, { mentions }) {
	return Object.keys(config).filter((name) => !Object.hasOwn(SETTINGS, name) && !mentions(name));
}

/**
 * @param {string} name
 * @param {ProgramSettings} program
 */
function meantBy(name, { names }) {
	return resembling(name, [...names, ...Object.keys(SETTINGS)]);
}

/**
 * Reports whether an argument is a setting of the program, and not its folder.
 *
 * @param {string} text
 */
export function isSetting(text) {
	return /^[\w-]+=/.test(text);
}

/**
 * Returns what is wrong with the name of a Wi-Fi network and its password, if anything is, as src/network/credentials.ts does.
 *
 * @param {string} ssid
 * @param {string | undefined} password
 */
export function networkFault(ssid, password) {
	const length = Buffer.byteLength(ssid);
	if (length < 1 || length > 32) return "a network's name is 1 to 32 bytes long";
	return password === undefined || isKey(password) || /^[\da-f]{64}$/i.test(password)
		? undefined
		: "a password is 8 to 63 bytes long, or 64 hexadecimal digits";
}

/**
 * Whether a text can be a key for WPA2.
 *
 * @param {string} text
 */
function isKey(text) {
	const length = Buffer.byteLength(text);
	return length >= 8 && length <= 63;
}
