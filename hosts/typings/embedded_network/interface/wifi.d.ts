import type { WiFiIO } from "../../../esp32s3/network/io.ts";

/** The published typings have no Wi-Fi interface. */
declare const WiFi: WiFiIO;
export default WiFi;
