import type { WiFiIO } from "yieldcam/esp32s3/network/io";

/** The published typings have no Wi-Fi interface. */
declare const WiFi: WiFiIO;
export default WiFi;
