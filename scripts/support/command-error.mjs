import { optionFault } from "./did-you-mean.mjs";

/** An error whose message is a sentence for the person who typed the command. It is printed without a stack trace. */
export class CommandError extends Error {}

/**
 * Runs a script's main function. Its result is the exit code. It may leave errors of `parseArgs` to this.
 *
 * @param {() => Promise<number>} main
 */
export async function exitWith(main) {
	try {
		process.exitCode = await main();
	} catch (error) {
		process.stderr.write(
			`yieldcam: ${error instanceof CommandError ? error.message : `${optionFault(error, [])} (--help lists the options)`}\n`,
		);
		process.exitCode = 1;
	}
}
