import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";

const C_FOLDERS = ["bench", "hosts", "test/fuzz/host", "test/lwip", "test/moddable/device-headers"];

/**
 * Formats every file, or, with `check`, only finds those that are not formatted. Resolves to whether everything is
 * formatted, and to the output of the tools if not.
 *
 * @param {{ readonly check?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, lines: string[] }>}
 */
export async function format({ check = false } = {}) {
	const tools = [
		["oxfmt", ...(check ? ["--list-different", "."] : ["."])],
		["clang-format", ...(check ? ["--dry-run", "--Werror"] : ["-i"]), ...C_FOLDERS.flatMap(sourcesInC)],
	];
	const wrong = [];
	for (const [tool, ...args] of tools) {
		const { code, lines } = await runTool(join(root, "node_modules/.bin", tool), args);
		if (code !== 0) wrong.push(`${tool} found files that are not formatted (npm run format):`, ...lines);
	}
	return { ok: wrong.length === 0, lines: wrong };
}

/** @param {string} folder */
function sourcesInC(folder) {
	return readdirSync(join(root, folder), { encoding: "utf8", recursive: true })
		.filter((name) => /\.[ch]$/.test(name))
		.map((name) => posix.join(folder, name))
		.sort();
}
