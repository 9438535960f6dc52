/** The firmware in Moddable's desktop simulators for macOS and Windows, with pictures for a camera. */
import config from "mc/config";
import Resource from "Resource";
import Listener from "embedded:io/socket/listener";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import type { DriverOptions } from "yieldcam/camera/driver";
import { Server } from "yieldcam/http/server";
import { PictureCamera } from "sim/portable/picture-camera";

const names = Object.freeze(Array.from({ length: 10 }, (_, number) => `card-${number}.jpg`));
const port = Number(config["port"] ?? 8080);

const app = new App(new Camera({
	io: class extends PictureCamera {
		constructor(options: DriverOptions) {
			super(names, options);
		}
	},
}), { page: new Resource("page.html.gz") });
new Server({
	io: Listener,
	address: "127.0.0.1",
	port,
	handler: app.router,
});
trace(`yieldcam is at http://127.0.0.1:${port}/\n`);
