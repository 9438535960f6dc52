import { isIPv4 } from "node:net";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BoardFile, readBoards } from "#scripts/flash/boards.mjs";
import {
	checkSettings,
	hostNames,
	isSetting,
	passwordHashes,
	ports,
	networkFault,
	wholeNumber,
} from "#scripts/flash/option-rules.mjs";
import { sensorFrameSizes, type SensorModel, sensorModel, sensorModels } from "../sensor/models.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import { isInProject } from "#scripts/support/program-output.mjs";
import { FLASH, installed, root, START } from "#scripts/support/root.mjs";
import type { NetworkInRange } from "../air.ts";
import type { BoardPins } from "../../common/pins/board-pins.ts";
import { boardHint, optionFault } from "#scripts/support/did-you-mean.mjs";

export interface Options {
	/** The folder of the program to run, with its manifest.json: relative to the project's, or absolute. */
	readonly app: string;
	/** Settings for the program: NAME=VALUE. */
	readonly config: Readonly<Record<string, string>>;
	readonly address: string;
	/** Undefined, like the two after `sensor`, if it was not given: then the program decides. */
	readonly port: number | undefined;
	/** Another port to serve on; undefined for none. */
	readonly streamPort: number | undefined;
	/** The port of RTSP; undefined for the usual one. */
	readonly rtspPort: number | undefined;
	readonly sensor: SensorModel;
	readonly frameSize: string | undefined;
	readonly quality: number | undefined;
	readonly fps: number;
	readonly frames: string | undefined;
	/** The folder that is the program's file storage; undefined for none. */
	readonly files: string | undefined;
	readonly profile: "board" | "host";
	/** The board whose pins and LEDs the simulator has; undefined for its own, with all pins free. */
	readonly board: BoardPins | undefined;
	/** The Unix socket that shows and drives the pins; undefined for none. */
	readonly pins: string | undefined;
	/** The port of the page that does the same; undefined for none. */
	readonly pinsPage: number | undefined;
	/** The file that keeps settings across restarts; undefined for none. */
	readonly settings: string | undefined;
	/** The networks in range of the simulated Wi-Fi; undefined for no Wi-Fi. */
	readonly wifi: readonly NetworkInRange[] | undefined;
	/** NAME@START[+DURATION], in the host's syntax (native/faults.c). */
	readonly faults: readonly string[];
	/** The controls that were set by options. */
	readonly fixed: readonly string[];
	/** Undefined for the profile's own: lwIP's 5,744 bytes on the board. */
	readonly sendWindow: number | undefined;
	/** Whether the program starts again after each change of its files. */
	readonly watch: boolean;
	/** Options that have no effect together with other given options. */
	readonly unused: readonly string[];
}

/** See native/host.h for their meaning. */
export const FAULT_NAMES: readonly string[] = [
	"camera-stall",
	"camera-null",
	"camera-truncated",
	"sensor-nack",
	"bus-stuck",
	"bus-slow",
	"buffers-exhausted",
	"send-error",
	"udp-nomem",
	"udp-loss",
	"half-open",
	"accept-emfile",
	"clock-jump",
];

const OV2640_SIZES = frameSizeNames("OV2640");
/** Frame sizes of the larger sensors beyond the OV2640's. */
const LARGER_SIZES = frameSizeNames("OV5640").slice(OV2640_SIZES.length);

