/** Makes Node look like a Moddable device to a program's tests. */
import { nameModules } from "./module-names.mjs";
import "./xs-globals.mjs";

nameModules({
	timer: new URL("./timer.mjs", import.meta.url).href,
	"yieldcam/device": new URL("./no-device.mjs", import.meta.url).href,
});
