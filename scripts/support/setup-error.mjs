/** An error that stops the set-up. Its message says what to do, and is printed without a stack trace. */
export class SetupError extends Error {}

/**
 * Runs a script's main function. Its result is the exit code.
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
