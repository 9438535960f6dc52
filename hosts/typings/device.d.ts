/* Each host's module `yieldcam/device`. */
import type { Device } from "../../src/device/device.ts";

declare const device: Device;
export default device;