export const help = `yieldcam's camera in the simulator: ${START} OPTIONS NAME=VALUE…
${installed ? "" : "A program of your own, or one of examples/: npm start FOLDER -- OPTIONS NAME=VALUE…\n"}
  --port PORT          port to serve on; 0 takes any free one (8080)
  --stream-port PORT   additional port: CameraWebServer has its stream on 81
  --rtsp-port PORT     port of RTSP; 0 takes any free one (8554; with --port 0: 0)
  --host ADDRESS       IPv4 address to serve on; 0.0.0.0 is all of them (127.0.0.1)
  --sensor NAME        ${sensorModels.join(", ")}, which gives no JPEG (OV2640)
  --frame-size NAME    ${OV2640_SIZES.slice(0, 6).join(", ")},
                       ${OV2640_SIZES.slice(6, 12).join(", ")},
                       ${OV2640_SIZES.slice(12).join(", ")} (QVGA);
                       beyond, the OV3660 up to QXGA and the OV5640 up to QSXGA:
                       ${LARGER_SIZES.join(", ")}
  --fps RATE           frames per second, more than 0 and up to 1000 (25)
  --quality N          JPEG quality of the sensor, 0 is best and 63 worst (12)
  --frames DIR         serve the folder's .jpg and .jpeg files in order, without what
                       follows the picture's end
  --board NAME         the pins, LEDs and sensor of a board (all pins are free, and there is a
                       lamp at GPIO 2)
  --pins FILE          Unix socket that shows the pins and drives them (none)
  --pins-page PORT     a page on this machine that does the same (none)
  --files DIR          folder that a program sees as its SD card (its folder files)
  --profile NAME       board: the heap, sockets and send window of the ESP32-S3;
                       host: without these limits (board)
  --send-window BYTES  send window of a socket, 536 to 1048576
                       (5744 in the board profile, 262144 in the host profile)
  --settings FILE      keeps changes made in the browser (build/settings.json; with
                       --port PORT: build/settings-PORT.json, or none for port 0)
  --admin-password PASSWORD   password of admin, who may see and change (none:
                       everybody may)
  --viewer-password PASSWORD  password of viewer, who may see (none: only admin)
  --allowed-hosts NAMES  further DNS names of the device, such as a proxy's, separated by commas (none)
  --wifi NAME=PASSWORD a network in range of the simulated Wi-Fi, or NAME= for an open one; up
                       to 16 of them (there is no Wi-Fi, and no network to join)
  --fault NAME@START   a fault, from this time after the start: camera-stall@10s, or
                       with a duration: camera-stall@10s+500ms; up to 16 of them:
                       ${FAULT_NAMES.slice(0, 4).join(", ")},
                       ${FAULT_NAMES.slice(4, 8).join(", ")},
                       ${FAULT_NAMES.slice(8).join(", ")}
  --watch              starts the program again after each save
  --help               this list
`;

/** Parses the command line. Returns undefined if help is requested. Throws a CommandError for a wrong option. */
export function parseOptions(args: readonly string[]): Options | undefined {
	const { values, positionals } = parse(args);
	if (values.help) return undefined;
	const { apps, config } = sorted(positionals);
	const { port, streamPort, rtspPort } = config;
	if (apps.length > 1) throw usage(`unexpected argument "${apps[1]}": options begin with --`);
	checkSettings(config, apps[0] === undefined || app(apps[0]) === ".", usage);
	const board = values.board === undefined ? undefined : boardFile(values.board);
	const sensor = model(values.sensor ?? board?.sensor ?? "OV2640");
	const unused =
		values.frames === undefined
			? []
			: (["frame-size", "quality"] as const).filter((name) => values[name] !== undefined);
	return {
		app: apps[0] === undefined ? "." : app(apps[0]),
		config: {
			...config,
			...(values["allowed-hosts"] !== undefined && {
				allowedHosts: hostNames(values["allowed-hosts"], usage),
			}),
			...passwordHashes(
				values["admin-password"],
				values["viewer-password"],
				{ digest: config["digest"] !== "off" },
				usage,
			),
		},
		address: address(values.host ?? "127.0.0.1"),
		...ports(
			{ port: values.port ?? port, streamPort: values["stream-port"] ?? streamPort },
			{ least: 0, usual: 8080 },
			usage,
		),
		rtspPort:
			values["rtsp-port"] === undefined
				? rtspPort === undefined
					? undefined
					: Number(rtspPort)
				: wholeNumber("rtsp-port", values["rtsp-port"], 0, 65_535, usage),
		sensor,
		frameSize: values["frame-size"] === undefined ? undefined : frameSize(sensor, values["frame-size"]),
		quality: values.quality === undefined ? undefined : wholeNumber("quality", values.quality, 0, 63, usage),
		fps: rate(values.fps ?? "25"),
		frames: values.frames,
		files: values.files,
		board: board?.config.board,
		pins: values.pins,
		pinsPage:
			values["pins-page"] === undefined
				? undefined
				: wholeNumber("pins-page", values["pins-page"], 0, 65_535, usage),
		profile: profile(values.profile ?? "board"),
		sendWindow:
			values["send-window"] === undefined
				? undefined
				: wholeNumber("send-window", values["send-window"], 536, 1048576, usage),
		settings: values.settings,
		wifi: values.wifi?.map(network),
		faults: values.fault ?? [],
		fixed: [
			...(values["frame-size"] === undefined ? [] : ["frameSize"]),
			...(values.quality === undefined ? [] : ["quality"]),
		],
		watch: values.watch ?? false,
		unused: unused.map((name) => `--${name}`),
	};
}

