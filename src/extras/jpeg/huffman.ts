/** A Huffman table of T.81, Annex K. */
export interface HuffmanTable {
	/**
	 * The table as it is in the header, in hexadecimal: the number of codes of each length from 1 to 16, then their
	 * symbols.
	 */
	readonly specification: string;
	/** By symbol: `code << 5 | length`. A plain frozen array, so that it is in flash if the module is preloaded. */
	readonly codes: readonly number[];
}

/** Table K.3, for differences of DC coefficients. */
export const LUMA_DC = huffmanTable("00010501010101010100000000000000000102030405060708090a0b");

/** Table K.4. */
export const CHROMA_DC = huffmanTable("00030101010101010101010000000000000102030405060708090a0b");

/** Table K.5, for AC coefficients. */
export const LUMA_AC = huffmanTable(
	"0002010303020403050504040000017d" +
		"01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728" +
		"292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889" +
		"8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2" +
		"e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
);

/** Table K.6. */
export const CHROMA_AC = huffmanTable(
	"00020102040403040705040400010277" +
		"0001020311040521310612415107617113223281081442" +
		"91a1b1c109233352f0156272d10a162434e125f11718191a26" +
		"2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687" +
		"88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da" +
		"e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
);

/**
 * Assigns the codes: those of one length are consecutive, and the next length continues with twice the code (T.81,
 * C.2).
 */
function huffmanTable(specification: string): HuffmanTable {
	const codes: number[] = [];
	let code = 0,
		at = 16;
	for (let length = 1; length <= 16; length++, code <<= 1)
		for (let count = hexByte(specification, length - 1); count > 0; count--, code++, at++) {
			const symbol = hexByte(specification, at);
			while (codes.length <= symbol) codes.push(0);
			codes[symbol] = (code << 5) | length;
		}
	return Object.freeze({ specification, codes: Object.freeze(codes) });
}

/** Returns the byte at an index of hexadecimal text. */
export function hexByte(text: string, index: number): number {
	return parseInt(text.slice(2 * index, 2 * index + 2), 16);
}
