/** Messages of other hosts, put together byte by byte. */

export const TYPES = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NSEC: 47, ANY: 255 } as const;

type Type = keyof typeof TYPES;

export interface Question {
	readonly name: string;
	readonly type: Type;
	/** Asks for a unicast response: the top bit of the class. */
	readonly alone?: boolean;
}

export interface Entry {
	readonly section?: "answer" | "authority" | "additional";
	readonly name: string;
	readonly type: Type;
	/** Seconds. Default: 120. */
	readonly ttl?: number;
	readonly data: readonly number[];
}

export interface Message {
	readonly id?: number;
	readonly flags?: number;
	readonly questions?: readonly Question[];
	readonly records?: readonly Entry[];
}

/** "yieldcam.local" as labels with their lengths. */
export function name(text: string): number[] {
	return [
		...text.split(".").flatMap((label) => [label.length, ...Array.from(label, (letter) => letter.charCodeAt(0))]),
		0,
	];
}

export function message({ id = 0, flags = 0, questions = [], records = [] }: Message): Uint8Array {
	const sections = ["answer", "authority", "additional"] as const;
	const inSection = (wanted: string) => records.filter(({ section = "answer" }) => section === wanted);
	return Uint8Array.from([
		...u16(id),
		...u16(flags),
		...u16(questions.length),
		...sections.flatMap((section) => u16(inSection(section).length)),
		...questions.flatMap(({ name: owner, type, alone }) => [
			...name(owner),
			...u16(TYPES[type]),
			...u16(alone ? 0x8001 : 1),
		]),
		...sections
			.flatMap(inSection)
			.flatMap(({ name: owner, type, ttl = 120, data }) => [
				...name(owner),
				...u16(TYPES[type]),
				0,
				1,
				...u16(ttl >>> 16),
				...u16(ttl),
				...u16(data.length),
				...data,
			]),
	]);
}

export function query(...questions: Question[]): Uint8Array {
	return message({ questions });
}

export function response(...records: Entry[]): Uint8Array {
	return message({ flags: 0x8400, records });
}

/** Another host's proposal to use that name. */
export function probe(owner: string, ...records: Omit<Entry, "section" | "name">[]): Uint8Array {
	return message({
		questions: [{ name: owner, type: "ANY", alone: true }],
		records: records.map((record) => ({ section: "authority", name: owner, ...record })),
	});
}

function u16(value: number): number[] {
	return [(value >> 8) & 0xff, value & 0xff];
}
