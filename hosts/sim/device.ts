/** The simulated device. The launcher's options take precedence over the program's. */
import Resource from "Resource";
import Timer from "timer";
import PWM from "embedded:io/pwm";
import Listener from "embedded:io/socket/listener";
import UDP from "embedded:io/socket/udp";
import { withoutCamera } from "yieldcam/app/without-camera";
import type { DriverOptions } from "yieldcam/camera/driver";
import { frameSize } from "yieldcam/camera/frame-sizes";
import type { Device } from "yieldcam/device/device";
import type { Machine } from "yieldcam/http/machine";
import { backstop } from "yieldcam/common/backstop";
import bitmap from "yieldcam/common/bitmap";
import EspCamera from "yieldcam/common/camera";
import { CameraOpener } from "yieldcam/common/camera-opener";
import RootDirectory from "yieldcam/common/files";
import { log } from "yieldcam/common/log";
import logTail from "yieldcam/common/log-tail";
import { networkTime } from "yieldcam/common/network-time";
import memory, { machine, openReserve } from "yieldcam/common/memory";
import { PinLamp } from "yieldcam/common/lamp";
import { type BoardPins, reservePins } from "yieldcam/common/pins/board-pins";
import { lampOf } from "yieldcam/common/pins/lamp-led";
import WS2812 from "yieldcam/common/pins/ws2812";
import { Format, Rtp } from "yieldcam/common/rtp";
import { WebServer } from "yieldcam/common/web-server";
import { findCredentials } from "yieldcam/network/credentials";
import { findHostName } from "yieldcam/network/host-name";
import { Network } from "yieldcam/network/network";
import { Portal } from "yieldcam/app/portal";
import { Clock } from "yieldcam/time/clock";
import type { TimeKeeper } from "yieldcam/time/time-keeper";
import slots from "yieldcam/common/update";
import { behavior, present, reason, record, restart as restartFor } from "sim/firmware";
import options from "sim/options";
import { accessPointOf, type NetworkInRange, wifiOf } from "sim/air";
import store, { networkStore } from "sim/store";
import thrown from "sim/thrown";

/** The simulator has none. */
const NO_PREFERENCES = Object.freeze({ get: () => undefined });

/** What the simulator has without `--board`. */
const OWN_BOARD: Pick<BoardPins, "leds"> = { leds: [{ pin: 2, kind: "gpio" }] };

openReserve();
if (options.board) reservePins(options.board);
const led = lampOf(options.board ?? OWN_BOARD);

/** Why the firmware last started, if it is on a simulated flash. */
const restart = present() ? reason() : undefined;
if (present()) {
	slots.watch(backstop(options.config));
	misbehave();
}

class SimulatedCamera extends EspCamera {
	constructor(wanted: DriverOptions) {
		super({
			...wanted,
			...(options.faults && { openWait: 1_000 }), // as on a board
			...(options.frameSize !== undefined && { frameSize: frameSize(options.frameSize)!.code }),
			...(options.quality !== undefined && { quality: options.quality }),
		});
	}
}

/** The server that `serve` has made last. */
let server: WebServer | undefined;
/** As on a board, it is unknown until a server or an admin sends it. */
const clock = new Clock();
let time: TimeKeeper | undefined;

const { wifi } = options;
/** Opens the servers that wait for a network, or for the access point. */
let begin: (() => void) | undefined;
const network = wifi && simulatedNetwork(wifi);

const rtsp = { Format, Rtp, UDP, address: options.address, port: 0 };

const device: Device = {
	camera: {
		io: SimulatedCamera,
		clock,
		onError: (message) => log(`yieldcam: ${message}`),
		onRestart: () => log("yieldcam: the camera was restarted"),
	},
	lamp: led && new PinLamp(led.kind === "ws2812" ? WS2812 : PWM, led),
	page: new Resource("page.html.gz"),
	system: {
		restart,
		get address() {
			return server?.listening ? (network ? network.address : options.address) : undefined;
		},
		get rssi() {
			return network?.rssi;
		},
		get memory() {
			return memory();
		},
		get rtspPort() {
			return server?.rtspPort;
		},
	},
	bitmap,
	logTail,
	network,
	slots: present() ? Object.freeze({ ...slots, record }) : undefined,
	settings: { store, fixed: options.fixed, log: (line) => log(`yieldcam: ${line}`) },
	config: options.config,
	files: options.files === undefined ? undefined : new RootDirectory(options.files),
	log,
	rtsp,
	serve(open, { port = 8080, rtsp: hasRtsp = false, limits = {}, addresses = {} } = {}) {
		const { streamPort } = options;
		// With faults, a camera that fails comes back, as on the board. Otherwise a camera that does not open is a
		// mistake in the options.
		const handler = options.faults
			? new CameraOpener({
					open,
					opening: () => EspCamera.opening,
					current: () => EspCamera.current,
					log,
					meanwhile: (reason) => withoutCamera(reason, device),
				})
			: open();
		const own = (server = new WebServer({
			io: Listener,
			address: options.address,
			port: options.port ?? port,
			streamPort,
			rtspPort: hasRtsp ? rtspPort() : undefined,
			handler: network?.point
				? new Portal(handler, { point: network.point, network, page: new Resource("setup.html.gz") })
				: handler,
			machine: Object.assign(Object.create(machine) as Machine, { thrown }),
			log,
			limits: { upload: slots.size(), ...options.limits, ...limits },
		}));
		if (present() && behavior() === "no-address")
			return { host: undefined, port: own.port, close: () => own.close() };
		if (network) begin = () => beginToServe(own, addresses);
		else beginToServe(own, addresses);
		return { host: options.address, port: own.port, close: () => own.close() };
	},
};

