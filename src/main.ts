/** The firmware: all routes over the device's camera. */
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";

device.serve(
	() => {
		const app = new App(new Camera(device.camera), device);
		// Routes of your own go here.
		return app;
	},
	{ rtsp: true, addresses: { stream: "/stream", snapshot: "/capture", state: "/status" } },
);
