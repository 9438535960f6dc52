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
import type { Handler } from "yieldcam/http/handler";
import type { ListenerIO } from "yieldcam/http/io";
import { Response } from "yieldcam/http/response";
import type { Router } from "yieldcam/http/router";
import { Server } from "yieldcam/http/server";

const port = Number(config["port"] ?? 80);

/** In release builds the one is silent, in debug builds the other. */
function log(line: string): void {
	trace(`${line}\n`);
	print(`${line}\n`);
}

/** The firmware's routes; where the camera does not open, the reason, at the console and at every address. */
function openHandler(): Router | Handler {
	switchCameraOn(board);
	try {
		return new App(new Camera({
			...board.camera,
			io: EspCamera,
			onError: message => log(`yieldcam: ${message}`),
			onRestart: () => log("yieldcam: the camera was restarted"),
		})).router;
	}
	catch (error) {
		const reason = explain(error as Error & { sensor?: string });
		log(`yieldcam: ${reason}`);
		return () => new Response(`${reason}\n`, { status: 503 });
	}
}

/** The binding names the sensor where that is what cannot be used. */
function explain({ message, sensor }: Error & { sensor?: string }): string {
	const boards = config["jpegBoards"] as string[] | undefined;
	return sensor !== undefined && boards ? `${message}; boards sold with one that does: ${boards.join(", ")}` : message;
}

const handler = openHandler();
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
			handler,
			log,
		});
	},
});
