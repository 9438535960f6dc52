import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join, relative } from "node:path";
import { output, root } from "../support/root.mjs";
import { fetchSources } from "./c-sources.mjs";
import { Progress } from "../support/progress.mjs";
import { unlessFresh } from "./fresh.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";

const MAKEFILE = "hosts/sim/machine";

const INPUTS = [
	{ path: MAKEFILE, extensions: [".c", ".h", ".sed", "Makefile"] },
	{ path: "hosts/sim/native", extensions: [".c", ".h"] },
	{ path: "hosts/sim/metered", extensions: [".c"] },
	{ path: "hosts/common", extensions: [".c", ".h"] },
	{ path: "hosts/common/camera", extensions: [".c", ".h"] },
	{ path: "hosts/common/pins", extensions: [".c", ".h"] },
	{ path: "hosts/common/rtp", extensions: [".c", ".h"] },
	{ path: "hosts/common/update", extensions: [".c", ".h"] },
	{ path: "hosts/common/sockets", extensions: [".c", ".h"] },
	{ path: "hosts/manifest.json" },
	// Which XS, and which libjpeg.
	{ path: "scripts/build/c-sources.mjs" },
];

/** @param {string} lwip */
const lwipInputs = (lwip) => [
	{ path: "hosts/sim/lwip" },
	{ path: "hosts/esp32s3/sockets", extensions: [".c", ".h"] },
	{ path: relative(root, join(lwip, "src")), extensions: [".c", ".h"] },
];

const VARIANTS = {
	all: { name: "host", label: "Compiling the simulator's host and the XS engine" },
	asan: { name: "host-asan", label: "Compiling the simulator's host with sanitizers" },
	bits32: { name: "host-32", label: "Compiling the simulator's host with words of 32 bits" },
	"lwip-asan": { name: "host-lwip-asan", label: "Compiling the simulator's host over lwIP, with sanitizers" },
	xtensa: { name: "host-xtensa", label: "Compiling the simulator's host for the ESP32-S3's instructions" },
	metered: { name: "host-metered", label: "Compiling the simulator's host that counts costs" },
};

/**
 * Builds the simulator's host: `asan` with AddressSanitizer and UBSan, `bits32` with the board's words, `metered` with
 * these and with counters of the script's costs, `lwip-asan` with the board's sockets over lwIP, `xtensa` for the ESP32-S3's
 * instructions with the compiler XTENSA_CC.
 *
 * @param {keyof typeof VARIANTS} [target]
 * @param {string} [lwip] The folder of lwIP's source, for that target.
 */
export function buildHost(target = "all", lwip) {
	const { name, label } = VARIANTS[target];
	const inputs = lwip === undefined ? INPUTS : [...INPUTS, ...lwipInputs(lwip)];
	const setting = target === "xtensa" ? process.env.XTENSA_CC : undefined;
	return unlessFresh({ name, inputs, outputs: [`${name}/yieldcam-sim`], setting }, async () => {
		checkCompiler();
		await fetchSources();
		forgetMoved(join(output, name));
		const progress = new Progress(label);
		/** @param {string} line */
		const isCompilation = (line) => line.startsWith("compile ");
		// A relative path, since a name with a space in it, such as a user's, would be two to make.
		const make = ["-C", MAKEFILE, `BUILD=${relative(join(root, MAKEFILE), output)}`, target];
		if (lwip !== undefined) make.push(`LWIP=${lwip}`);
		const planned = await runTool("make", [...make, "--dry-run"]);
		const total = planned.lines.filter((line) => isCompilation(line.replace(/^echo /, ""))).length;
		let compiled = 0;
		const { code, lines } = await runTool("make", [...make, `-j${availableParallelism()}`], {
			onLine: (line) => {
				if (isCompilation(line)) progress.update(`${(compiled += 1)} of ${total} files`);
			},
		});
		if (code !== 0) {
			progress.fail();
			process.stderr.write(`${lines.filter((line) => !isCompilation(line)).join("\n")}\n`);
			throw new CommandError("the simulator's host does not compile: see the lines above");
		}
		progress.end();
	});
}

/**
 * Removes the dependencies on sources that have moved: make would look for them where they were.
 *
 * @param {string} folder
 */
function forgetMoved(folder) {
	if (!existsSync(folder)) return;
	for (const name of readdirSync(folder).filter((each) => each.endsWith(".d"))) {
		const [, sources = ""] = readFileSync(join(folder, name), "utf8").split(": ");
		const isGone = (/** @type {string} */ path) => path !== "" && !existsSync(join(root, MAKEFILE, path));
		if (sources.split(/[\s\\]+/).some((path) => !path.startsWith("/") && isGone(path))) rmSync(join(folder, name));
	}
}

/** Checks for a compiler. Also called before any download, so that a user without one learns it at once. */
export function checkCompiler() {
	const missing = ["gcc", "make"].filter((program) => !isOnPath(program));
	if (missing.length > 0)
		throw new CommandError(
			`the simulator has to be compiled, and ${missing.join(" and ")} is not installed; as root: apt-get install gcc g++ make libc6-dev`,
		);
}

/** @param {string} program */
function isOnPath(program) {
	return (process.env.PATH ?? "").split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
