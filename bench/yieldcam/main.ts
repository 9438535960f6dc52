/** The firmware with more connections than a board has sockets: what stands beside desktop servers, in the host profile. */
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";

device.serve(() => new App(new Camera(device.camera), device), { limits: { connections: 1024, slots: Infinity } });
