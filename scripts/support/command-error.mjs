/** An error whose message is a sentence for the person who typed the command. It is printed without a stack trace. */
export class CommandError extends Error {}

/**
 * Runs a script's main function. Its result is the exit code.
 *
 * @param {() => Promise<number>} main
 */
export async function exitWith(main) {
	try {
		process.exitCode = await main();
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		process.stderr.write(`yieldcam: ${error.message}\n`);
		process.exitCode = 1;
	}
}
