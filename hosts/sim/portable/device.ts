/** The device in Moddable's desktop simulators for macOS and Windows, whose camera shows pictures. */
import config from "mc/config";
import Resource from "Resource";
import Listener from "embedded:io/socket/listener";
import type { DriverOptions } from "yieldcam/camera/driver";
import type { Device } from "yieldcam/device/device";
import { Server } from "yieldcam/http/server";
import { PictureCamera } from "sim/portable/picture-camera";

const CARD_NAMES = Object.freeze(Array.from({ length: 10 }, (_, number) => `card-${number}.jpg`));
const ADDRESS = "127.0.0.1";

function log(line: string): void {
	trace(`${line}\n`);
}

const device: Device = {
	camera: {
		io: class extends PictureCamera {
			constructor(options: DriverOptions) {
				super(CARD_NAMES, options);
			}
		},
	},
	page: new Resource("page.html.gz"),
	system: {},
	// The settings last as long as the simulator runs.
	settings: { store: { read: () => undefined, write() {}, clear() {} }, log: (line) => log(`yieldcam: ${line}`) },
	config,
	files: undefined,
	log,
	serve(open, options = {}) {
		const port = Number(config["port"] ?? options.port ?? 8080);
		const streamPort = config["streamPort"];
		const server = new Server({
			io: Listener,
			address: ADDRESS,
			port,
			handler: open(),
			...(options.limits && { limits: options.limits }),
		});
		const url = `http://${ADDRESS}:${port}`;
		if (streamPort === undefined) log(`yieldcam is at ${url}/`);
		else {
			server.listen({ port: Number(streamPort), address: ADDRESS });
			log(`yieldcam is at ${url}/ and http://${ADDRESS}:${streamPort}/`);
		}
		return { host: ADDRESS, port, close: () => server.close() };
	},
};

export default device;
