import { constants } from "node:fs";
import { access, open, readlink, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "#scripts/support/command-error.mjs";
import { faultOf } from "../sensor/file-fault.ts";
import { showName } from "../sensor/frame-folder.ts";
import { bytesOf, textOf } from "../sensor/path-text.ts";
import { appFile } from "./app-file.ts";
import { optionPath } from "./option-path.ts";
import type { Options } from "./options.ts";

/**
 * Returns the file that keeps the settings, as `textOf` writes its path. Simulators that run side by side have different ports,
 * and files. Without a port, nobody finds the simulator again, and none is kept. Throws a CommandError if the file cannot be used:
 * a password that cannot be kept is lost, and with it the device is open again at the next start.
 */
export async function settingsFile(
	root: string,
	{ app, port, settings }: Pick<Options, "app" | "port" | "settings">,
): Promise<string | undefined> {
	if (settings === undefined && port === 0) return undefined;
	const own = join(root, appFile(app, port === undefined ? "settings" : `settings-${port}`, "json")),
		file = settings === undefined ? Buffer.from(own) : await optionPath("--settings", settings);
	const target = await followed(file);
	try {
		await check(target);
	} catch (error) {
		throw error instanceof CommandError ? error : refuse(target, faultOf(error));
	}
	return textOf(target);
}

function refuse(file: Buffer, fault: string): CommandError {
	return new CommandError(`--settings: ${showName(file)} ${fault}`);
}

function folderOf(file: Buffer): Buffer {
	return bytesOf(dirname(textOf(file)));
}

/** Follows links, also to a file that does not exist yet: a write replaces the file, and must not replace the link. */
async function followed(file: Buffer): Promise<Buffer> {
	try {
		return await realpath(file, "buffer");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== "ENOENT") throw refuse(file, faultOf(error));
	}
	const target = await readlink(file, "buffer").catch(() => undefined);
	if (target === undefined) return file;
	const folder = await realpath(folderOf(file), "buffer");
	return followed(bytesOf(resolve(textOf(folder), textOf(target))));
}

async function check(file: Buffer): Promise<void> {
	const folder = folderOf(file);
	await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
		throw new CommandError(
			`--settings: the folder ${showName(folder)} ${error.code === "ENOENT" ? faultOf(error) : "may not be written to by this user"}`,
		);
	});
	// To open a pipe would wait for its writer.
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
	if (!handle) return;
	try {
		const status = await handle.stat();
		if (!status.isFile()) throw refuse(file, "is not a file");
		if (status.size > MOST) throw refuse(file, `has ${status.size} bytes, and settings have ${MOST} at most`);
		// As mktemp(1) makes it.
		if (status.size > 0) JSON.parse(await handle.readFile("utf8"));
	} catch (error) {
		// If it had passwords, the device would be open without them.
		if (error instanceof SyntaxError) throw refuse(file, "is not valid JSON: correct it, or delete it");
		throw error;
	} finally {
		await handle.close();
	}
}

/** Bytes of the longest text that the board can store. */
const MOST = 4_000;
