import type { Consumer } from "../consumer.ts";
import { installed, output, programPath, versionOf } from "../program.ts";
import { metricsOf } from "../prometheus-text.ts";

export const PROMTOOL: Consumer = {
	name: "promtool",
	what: "`promtool check metrics`, which checks Prometheus's rules for names, types and units",
	reads: {
		async metrics({ url, signal }) {
			const response = await fetch(url, { signal, headers: { Connection: "close" } });
			const text = await response.text();
			await output(programPath("promtool"), ["check", "metrics"], { signal, input: text });
			return { metrics: metricsOf(text) };
		},
	},
	from: "Debian",
	debian: ["prometheus"],
	installed: installed("promtool"),
	version: () => versionOf(programPath("promtool"), ["--version"]),
};
