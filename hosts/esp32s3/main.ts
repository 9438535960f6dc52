/** The firmware on the board. */
import config from "mc/config";
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { board } from "yieldcam/esp32s3/board";
import EspCamera from "yieldcam/esp32s3/camera";
import print from "yieldcam/esp32s3/console";
import type { ListenerIO } from "yieldcam/http/io";
import { Server } from "yieldcam/http/server";

const port = Number(config["port"] ?? 80);

/** In release builds the one is silent, in debug builds the other. */
function log(line: string): void {
	trace(`${line}\n`);
	print(`${line}\n`);
}

const camera = new Camera({
	...board.camera,
	io: EspCamera,
	onError: message => log(`yieldcam: ${message}`),
});
const app = new App(camera);
new Server({
	// The published typings of Listener lack close() (modules/io/socket/lwip/listener.js has it).
	io: Listener as unknown as ListenerIO,
	port,
	handler: app.router,
	log,
});
