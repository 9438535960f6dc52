/** The firmware in Moddable's desktop simulators for macOS and Windows, with pictures for a camera. */
import config from "mc/config";
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import type { DriverOptions } from "yieldcam/camera/driver";
import { Server } from "yieldcam/http/server";
import { PictureCamera } from "sim/portable/picture-camera";

const names = Object.freeze(Array.from({ length: 10 }, (_, number) => `card-${number}.jpg`));
const port = Number(config["port"] ?? 8080);
const streamPort = config["streamPort"];
/** This machine only. */
const address = "127.0.0.1";

const app = new App(new Camera({
	io: class extends PictureCamera {
		constructor(options: DriverOptions) {
			super(names, options);
		}
	},
}));
const server = new Server({
	io: Listener,
	address,
	port,
	handler: app.router,
});
const url = `http://${address}:${port}`;
if (streamPort === undefined)
	trace(`yieldcam is at ${url}/\n`);
else {
	server.listen({ port: Number(streamPort), address });
	trace(`yieldcam is at ${url}/  (and http://${address}:${streamPort}/stream)\n`);
}
