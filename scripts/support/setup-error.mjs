/** What keeps the set-up from going on, in a sentence that says what to do: it is shown without a stack trace. */
export class SetupError extends Error {}

/**
 * Runs a script's main function; its result is the exit code.
 *
 * @param {() => Promise<number>} main
 */
export async function exitWith(main) {
	try {
		process.exitCode = await main();
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		process.stderr.write(`yieldcam: ${error.message}\n`);
		process.exitCode = 1;
	}
}
