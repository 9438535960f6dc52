import { scriptConsole } from "yieldcam/common/script-console";

/** Defines the global `console`. The SDK calls it before it imports `main`, whose modules may log as soon as they load. */
export default function setUpConsole(done: () => void): void {
	globalThis.console = scriptConsole;
	done();
}
