/** Values by name, with its labels if there are any: `name{label="value"}`. */
export function metricsOf(text: string): Readonly<Record<string, number>> {
	const metrics: Record<string, number> = {};
	for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
		const [, name, value] = /^([a-z_]+(?:\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})?) (\S+)$/.exec(line) ?? [];
		if (name === undefined || Number.isNaN(Number(value)))
			throw new Error(`malformed metric ${JSON.stringify(line)}`);
		metrics[name] = Number(value);
	}
	return metrics;
}
