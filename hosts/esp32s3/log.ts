import print from "yieldcam/esp32s3/console";

/** Writes a line to the board's console. In release builds `trace` is silent, in debug builds `print` is. */
export function log(line: string): void {
	trace(`${line}\n`);
	print(`${line}\n`);
}
