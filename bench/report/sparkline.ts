const BARS = "▁▂▃▄▅▆▇█";

/** Returns numbers as a line of bars, from 0 to the largest. */
export function sparkline(values: readonly number[]): string {
	const most = Math.max(...values);
	return values.map((value) => BARS[most > 0 ? Math.round((value / most) * (BARS.length - 1)) : 0]).join("");
}
