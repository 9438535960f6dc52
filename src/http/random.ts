/** Returns a whole number of 32 bits that nobody can guess: Math.random is the board's random number generator. */
export function random32(): number {
	return Math.floor(Math.random() * 2 ** 32);
}
