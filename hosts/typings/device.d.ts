/* Each host's module `yieldcam/device`. It also brings XS's own declarations to every program. */
/// <reference path="./xs.d.ts" />
/// <reference path="./xs-beyond.d.ts" />
import type { Device } from "yieldcam/device/device";

declare const device: Device;
export default device;
