/** What went wrong, in a sentence for the person who typed the command: it is shown without a stack trace. */
export class CliError extends Error {
	override readonly name = "CliError";
}
