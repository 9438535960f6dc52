/** The device in Moddable's desktop simulators for macOS and Windows, whose camera shows pictures. */
import config from "mc/config";
import Resource from "Resource";
import Listener from "embedded:io/socket/listener";
import type { DriverOptions } from "yieldcam/camera/driver";
import type { Device } from "yieldcam/device/device";
import { log } from "yieldcam/common/log";
import { configuredPorts, WebServer } from "yieldcam/common/web-server";
import { PictureCamera } from "sim/portable/picture-camera";

const CARD_NAMES = Object.freeze(Array.from({ length: 10 }, (_, number) => `card-${number}.jpg`));
const ADDRESS = "127.0.0.1";

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
		const { port, streamPort } = configuredPorts(config, options, 8080);
		const server = new WebServer({
			io: Listener,
			address: ADDRESS,
			port,
			streamPort,
			handler: open(),
			...(options.limits && { limits: options.limits }),
		});
		const second = server.open() ? ` and http://${ADDRESS}:${streamPort}/` : "";
		log(`yieldcam is at http://${ADDRESS}:${port}/${second}`);
		return { host: ADDRESS, port, close: () => server.close() };
	},
};

export default device;
