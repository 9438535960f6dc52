import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { addRoutes } from "./routes.ts";

device.serve(() => {
	const app = new App(new Camera(device.camera), device);
	addRoutes(app.router);
	return app;
});
