import { append } from "yieldcam/common/log-tail";
import print from "yieldcam/esp32s3/console";

/** Writes a line to the board's console, and keeps it for `/api/log`. In release builds `trace` is silent, in debug builds `print` is. */
export function log(line: string): void {
	append(line);
	trace(`${line}\n`);
	print(`${line}\n`);
}
