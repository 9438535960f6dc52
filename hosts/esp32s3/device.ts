/**
 * The board as a Device. An exception in a callback restarts the board, so code that may fail catches and logs it.
 */
import config from "mc/config";
import Resource from "Resource";
import Time from "time";
import Timer from "timer";
import Listener from "embedded:io/socket/listener";
import UDP from "embedded:io/socket/udp";
import { withoutCamera } from "yieldcam/app/without-camera";
import type { Device } from "yieldcam/device/device";
import { board } from "yieldcam/esp32s3/board";
import { boardCamera } from "yieldcam/esp32s3/board-camera";
import { setAbortHook } from "yieldcam/common/abort-hook";
import bitmap from "yieldcam/common/bitmap";
import EspCamera from "yieldcam/common/camera";
import { CameraOpener } from "yieldcam/common/camera-opener";
import { log } from "yieldcam/common/log";
import { backstop } from "yieldcam/common/backstop";
import logTail from "yieldcam/common/log-tail";
import { logRejections } from "yieldcam/esp32s3/log-rejections";
import memory, { machine, openReserve } from "yieldcam/common/memory";
import { reservePins } from "yieldcam/common/pins/board-pins";
import { Format, Rtp } from "yieldcam/common/rtp";
import { configuredPorts, WebServer } from "yieldcam/common/web-server";
import type { Lamp } from "yieldcam/device/lamp";
import { openLamp } from "yieldcam/esp32s3/lamp";
import { FIRMWARE_SLOTS } from "yieldcam/esp32s3/firmware-slots";
import { Portal } from "yieldcam/app/portal";
import type { DeviceNetwork } from "yieldcam/network/device-network";
import type { Network } from "yieldcam/network/network";
import { networkTime } from "yieldcam/common/network-time";
import { askForTime, offeredServers } from "yieldcam/esp32s3/network/offered-time";
import { POWER_IO } from "yieldcam/esp32s3/power/sdk-io";
import { CRASH_COUNT, PREFERENCE_STORE } from "yieldcam/esp32s3/preference-store";
import restartReason from "yieldcam/esp32s3/restart-reason";
import { sdStorage } from "yieldcam/esp32s3/sd-storage";
import { startNetwork } from "yieldcam/esp32s3/start-network";
import { CrashGuard } from "yieldcam/settings/crash-guard";
import { Clock } from "yieldcam/time/clock";
import disablePowerSave from "yieldcam/esp32s3/wifi-power-save";

/** Bytes of content for a board without a second slot, so that it can say why it refuses an update. */
const UNKNOWN_SIZE = 0x800000;

openReserve();
FIRMWARE_SLOTS.watch(backstop(config));
reservePins(board);
setAbortHook((line) => log(`yieldcam: ${line}`));
Timer.repeat(logRejections, 1_000);
const resource = new Resource("page.html.gz");
let network: Network | undefined;
/** The network for the programs, which exist before it does. */
const deviceNetwork: DeviceNetwork = {
	get ssid() {
		return network?.ssid;
	},
	get address() {
		return network?.address;
	},
	get hostname() {
		return network?.hostname;
	},
	get rssi() {
		return network?.rssi;
	},
	get choice() {
		return network?.choice;
	},
	scan: (options) => network!.scan(options),
	choose: (ssid, password) => network!.choose(ssid, password),
};
/** The access point for the portals, which exist before it does, too. */
const point = {
	get address() {
		return network?.point?.address;
	},
	serves: (client: string | undefined) => network?.point?.serves(client) ?? false,
};
/** What people call the camera. It is known before there is a network. */
let title: string | undefined;
/** `null` if it does not open. */
let lamp: Lamp | undefined | null;
/** The programs' Date follows it. */
const clock = new Clock((time) => Time.set(Math.floor(time / 1_000_000)));
const time = networkTime({ clock, UDP, config, offered: offeredServers, log });
/** Servers that listen as soon as there is a network. The first one starts the network. */
const servers: WebServer[] = [];

/** Reasons of unintended restarts. XS itself restarts when its heap runs out. */
const CRASH_REASONS = Object.freeze(["crash", "crash within a crash", "restarted by the firmware", "watchdog"]);
const guard = new CrashGuard({
	count: CRASH_COUNT,
	crashed: CRASH_REASONS.includes(restartReason()) && !FIRMWARE_SLOTS.onProbation(),
	log: (line) => log(`yieldcam: ${line}`),
});

function attempt(what: () => void): void {
	try {
		what();
	} catch (error) {
		log(`yieldcam: ${(error as Error).message}`);
	}
}

/** Listens on the ports that are not open yet. */
function listen(server: WebServer): void {
	attempt(() => {
		if (server.open()) log(`yieldcam is also at port ${server.streamPort}`);
	});
	attempt(() => server.openRtsp());
}

const device: Device = {
	camera: {
		...board.camera,
		clock,
		io: boardCamera(EspCamera, {
			board,
			title: config["boardTitle"] as string | undefined,
			io: POWER_IO,
			pending: () => EspCamera.pending,
		}),
		onError: (message) => log(`yieldcam: ${message}`),
		onRestart: () => log("yieldcam: the camera was restarted"),
	},
	// Opened by the first program that wants it: its pin is free in others.
	get lamp() {
		if (lamp === undefined)
			attempt(() => {
				lamp = null;
				lamp = openLamp();
			});
		return lamp ?? undefined;
	},
	page: resource,
	system: {
		get restart() {
			return restartReason();
		},
		safe: guard.safe,
		get address() {
			return network?.address;
		},
		get rssi() {
			return network?.rssi;
		},
		get memory() {
			return memory();
		},
		get rtspPort() {
			return servers.find((server) => server.rtspPort !== undefined)?.rtspPort;
		},
	},
	bitmap,
	logTail,
	network: deviceNetwork,
	slots: FIRMWARE_SLOTS,
	rtsp: { Format, Rtp, UDP },
	settings: {
		store: PREFERENCE_STORE,
		restore: !guard.safe,
		log: (line) => log(`yieldcam: ${line}`),
		onName(name) {
			title = name;
			if (network) attempt(() => (network!.title = name));
		},
	},
	config,
	get files() {
		return sdStorage(board);
	},
	log,
	serve(open, options = {}) {
		const { port, streamPort, rtspPort } = configuredPorts(config, options, 80);
		const handler = new CameraOpener({
			open,
			opening: () => EspCamera.opening,
			current: () => EspCamera.current,
			log,
			meanwhile: (reason) => withoutCamera(reason, device),
			jpegBoards: config["jpegBoards"] as string[] | undefined,
		});
		const server = new WebServer({
			io: Listener,
			port,
			streamPort,
			rtspPort,
			handler: new Portal(handler, { point, network: deviceNetwork, page: new Resource("setup.html.gz") }),
			machine,
			log,
			limits: { upload: FIRMWARE_SLOTS.size() || UNKNOWN_SIZE, ...options.limits },
		});
		servers.push(server);
		if (network?.address !== undefined || point.address !== undefined) listen(server);
		attempt(askForTime);
		attempt(
			() =>
				(network ??= startNetwork({
					config,
					port,
					title,
					log,
					onAccessPoint: () => servers.forEach(listen),
					onConnected() {
						attempt(disablePowerSave);
						// Listeners outlive the link. A port that failed is tried again with the next link.
						servers.forEach(listen);
						time.start();
					},
				})),
		);
		return {
			get host() {
				return network?.address;
			},
			port,
			close() {
				servers.splice(servers.indexOf(server), 1);
				server.close();
			},
		};
	},
};

export default device;
