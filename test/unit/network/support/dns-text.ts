/** A DNS message as lines of text, by a separate reader: the code under test must not be its own witness. */

const TYPES: Readonly<Record<number, string>> = {
	1: "A",
	12: "PTR",
	16: "TXT",
	28: "AAAA",
	33: "SRV",
	47: "NSEC",
	255: "ANY",
};
const SECTIONS = ["?", "answer", "authority", "additional"];

/**
 * "response", then one line each: "? ANY yieldcam.local alone", "answer A yieldcam.local 192.168.1.5 120 flush".
 * Throws for a message that is not well-formed to its last byte.
 */
export function describeMessage(bytes: Uint8Array): string[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = 12;
	const name = (): string => {
		const labels: string[] = [];
		for (let length = bytes[at++]; length !== 0; length = bytes[at++]!) {
			if (length > 63) throw new Error("a name that is compressed");
			labels.push(String.fromCharCode(...bytes.subarray(at, at + length)));
			at += length;
		}
		return labels.join(".");
	};
	const top = (value: number, word: string) => {
		if ((value & 0x7fff) !== 1) throw new Error(`class ${value}`);
		return value & 0x8000 ? ` ${word}` : "";
	};
	const flags = view.getUint16(2);
	const id = view.getUint16(0);
	const lines = [`${flags & 0x8000 ? "response" : "query"}${id === 0 ? "" : ` ${id}`}`];
	for (const [section, word] of SECTIONS.entries())
		for (let count = view.getUint16(4 + 2 * section); count > 0; count--) {
			const owner = name();
			const type = TYPES[view.getUint16(at)];
			const classBits = view.getUint16(at + 2);
			at += 4;
			if (section === 0) {
				lines.push(`? ${type} ${owner}${top(classBits, "alone")}`);
				continue;
			}
			const ttl = view.getUint32(at);
			const end = at + 6 + view.getUint16(at + 4);
			at += 6;
			let data = "";
			switch (type) {
				case "A":
					data = bytes.subarray(at, at + 4).join(".");
					at += 4;
					break;
				case "PTR":
					data = name();
					break;
				case "SRV":
					data = `${view.getUint16(at)} ${view.getUint16(at + 2)} ${view.getUint16(at + 4)} `;
					at += 6;
					data += name();
					break;
				case "NSEC":
					data = `${name()} ${bytes.subarray(at, end).join(",")}`;
					at = end;
					break;
				default:
					data = `[${bytes.subarray(at, end).join(",")}]`;
					at = end;
			}
			if (at !== end) throw new Error(`${type} with ${end - at} bytes left`);
			lines.push(`${word} ${type} ${owner} ${data} ${ttl}${top(classBits, "flush")}`);
		}
	if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes left`);
	return lines;
}