/** Separates folders from settings, which have mcconfig's syntax. */
function sorted(positionals: readonly string[]): { apps: string[]; config: Record<string, string> } {
	const settings = positionals
		.filter(isSetting)
		.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const);
	return { apps: positionals.filter((text) => !isSetting(text)), config: Object.fromEntries(settings) };
}

/** Returns a folder's path: relative to the project's if it is in it, otherwise absolute. */
function app(folder: string): string {
	const path = resolve(root, folder);
	return isInProject(path) ? relative(root, path) || "." : path;
}

/** What `parseArgs` takes. */
export const OPTIONS = {
	port: { type: "string" },
	"stream-port": { type: "string" },
	"rtsp-port": { type: "string" },
	host: { type: "string" },
	sensor: { type: "string" },
	"frame-size": { type: "string" },
	fps: { type: "string" },
	quality: { type: "string" },
	frames: { type: "string" },
	files: { type: "string" },
	board: { type: "string" },
	pins: { type: "string" },
	"pins-page": { type: "string" },
	profile: { type: "string" },
	"send-window": { type: "string" },
	settings: { type: "string" },
	"admin-password": { type: "string" },
	"viewer-password": { type: "string" },
	"allowed-hosts": { type: "string" },
	wifi: { type: "string", multiple: true },
	fault: { type: "string", multiple: true },
	watch: { type: "boolean" },
	help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			options: OPTIONS,
		});
	} catch (error) {
		throw usage(optionFault(error, Object.keys(OPTIONS)));
	}
}

export function usage(message: string): CommandError {
	return new CommandError(`${message} (${START} --help lists the options)`);
}

function rate(text: string): number {
	const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
	if (value <= 0 || value > 1000) throw usage(`--fps is a number above 0 and up to 1000, not "${text}"`);
	return value;
}

function model(text: string): SensorModel {
	const found = sensorModel(text);
	if (found === undefined) throw usage(`--sensor is one of ${sensorModels.join(", ")}, not "${text}"`);
	return found;
}

function boardFile(name: string): BoardFile {
	const boards = readBoards();
	const found = boards.get(name);
	if (found === undefined)
		throw usage(`there is no board "${name}"${boardHint(name, boards) || `: ${FLASH} --list lists them`}`);
	return found;
}

function frameSizeNames(sensor: SensorModel): readonly string[] {
	return sensorFrameSizes(sensor).map((size) => size.name);
}

function frameSize(sensor: SensorModel, text: string): string {
	const name = text.toUpperCase().replace("×", "X");
	const has = frameSizeNames(sensor);
	if (!has.includes(name)) throw usage(`the ${sensor}'s --frame-size is one of ${has.join(", ")}, not "${text}"`);
	return name;
}

function address(text: string): string {
	const numbers = text === "localhost" ? "127.0.0.1" : text;
	if (!isIPv4(numbers))
		throw usage(`--host is an IPv4 address of this machine, such as 127.0.0.1 or 0.0.0.0, not "${text}"`);
	return numbers;
}

function network(text: string): NetworkInRange {
	const end = text.indexOf("="),
		ssid = text.slice(0, Math.max(0, end)),
		password = end < 0 ? undefined : text.slice(end + 1) || undefined;
	const fault = end < 0 ? "a network is NAME=PASSWORD, or NAME= if it is open" : networkFault(ssid, password);
	if (fault !== undefined) throw usage(`--wifi ${JSON.stringify(text)}: ${fault}`);
	return { ssid, ...(password !== undefined && { password }) };
}

function profile(text: string): "board" | "host" {
	if (text !== "board" && text !== "host") throw usage(`--profile is board or host, not "${text}"`);
	return text;
}
