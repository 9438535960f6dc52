import { existsSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { boardHint, exampleHint, optionFault } from "./support/did-you-mean.mjs";
import { readBoards } from "./flash/boards.mjs";
import { buildPage } from "./build/page.mjs";
import {
	checkSettings,
	hostName,
	hostNames,
	isSetting,
	passwordHashes,
	ports,
	refuseMisspelled,
	refuseMisspelledOfProgram,
} from "./flash/option-rules.mjs";
import { keptByNpm } from "./support/kept-by-npm.mjs";
import { findIdf, findModdable, mcconfig, output, workingFolder } from "./moddable/sdk.mjs";
import { programSettings } from "./flash/program-settings.mjs";
import { programManifest } from "./flash/program-manifest.mjs";
import { jpegBoards, writeTarget } from "./flash/target.mjs";
import { installPackages } from "./build/packages.mjs";
import { FLASH, installed, root } from "./support/root.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";

/** What `parseArgs` takes. */
const OPTIONS = /** @type {const} */ ({
	board: { type: "string" },
	ssid: { type: "string" },
	password: { type: "string" },
	hostname: { type: "string" },
	port: { type: "string" },
	"stream-port": { type: "string" },
	"admin-password": { type: "string" },
	"viewer-password": { type: "string" },
	"allowed-hosts": { type: "string" },
	build: { type: "boolean" },
	debug: { type: "boolean" },
	list: { type: "boolean" },
	help: { type: "boolean", short: "h" },
});

/** @import { BoardFile } from "./flash/boards.mjs" */

/**
 * @typedef {"ssid" | "password" | "hostname" | "port" | "streamPort" | "adminPassword" | "viewerPassword" | "allowedHosts"} Setting
 * @typedef {{ [Name in Setting]?: string }} Settings The firmware's settings, by their names in mc/config.
 */

const HELP = `yieldcam on a board: ${FLASH} --board NAME --ssid NETWORK [--password PASSWORD]${installed ? "" : " [FOLDER]"} [NAME=VALUE]…

${installed ? "" : "  FOLDER               a program to flash instead of the firmware, such as examples/robot\n"}  NAME=VALUE           a setting of the program, see its README

  --board NAME         the board; --list prints them
  --ssid NETWORK       the Wi-Fi network; one in the board's preferences comes first
  --password PASSWORD  its password, if it has one
  --hostname NAME      the name on the network, NAME.local (yieldcam)
  --port PORT          the port to listen on (80)
  --stream-port PORT   a second port to listen on: CameraWebServer streams on 81
  --admin-password PASSWORD   the password of admin, who may see and change everything (none:
                       everybody may, and may set a password)
  --viewer-password PASSWORD  the password of viewer, who may only see (none: only admin)
  --allowed-hosts NAMES  further DNS names of the camera, such as your router's or a proxy's, separated by commas
                         (none); with :PORT if it is not the scheme's default
  --build              builds only, without a board
  --debug              uses Moddable's debugger, with its log as the console
  --list               lists the boards
  --help               prints this help
`;

await exitWith(async () => {
	const options = parse(process.argv.slice(2));
	if (options.help) {
		process.stdout.write(HELP);
		return 0;
	}
	const boards = readBoards();
	if (options.list) {
		const [surplus] = [...options.apps, ...options.config];
		if (surplus !== undefined)
			throw usage(`--list takes no value, and lists all boards: unexpected argument "${surplus}"`);
		const streaming = jpegBoards(boards);
		for (const [name, { title, also = [], sensor }] of boards) {
			const note = streaming.includes(name) ? "" : ": its sensor gives no JPEG, so it cannot stream";
			process.stdout.write(`${name.padEnd(30)}${[title, ...also].join("; ")} (${sensor})${note}\n`);
		}
		return 0;
	}
	const { app, config, board, unread, ...settings } = check(options, boards);
	const sdk = findModdable();
	findIdf();
	for (const warning of warnings(board, settings, boards)) process.stderr.write(`yieldcam: ${warning}\n`);
	for (const name of unread)
		process.stderr.write(`yieldcam: the program has no setting ${name}, which is passed to mcconfig\n`);
	await installPackages({ dev: false });
	await buildPage();
	mkdirSync(output, { recursive: true });
	// The SDK needs this folder to find the board, but creates it only if its own output goes there.
	mkdirSync(join(sdk.folder, "build/tmp/esp32"), { recursive: true });
	return mcconfig(
		sdk,
		[
			...(options.debug ? ["-dl"] : []),
			"-m",
			"-p",
			writeTarget(board),
			"-o",
			output,
			...(options.build ? ["-t", "build"] : []),
			...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
			...config,
			...(app === "." ? [] : [shortPath(programManifest(app))]),
		],
		{ hidden: ["password", "adminPassword", "viewerPassword", "token"] },
	);
});

/**
 * @param {string} name
 * @param {Settings} settings
 * @param {ReadonlyMap<string, BoardFile>} boards
 */
function warnings(name, { ssid }, boards) {
	return [
		...(jpegBoards(boards).includes(name)
			? []
			: [`${name} is sold with a sensor that gives no JPEG; the firmware will report it and show no picture`]),
		...(ssid === undefined ? ["without --ssid the board opens an access point, unless it knows a network"] : []),
	];
}

/** @param {string[]} args */
function parse(args) {
	try {
		const { values, positionals } = parseArgs({
			args,
			allowPositionals: true,
			options: OPTIONS,
		});
		return {
			...values,
			apps: positionals.filter((text) => !isSetting(text)),
			config: positionals.filter(isSetting),
		};
	} catch (error) {
		throw usage(optionFault(error, Object.keys(OPTIONS)));
	}
}

/**
 * The firmware's settings, by their names in mc/config, and the board.
 *
 * @param {ReturnType<typeof parse>} options
 * @param {ReadonlyMap<string, BoardFile>} boards
 * @returns {{ app: string, config: string[], board: string, unread: readonly string[] } & Settings}
 */
function check(
	{
		apps,
		config,
		board,
		ssid,
		password,
		hostname,
		port,
		"stream-port": streamPort,
		"admin-password": admin,
		"viewer-password": viewer,
		"allowed-hosts": allowedHosts,
	},
	boards,
) {
	const kept = keptByNpm(Object.keys(OPTIONS));
	if (kept !== undefined) throw usage(`npm has taken --${kept} for itself: the options follow two dashes`);
	const [app = "."] = apps;
	if (apps.length > 1) throw usage(`unexpected argument "${apps[1]}"`);
	if (!existsSync(join(resolve(root, app), "manifest.json")))
		throw usage(`"${app}" has no manifest.json${exampleHint(app) || "; every program has one, see examples/"}`);
	if (board === undefined) throw usage("--board is missing");
	if (!boards.has(board)) throw usage(`there is no board "${board}"${boardHint(board, boards)}`);
	if (ssid !== undefined && (Buffer.byteLength(ssid) < 1 || Buffer.byteLength(ssid) > 32))
		throw usage("--ssid is 1 to 32 bytes long");
	if (password !== undefined && ssid === undefined) throw usage("--password without --ssid");
	if (password !== undefined && !/^[\x20-\x7e]{8,63}$|^[0-9A-Fa-f]{64}$/.test(password))
		throw usage("--password is 8 to 63 ASCII characters, or 64 hexadecimal digits");
	if (hostname !== undefined) hostName("--hostname", hostname, usage);
	ports({ port, streamPort }, { least: 1, usual: 80 }, usage);
	const { adminPassword, viewerPassword } = passwordHashes(
		admin,
		viewer,
		{ digest: !config.includes("digest=off") },
		usage,
	);
	if (allowedHosts !== undefined) hostNames(allowedHosts, usage);
	const pairs = config.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
	// mcconfig has settings of its own, so others are not mistakes.
	checkSettings(Object.fromEntries(pairs), false, usage);
	if (app === ".") refuseMisspelled(Object.fromEntries(pairs), usage);
	const unread =
		app === "."
			? []
			: refuseMisspelledOfProgram(Object.fromEntries(pairs), programSettings(resolve(root, app)), usage);
	/** @type {Settings} */
	const settings = { ssid, password, hostname, port, streamPort, adminPassword, viewerPassword, allowedHosts };
	const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
	return { app, config, board, unread, ...given };
}

/**
 * Returns a file's path from the folder in which mcconfig runs, if the file is there.
 *
 * @param {string} file
 */
function shortPath(file) {
	const path = relative(workingFolder, file);
	return path.startsWith("..") ? file : path;
}

/** @param {string} message */
function usage(message) {
	return new CommandError(`${message} (${FLASH} --help lists the options, and --list the boards)`);
}
