/** CameraWebServer's addresses that change something, although they are asked with GET. */
export const commands: readonly string[] = Object.freeze(["/control", "/xclk", "/reg", "/pll", "/resolution"]);
