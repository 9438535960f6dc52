import type { CameraDriver, DriverOptions } from "../../../src/camera/driver.ts";

/** Espressif's camera driver. See CameraDriver for its behavior, and CameraIO for its errors. */
declare const EspCamera: new (options: DriverOptions) => CameraDriver;
export default EspCamera;
