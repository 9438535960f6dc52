/**
 * Fixtures as text, which reads like a dialogue:
 *
 *     == its name
 *     POST / HTTP/1.1
 *     Host: cam
 *
 *     -- 411
 *
 * Each line of the input ends in CRLF, except one that ends in "\", which has no end. "\r", "\n",
 * "\t", "\0", "\\" and "\xHH" stand for a byte, "{300*ab}" for "ab" three hundred times. The lines
 * after "--" are the expected result, one item per line.
 */
export interface Fixture {
	readonly name: string;
	readonly input: Uint8Array;
	readonly expected: readonly string[];
}

export function fixtures(text: string): Fixture[] {
	const result: Fixture[] = [];
	let name = "";
	let input = "";
	let expected: string[] | undefined;
	const finish = () => {
		if (expected) result.push({ name, input: bytesOf(input), expected });
	};
	for (const line of text.split("\n").slice(1)) {
		if (line.startsWith("== ")) {
			finish();
			name = line.slice(3);
			input = "";
			expected = undefined;
		} else if (line.startsWith("-- ")) expected = [line.slice(3)];
		else if (expected) {
			if (line !== "") expected.push(line);
		} else input += line.endsWith("\\") ? line.slice(0, -1) : line + "\\r\\n";
	}
	finish();
	return result;
}

const ESCAPES: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" };

/** Resolves the notation. */
export function expand(text: string): string {
	return text
		.replace(/\{(\d+)\*([^}]*)\}/g, (_, count, part) => part.repeat(Number(count)))
		.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex, letter) =>
			hex ? String.fromCharCode(parseInt(hex, 16)) : ESCAPES[letter],
		);
}

function bytesOf(text: string): Uint8Array {
	const plain = expand(text);
	return Uint8Array.from({ length: plain.length }, (_, i) => plain.charCodeAt(i));
}

/** Longer input is split only at some positions, and at the last ones: XS has no JIT. */
const LONG = 512;

/**
 * Replays input in every way in which it may arrive: whole, byte by byte, and split in two at each position.
 * @param replay Receives the pieces, and returns the result.
 */
export function replayed<T>(
	input: Uint8Array,
	replay: (pieces: Uint8Array[]) => T,
	check: (result: T, how: string) => void,
): void {
	check(replay([input]), "whole");
	check(replay(Array.from(input, (byte) => Uint8Array.of(byte))), "byte by byte");
	const stride = input.length > LONG ? 211 : 1;
	for (let at = 1; at < input.length; at += at < input.length - 16 - stride ? stride : 1)
		check(replay([input.slice(0, at), input.slice(at)]), `split at ${at}`);
}
