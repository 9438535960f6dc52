/** A chart of bars from zero, in groups. */
export interface BarChart {
	readonly title: string;
	/** Printed after each value. */
	readonly unit: string;
	readonly groups: readonly { readonly title: string; readonly bars: readonly Bar[] }[];
}

export interface Bar {
	readonly label: string;
	readonly value: number;
	/** Whether it is one of ours, which is highlighted. */
	readonly own: boolean;
}

const SIZE = { width: 720, labels: 150, values: 90, bar: 18, gap: 4, group: 34, title: 44, end: 16 };

/** Returns the chart as SVG, legible on white and on black: text and bars follow the system's theme. */
export function drawBarChart({ title, unit, groups }: BarChart): string {
	const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
	const scale = (SIZE.width - SIZE.labels - SIZE.values) / most;
	const parts: string[] = [];
	let y = SIZE.title;
	for (const group of groups) {
		parts.push(`<text class="group" x="16" y="${y + 16}">${escape(group.title)}</text>`);
		y += SIZE.group - 8;
		for (const { label, value, own } of group.bars) {
			const length = Math.max(1, value * scale);
			const baseline = y + SIZE.bar - 5;
			parts.push(
				`<text class="label" x="${SIZE.labels - 8}" y="${baseline}">${escape(label)}</text>`,
				`<rect${own ? ` class="own"` : ""} x="${SIZE.labels}" y="${y}" width="${length.toFixed(1)}" height="${SIZE.bar}" rx="2"/>`,
				`<text x="${(SIZE.labels + length + 6).toFixed(1)}" y="${baseline}">${format(value)} ${escape(unit)}</text>`,
			);
			y += SIZE.bar + SIZE.gap;
		}
		y += 8;
	}
	const height = y + SIZE.end;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${height}" width="${SIZE.width}" height="${height}" role="img" aria-label="${escape(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.group { font-weight: 600 }
.label { text-anchor: end }
rect { fill: #8c959f }
.own { fill: #0969da }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
rect { fill: #6e7681 }
.own { fill: #4493f8 }
}
</style>
<text class="title" x="16" y="26">${escape(title)}</text>
${parts.join("\n")}
</svg>
`;
}

function format(value: number): string {
	return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function escape(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
