/** The data of the first event of each name, which must be JSON; an incomplete event is left out. */
export function firstEvents(text: string): Readonly<Record<string, unknown>> {
	const events: Record<string, unknown> = {};
	for (const block of text.split("\n\n").slice(0, -1)) {
		const [, name] = /^event: ?(.*)$/m.exec(block) ?? [];
		const [, data] = /^data: ?(.*)$/m.exec(block) ?? [];
		if (name !== undefined && data !== undefined) events[name] ??= JSON.parse(data) as unknown;
	}
	return events;
}
