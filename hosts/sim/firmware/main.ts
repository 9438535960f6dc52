/**
 * The firmware in the simulator: the same app as on the board, with the launcher's options in place
 * of a board's pins and Wi-Fi.
 */
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import bitmap from "yieldcam/esp32s3/bitmap";
import EspCamera from "yieldcam/esp32s3/camera";
import memory from "yieldcam/esp32s3/memory";
import { Server } from "yieldcam/http/server";
import options from "sim/options";
import store from "sim/store";

const camera = new Camera({
	io: EspCamera,
	frameSize: options.frameSize,
	quality: options.quality,
	onError: message => trace(`yieldcam: ${message}\n`),
	onRestart: () => trace("yieldcam: the camera was restarted\n"),
});
const app = new App(camera, {
	system: {
		get memory() {
			return memory();
		},
	},
	settings: { store, fixed: options.fixed, log: line => trace(`yieldcam: ${line}\n`) },
	bitmap,
});
const server = new Server({
	io: Listener,
	address: options.address,
	port: options.port,
	handler: app.router,
});
const url = `http://${options.address}:${server.port}`;
trace(`yieldcam is at ${url}/  (stream ${url}/stream, snapshot ${url}/capture, state ${url}/status)\n`);
