import type { I2CIO } from "yieldcam/esp32s3/power/i2c-bus";

/** The published typings have no name for the SDK's I2C that waits for the bus, and lack its `close` and `timeout`. */
declare const I2C: I2CIO;
export default I2C;
