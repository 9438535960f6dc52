import type { CameraDriver, DriverOptions } from "../../../src/camera/driver.ts";

/** Espressif's camera driver; see `CameraDriver` for what it does and when it throws. */
declare const EspCamera: new (options: DriverOptions) => CameraDriver;
export default EspCamera;
