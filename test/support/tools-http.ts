/** A response as it was on the wire. */
export interface RawResponse {
	readonly status: number;
	/** Field values by name in lower case; a name that occurs twice is an error. */
	readonly fields: ReadonlyMap<string, string>;
	readonly body: Buffer;
}

export function parseResponse(bytes: Buffer): RawResponse {
	const { head, rest } = takeHead(bytes);
	const [statusLine, ...lines] = head;
	const match = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine ?? "");
	if (!match) throw new Error(`a response begins with ${JSON.stringify(statusLine)}`);
	return { status: Number(match[1]), fields: parseFields(lines), body: rest };
}

export interface RawPart {
	readonly fields: ReadonlyMap<string, string>;
	readonly body: Buffer;
}

/**
 * The whole parts of a multipart body (RFC 2046, 5.1.1), found by their delimiters alone, so that the Content-Length of
 * each can be compared. The last one, which was cut off, is left out.
 */
export function parseParts(body: Buffer, boundary: string): RawPart[] {
	const opening = `--${boundary}\r\n`;
	const delimiter = `\r\n--${boundary}\r\n`;
	if (body.subarray(0, opening.length).toString("latin1") !== opening)
		throw new Error(`the body begins with ${JSON.stringify(body.subarray(0, 40).toString("latin1"))}`);
	const parts: RawPart[] = [];
	for (let start = opening.length; ;) {
		const end = body.indexOf(delimiter, start, "latin1");
		if (end < 0) return parts;
		const { head, rest } = takeHead(body.subarray(start, end));
		parts.push({ fields: parseFields(head), body: rest });
		start = end + delimiter.length;
	}
}

function takeHead(bytes: Buffer): { head: string[]; rest: Buffer } {
	const end = bytes.indexOf("\r\n\r\n");
	if (end < 0) throw new Error(`no end of a head in ${JSON.stringify(bytes.subarray(0, 400).toString("latin1"))}`);
	return { head: bytes.subarray(0, end).toString("latin1").split("\r\n"), rest: bytes.subarray(end + 4) };
}

function parseFields(lines: readonly string[]): ReadonlyMap<string, string> {
	const fields = new Map<string, string>();
	for (const line of lines) {
		const match = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
		const name = match?.[1]?.toLowerCase();
		if (!match || name === undefined || fields.has(name))
			throw new Error(`a field line is ${JSON.stringify(line)}`);
		fields.set(name, match[2]);
	}
	return fields;
}
