/** CameraWebServer's paths that change something, although clients request them with GET. */
export const COMMANDS: readonly string[] = Object.freeze(["/control", "/xclk", "/reg", "/pll", "/resolution"]);
