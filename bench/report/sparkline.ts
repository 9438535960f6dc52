const bars = "▁▂▃▄▅▆▇█";

/** Numbers as a line of bars, from 0 to the largest. */
export function sparkline(values: readonly number[]): string {
	const most = Math.max(...values);
	return values.map((value) => bars[most > 0 ? Math.round((value / most) * (bars.length - 1)) : 0]).join("");
}
