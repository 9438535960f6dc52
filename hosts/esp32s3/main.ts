/**
 * The firmware on the board. What throws out of here, or out of a callback, restarts the board: where
 * something may fail, it is caught and told.
 */
import config from "mc/config";
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { board } from "yieldcam/esp32s3/board";
import bitmap from "yieldcam/esp32s3/bitmap";
import EspCamera from "yieldcam/esp32s3/camera";
import { CameraOpener } from "yieldcam/esp32s3/camera-opener";
import { switchCameraOn } from "yieldcam/esp32s3/camera-power";
import print from "yieldcam/esp32s3/console";
import memory from "yieldcam/esp32s3/memory";
import type { Network } from "yieldcam/esp32s3/network/network";
import { preferenceStore } from "yieldcam/esp32s3/preference-store";
import { startNetwork } from "yieldcam/esp32s3/start-network";
import disablePowerSave from "yieldcam/esp32s3/wifi-power-save";
import type { Handler } from "yieldcam/http/handler";
import { Server } from "yieldcam/http/server";

const port = Number(config["port"] ?? 80);

let server: Server | undefined;
let network: Network | undefined;

/** In release builds the one is silent, in debug builds the other. */
function log(line: string): void {
	trace(`${line}\n`);
	print(`${line}\n`);
}

function attempt(what: () => void): void {
	try {
		what();
	}
	catch (error) {
		log(`yieldcam: ${(error as Error).message}`);
	}
}

function open(): Handler {
	switchCameraOn(board);
	const app = new App(new Camera({
		...board.camera,
		io: EspCamera,
		onError: message => log(`yieldcam: ${message}`),
		onRestart: () => log("yieldcam: the camera was restarted"),
	}), {
		system: {
			get rssi() {
				return network?.rssi;
			},
			get memory() {
				return memory();
			},
		},
		settings: { store: preferenceStore, log },
		bitmap,
	});
	return request => app.router.handle(request);
}

const handler = new CameraOpener({ open, log, jpegBoards: config["jpegBoards"] as string[] | undefined });

attempt(() => network = startNetwork({
	config,
	port,
	log,
	onConnected() {
		attempt(disablePowerSave);
		// It outlives the link. Before there is one the SDK refuses to listen; with the next there is another attempt.
		attempt(() => server ??= new Server({ io: Listener, port, handler, log }));
	},
}));
