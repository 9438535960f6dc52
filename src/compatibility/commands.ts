/** CameraWebServer's addresses that change something, although they are asked with GET. */
export const COMMANDS: readonly string[] = Object.freeze(["/control", "/xclk", "/reg", "/pll", "/resolution"]);
