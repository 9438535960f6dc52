export interface Segment {
	/** The marker's second byte. */
	readonly marker: number;
	readonly content: Uint8Array;
}

export interface Parts {
	readonly segments: Segment[];
	/** The entropy-coded data, stuffed bytes included. */
	readonly scan: Uint8Array;
}

/** Takes apart a JPEG with one scan. Throws if its structure differs from T.81, B.1 and B.2. */
export function takeApart(jpeg: ArrayBuffer): Parts {
	const bytes = new Uint8Array(jpeg);
	const word = (at: number) => (bytes[at] << 8) | bytes[at + 1];
	if (word(0) !== 0xffd8) throw new Error("no SOI");
	const segments: Segment[] = [];
	let at = 2;
	for (let marker = 0; marker !== 0xda;) {
		if (bytes[at] !== 0xff) throw new Error(`no marker at ${at}`);
		marker = bytes[at + 1];
		const length = word(at + 2);
		segments.push({ marker, content: bytes.slice(at + 4, at + 2 + length) });
		at += 2 + length;
	}
	if (word(bytes.length - 2) !== 0xffd9) throw new Error("no EOI at the end");
	const scan = bytes.slice(at, -2);
	for (let i = 0; i < scan.length; i++)
		if (scan[i] === 0xff && scan[i + 1] !== 0) throw new Error(`a marker within the scan, at ${i}`);
	return { segments, scan };
}

/** The contents of the segments with the given marker. */
export function contents({ segments }: Parts, marker: number): number[][] {
	return segments.filter((segment) => segment.marker === marker).map(({ content }) => [...content]);
}
