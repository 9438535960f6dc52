/** The firmware with more connections than a board has sockets, for the comparison with desktop servers. */
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";

device.serve(() => new App(new Camera(device.camera), device), { limits: { connections: 1024, slots: Infinity } });
