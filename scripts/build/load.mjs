import { checkCompiler } from "./host.mjs";
import { unlessFresh } from "./fresh.mjs";
import { Progress } from "../support/progress.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";

const INPUTS = [
	{ path: "bench/load", extensions: [".c", ".h", "Makefile"] },
	{ path: "bench/peers/threads.c" },
	{ path: "bench/links/radio.c" },
];

/**
 * Builds the bench's load generator, the server in C that it compares with, and the link between camera and viewers.
 */
export function buildLoad() {
	return unlessFresh(
		{
			name: "load",
			inputs: INPUTS,
			outputs: ["load/yieldcam-load", "load/threads", "load/radio"],
		},
		async () => {
			checkCompiler();
			const progress = new Progress("Compiling the bench's load generator");
			const { code, lines } = await runTool("make", ["-C", "bench/load"]);
			if (code !== 0) {
				progress.fail();
				process.stderr.write(`${lines.join("\n")}\n`);
				throw new CommandError("the load generator does not compile: see the lines above");
			}
			progress.end();
		},
	);
}
