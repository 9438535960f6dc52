import type { WiFiIO } from "yieldcam/network/io";

/** The published typings have no Wi-Fi interface. */
declare const WiFi: WiFiIO;
export default WiFi;
