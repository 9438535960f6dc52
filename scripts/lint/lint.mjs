import { join } from "node:path";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";
import { checkProse } from "./prose.mjs";
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
	const prose = checkProse();
	const ok = code === 0 && formatted.ok && prose.length === 0;
	return { ok, text: [...lines, ...formatted.lines, ...prose].map((line) => `${line}\n`).join("") };
}
