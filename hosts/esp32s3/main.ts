/** The firmware on the board. */
import config from "mc/config";
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { board } from "yieldcam/esp32s3/board";
import EspCamera from "yieldcam/esp32s3/camera";
import { switchCameraOn } from "yieldcam/esp32s3/camera-power";
import print from "yieldcam/esp32s3/console";
import { startNetwork } from "yieldcam/esp32s3/start-network";
import disablePowerSave from "yieldcam/esp32s3/wifi-power-save";
import type { ListenerIO } from "yieldcam/http/io";
import { Server } from "yieldcam/http/server";

const port = Number(config["port"] ?? 80);

/** In release builds the one is silent, in debug builds the other. */
function log(line: string): void {
	trace(`${line}\n`);
	print(`${line}\n`);
}

function openCamera(): Camera {
	switchCameraOn(board);
	try {
		return new Camera({
			...board.camera,
			io: EspCamera,
			onError: message => log(`yieldcam: ${message}`),
			onRestart: () => log("yieldcam: the camera was restarted"),
		});
	}
	catch (error) {
		log(`yieldcam: ${(error as Error).message}`);
		if ((error as { sensor?: string }).sensor && config["jpegBoards"])
			log(`yieldcam: boards whose sensor gives JPEG: ${(config["jpegBoards"] as string[]).join(", ")}`);
		throw error;
	}
}

const { router } = new App(openCamera());
let server: Server | undefined;

startNetwork({
	config,
	port,
	log,
	onConnected() {
		disablePowerSave();
		// It outlives the link; before there is one the SDK refuses to listen.
		server ??= new Server({
			// The published typings of Listener lack close() (modules/io/socket/lwip/listener.js has it).
			io: Listener as unknown as ListenerIO,
			port,
			handler: router,
			log,
		});
	},
});