/** Listens, and says where. */
function beginToServe(own: WebServer, addresses: Readonly<Record<string, string>>): void {
	begin = undefined;
	const { address } = options;
	// 0.0.0.0 stands for all addresses and cannot be opened.
	const shown = address === "0.0.0.0" ? "127.0.0.1" : address;
	const other = listen(own) ? `http://${shown}:${own.streamPort}` : undefined;
	listenForRtsp(own, shown);
	if (options.config["ntp"] !== undefined) {
		time ??= networkTime({ clock, UDP, address, config: options.config, log });
		time.start();
	}
	const url = `http://${shown}:${own.port}`;
	const places = Object.entries(addresses).map(
		([name, path]) =>
			`${name} ${url}${path}${other !== undefined && name === "stream" ? ` and ${other}${path}` : ""}`,
	);
	log(
		`yieldcam is at ${url}/${places.length ? `  (${places.join(", ")})` : other === undefined ? "" : ` and ${other}/`}${address === shown ? "" : ", and at the other addresses of this machine"}`,
	);
}

/** The Wi-Fi of `--wifi`, joined as a board joins its own. */
function simulatedNetwork(networks: readonly NetworkInRange[]): Network {
	const { address, config } = options,
		tell = (line: string): void => log(`yieldcam: ${line}`);
	const found = findCredentials(config, NO_PREFERENCES, networkStore);
	found.problems.forEach(tell);
	return new Network({
		wifi: wifiOf(networks, address),
		udp: UDP,
		named: false,
		accessPoint: accessPointOf(address),
		accessPointKey: config["setupKey"] as string | undefined,
		networks: found.networks,
		store: networkStore,
		hostname: findHostName(config, NO_PREFERENCES, tell),
		port: options.port ?? 80,
		log,
		onConnected: () => begin?.(),
		onAccessPoint: () => begin?.(),
	});
}

/** The port of RTSP: that of the options, or the usual one. With `--port 0`, which takes any, this does as well. */
function rtspPort(): number {
	return options.rtspPort ?? (options.port === 0 ? 0 : 8554);
}

/** Opens the port of RTSP. If the usual one is taken, says so, and the program goes on. */
function listenForRtsp(server: WebServer, address: string): void {
	try {
		const port = server.openRtsp();
		if (port !== undefined) log(`yieldcam: RTSP at rtsp://${address}:${port}/`);
	} catch (error) {
		if (options.rtspPort !== undefined) throw mistake(`--rtsp-port: ${((error as Error).cause as Error).message}`);
		log(`yieldcam: no RTSP: ${(error as Error).message}`);
	}
}

/** Opens the server's ports. Returns whether there are two. The error says which of the launcher's options is wrong. */
function listen(server: WebServer): boolean {
	try {
		return server.open();
	} catch (error) {
		const { message } = (error as Error).cause as Error;
		throw mistake(server.listening ? `--stream-port: ${message}` : message);
	}
}

/** Does what a faulty image does in place of serving: see docs/simulator.md. */
function misbehave(): void {
	switch (behavior()) {
		case "crash":
			Timer.set(() => restartFor("crash"), 500);
			break;
		case "hang":
			Timer.set(() => {
				for (;;);
			}, 500);
	}
}

/** Makes the error of a wrong option. It has no stack, which would be about the program. */
function mistake(message: string): Error {
	return Object.assign(Object.create(Error.prototype) as Error, { message });
}

// A program that forgets to serve would print nothing at all.
Timer.set(() => {
	if (!server) log("yieldcam: the program runs, and serves nothing: it has not called device.serve");
}, 1_000);

export default device;
