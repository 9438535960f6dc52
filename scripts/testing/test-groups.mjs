/** Has the simulators be those with every access checked. */
export const SANITIZED = { YIELDCAM_HOST: "build/host-asan/yieldcam-sim" };

/**
 * Compiled tests that run in one process, the environment that they need, and whether nothing else may run beside them.
 *
 * @typedef {{ readonly name: string, readonly files: string[], readonly env: NodeJS.ProcessEnv,
 *   readonly alone?: boolean }} TestGroup
 */

/**
 * What runs in one process: files and folders below `test`, without those that another group of the same environment
 * names more exactly. The longest come first, so that workers that take one after the other finish at about the same time.
 * What drives the simulator runs once more with every access checked.
 *
 * @type {readonly { readonly name: string, readonly paths: readonly string[], readonly except?: string,
 *   readonly env?: NodeJS.ProcessEnv, readonly alone?: boolean }[]}
 */
const GROUPS = [
	{ name: "Hostile clients", paths: ["hostile/"] },
	{
		name: "End to end, the simulator's host built under AddressSanitizer and UBSan",
		paths: ["e2e/"],
		env: SANITIZED,
	},
	{
		name: "The simulator, its host built under AddressSanitizer and UBSan",
		paths: ["sim/"],
		// All unit tests, and nothing of the host that others have not: they take minutes there, and `npm run trials` runs them.
		except: "sim/xs-units.test.js",
		env: SANITIZED,
	},
	{ name: "End to end", paths: ["e2e/"] },
	{ name: "The page", paths: ["page/"] },
	{ name: "The simulator", paths: ["sim/"] },
	{ name: "All else", paths: [""] },
	// A viewer that waits for the processor takes a frame in more pieces, and each piece costs the script a turn.
	{ name: "What the script costs", paths: ["bench/costs.test.js"], alone: true },
];

const TESTS = "build/test/";

/**
 * Groups of compiled tests, each with `name`, `files` and the environment that it needs.
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
