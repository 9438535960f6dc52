/**
 * Compares names as a person counts: frame-9.jpg is before frame-10.JPG. Two names are equal only if they are the same.
 *
 * @returns Below 0, 0 or above 0, as for `sort`.
 */
export function compareNaturally(a: string, b: string): number {
	let i = 0,
		j = 0;
	while (i < a.length && j < b.length) {
		if (isDigit(a, i) && isDigit(b, j)) {
			const endA = endOfDigits(a, i),
				endB = endOfDigits(b, j);
			i = skipZeros(a, i, endA);
			j = skipZeros(b, j, endB);
			// Of two numbers without leading zeros the longer is the larger, regardless of the number of digits.
			let order = endA - i - (endB - j);
			for (; !order && i < endA; i++, j++) order = a.charCodeAt(i) - b.charCodeAt(j);
			if (order) return order;
			i = endA;
			j = endB;
		} else {
			const order = lower(a.charCodeAt(i++)) - lower(b.charCodeAt(j++));
			if (order) return order;
		}
	}
	return a.length - i - (b.length - j) || (a < b ? -1 : Number(a > b));
}

function isDigit(text: string, index: number): boolean {
	const code = text.charCodeAt(index);
	return code >= 0x30 && code <= 0x39;
}

function endOfDigits(text: string, index: number): number {
	while (index < text.length && isDigit(text, index)) index++;
	return index;
}

function skipZeros(text: string, index: number, end: number): number {
	while (index < end && text.charCodeAt(index) === 0x30) index++;
	return index;
}

/** Converts A to Z only: other letters of Unicode have no case here. */
function lower(code: number): number {
	return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
