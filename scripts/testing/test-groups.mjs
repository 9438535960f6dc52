/** Has the simulators be those with every access checked. */
export const SANITIZED = { YIELDCAM_HOST: "build/host-asan/yieldcam-sim" };

/**
 * Tests that run in one process, by the files or by their folders, the environment that they need, and whether nothing
 * else may run beside them.
 *
 * @typedef {{ readonly name: string, readonly files: string[], readonly env: NodeJS.ProcessEnv,
 *   readonly alone?: boolean }} TestGroup
 * @typedef {{ readonly name: string, readonly folders?: readonly string[], readonly except?: string,
 *   readonly env?: NodeJS.ProcessEnv, readonly alone?: boolean }} FolderGroup
 */

/**
 * What runs in one process, by the files' folders. The longest come first, so that workers that take one after the other
 * finish at about the same time. What drives the simulator runs once more with every access checked.
 *
 * @type {readonly FolderGroup[]}
 */
const GROUPS = [
	{ name: "Hostile clients", folders: ["hostile"] },
	{
		name: "End to end, the simulator's host built under AddressSanitizer and UBSan",
		folders: ["e2e"],
		env: SANITIZED,
	},
	{
		name: "The simulator, its host built under AddressSanitizer and UBSan",
		folders: ["sim"],
		// All unit tests, and nothing of the host that others have not: they take minutes there, and `npm run trials` runs them.
		except: "build/test/sim/xs-units.test.js",
		env: SANITIZED,
	},
	{ name: "End to end", folders: ["e2e"] },
	{ name: "The page", folders: ["page"] },
	{ name: "The simulator", folders: ["sim"] },
	{ name: "All else" },
	// A viewer that waits for the processor takes a frame in more pieces, and each piece costs the script a turn.
	{ name: "What the script costs", folders: ["costs"], alone: true },
];

/**
 * Groups of compiled tests, each with `name`, `files` and the environment that it needs.
 *
 * @param {readonly string[]} files
 * @returns {TestGroup[]}
 */
export function groupTests(files) {
	/** @param {string} file */
	const folderOf = (file) => file.split("/")[2];
	const named = new Set(GROUPS.flatMap(({ folders = [] }) => folders));
	return GROUPS.map((group) => ({
		env: {},
		...group,
		files: files.filter(
			(file) =>
				file !== group.except &&
				(group.folders ? group.folders.includes(folderOf(file)) : !named.has(folderOf(file))),
		),
	})).filter((group) => group.files.length > 0);
}
