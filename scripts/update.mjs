import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { CommandError, exitWith } from "./support/command-error.mjs";
import { keptByNpm } from "./support/kept-by-npm.mjs";
import { output } from "./moddable/sdk.mjs";
import { root } from "./support/root.mjs";
import { Camera } from "./update/camera.mjs";
import { describeImage } from "./update/image.mjs";

/** What `parseArgs` takes. */
const OPTIONS = /** @type {const} */ ({
	host: { type: "string" },
	image: { type: "string" },
	"admin-password": { type: "string" },
	help: { type: "boolean", short: "h" },
});

const HELP = `New firmware over the air: npm run update -- --host NAME

  --host NAME          the camera: its name or address, with :PORT if that is not 80
  --image FILE         the image (that of the last build for the camera's board)
  --admin-password PASSWORD   the admin's password, if there is one
  --help               prints this help

It ends once the new firmware has proven itself, or the one before is back.
`;

await exitWith(async () => {
	const kept = keptByNpm(Object.keys(OPTIONS));
	if (kept !== undefined) throw new CommandError(`npm has taken --${kept} for itself: the options follow two dashes`);
	const { help, host, image: file, "admin-password": password } = parseArgs({ options: OPTIONS }).values;
	if (help) {
		process.stdout.write(HELP);
		return 0;
	}
	if (host === undefined) throw new CommandError("--host is missing: the camera's name or address");
	const camera = new Camera(host, password);
	const before = await camera.firmware();
	const image = readImage(file ?? builtFor(before.board));
	const described = describeImage(image);
	if (described?.board !== before.board)
		throw new CommandError(
			`the image is ${described ? `for the board ${described.board}` : "not one of this project"}, and the camera is ${before.board}`,
		);
	process.stdout.write(`${before.version} to ${described.version} on ${before.board}, ${image.length} bytes\n`);
	await camera.send(image, (sent) => show(sent, image.length));
	process.stdout.write("\nit restarts, and proves itself\n");
	const { version, last } = await camera.settled();
	if (last?.result !== "valid")
		throw new CommandError(`the firmware ${version} is back: ${last?.reason ?? "the reason is unknown"}`);
	process.stdout.write(`the firmware ${version} runs\n`);
	return 0;
});

/**
 * Returns where the last build for a board has its image.
 *
 * @param {string} board
 */
function builtFor(board) {
	const file = join(output, "bin/esp32", board, "release", basename(root), "xs_esp32.bin");
	if (!existsSync(file))
		throw new CommandError(
			`there is no image for the board ${board}: build one with npm run flash -- --board ${board} --build, or name one with --image`,
		);
	return file;
}

/** @param {string} file */
function readImage(file) {
	try {
		return readFileSync(file);
	} catch (error) {
		throw new CommandError(`--image: cannot read ${file} (${/** @type {NodeJS.ErrnoException} */ (error).code})`);
	}
}

/**
 * Shows how much has been sent, in one line of a terminal.
 *
 * @param {number} sent
 * @param {number} size
 */
function show(sent, size) {
	if (process.stdout.isTTY) process.stdout.write(`\r${Math.floor((100 * sent) / size)} % `);
}
