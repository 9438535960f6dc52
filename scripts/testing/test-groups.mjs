/** Selects the simulators with the board's words, for which XS has slots of 16 bytes in place of 32. */
export const BITS_32 = { YIELDCAM_HOST: "build/host-32/yieldcam-sim" };

/** Selects the simulators that check every memory access. */
export const SANITIZED = { YIELDCAM_HOST: "build/host-asan/yieldcam-sim" };

/**
 * Compiled tests that run in one process, their environment, and whether they must run alone.
 *
 * @typedef {{ readonly name: string, readonly files: string[], readonly env: NodeJS.ProcessEnv,
 *   readonly alone?: boolean, readonly bits32?: boolean }} TestGroup
 */

/**
 * The tests of one process: files and folders in `test`, except those that another group of the same environment names
 * more exactly. The longest groups come first, so that the workers, which take one group after the other, finish at
 * about the same time. Tests that drive the simulator run with the board's words where this machine can build such a
 * simulator, and once more with every memory access checked.
 *
 * @type {readonly { readonly name: string, readonly paths: readonly string[], readonly except?: string,
 *   readonly env?: NodeJS.ProcessEnv, readonly alone?: boolean, readonly bits32?: boolean }[]}
 */
const GROUPS = [
	{ name: "Hostile clients", paths: ["hostile/"], bits32: true },
	{
		name: "End to end, the simulator's host built under AddressSanitizer and UBSan",
		paths: ["e2e/"],
		env: SANITIZED,
	},
	{
		name: "The simulator, its host built under AddressSanitizer and UBSan",
		paths: ["sim/"],
		// These are all unit tests. They cover nothing of the host that others do not, and take minutes with the
		// sanitizers. `npm run trials` runs them.
		except: "sim/xs-units.test.js",
		env: SANITIZED,
	},
	{ name: "End to end", paths: ["e2e/"], bits32: true },
	{ name: "The page", paths: ["page/"], bits32: true },
	{ name: "The simulator", paths: ["sim/"], bits32: true },
	{ name: "All others", paths: [""] },
	// A viewer that waits for the processor takes a frame in more pieces, and each piece costs the script a turn.
	{ name: "What the script costs", paths: ["bench/costs.test.js"], alone: true },
];

const TESTS = "build/test/";

/** The tests that also run on the ESP32-S3's instructions, where this machine has a compiler and an emulator for them. */
export const EMULATED = [
	"sim/xs-units",
	"sim/bitmap",
	"sim/camera-binding",
	"sim/camera-binding-settings",
	"sim/camera-binding-streaming",
	"sim/files",
	"sim/memory",
	"e2e/bitmap",
	"e2e/controls",
	"e2e/half-closing",
	"e2e/passwords",
	"e2e/settings",
	"e2e/state",
	"e2e/streaming",
].map((name) => `${TESTS}${name}.test.js`);

/**
 * Divides compiled tests into groups, each with `name`, `files` and its environment.
 *
 * @param {readonly string[]} files
 * @returns {TestGroup[]}
 */
export function groupTests(files) {
	/** @param {string} file */
	const pathsOf = (file) => GROUPS.flatMap(({ paths }) => paths.filter((path) => file.startsWith(TESTS + path)));
	return GROUPS.map(({ paths, except, env = {}, ...group }) => ({
		...group,
		env,
		files: files.filter((file) => {
			const longest = pathsOf(file).reduce((a, b) => (b.length > a.length ? b : a), "");
			return paths.includes(longest) && (except === undefined || file !== TESTS + except);
		}),
	})).filter((group) => group.files.length > 0);
}
