/** An error with a sentence for the person who typed the command. It is shown without a stack trace. */
export class CliError extends Error {
	override readonly name = "CliError";
}
