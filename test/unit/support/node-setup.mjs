/**
 * Makes Node look like a Moddable device to the unit tests:
 * npx mocha --import=./test/unit/support/node-setup.mjs 'build/test/unit/**\/*.test.js'
 *
 * The `timer` module becomes the tests' own clock, and the globals that XS has and Node lacks exist.
 */
import { nameModules } from "../../../scripts/program/module-names.mjs";
import "../../../scripts/program/xs-globals.mjs";

nameModules({
	timer: new URL("../../../build/test/unit/support/clock.js", import.meta.url).href,
	"yieldcam/http/syntax/reference-scan": new URL("../../../build/src/http/syntax/scan.js", import.meta.url).href,
});

// mocha 12 lets a rejection that nobody handles pass; on the board it would end the machine.
process.on("unhandledRejection", (error) => {
	throw error;
});
