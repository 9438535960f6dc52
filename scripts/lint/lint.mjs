import { join } from "node:path";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";
import { format } from "./format.mjs";

/**
 * Checks every file. Resolves to whether all are right, and to the text of the findings.
 *
 * @param {{ readonly fix?: boolean }} [options]
 */
export async function lint({ fix = false } = {}) {
	const { code, lines } = await runTool(join(root, "node_modules/.bin/oxlint"), [
		"--format=unix",
		...(fix ? ["--fix"] : []),
	]);
	const formatted = await format({ check: !fix });
	return { ok: code === 0 && formatted.ok, text: [...lines, ...formatted.lines].map((line) => `${line}\n`).join("") };
}
