import { createRequire } from "node:module";
import { EventSource } from "eventsource";
import type { Consumer } from "../consumer.ts";

export const EVENT_SOURCE: Consumer = {
	name: "npm's eventsource",
	what: "`new EventSource(URL)` in Node",
	reads: {
		async events({ url, signal }) {
			const source = new EventSource(url);
			try {
				const next = (name: string) =>
					new Promise<unknown>((resolve, reject) => {
						source.addEventListener(name, ({ data }) => resolve(JSON.parse(data as string)));
						source.addEventListener("error", ({ message }) => reject(new Error(message)));
						signal.addEventListener("abort", () => reject(signal.reason as Error));
					});
				const [state, controls] = await Promise.all([next("state"), next("controls")]);
				return { events: { state, controls } };
			} finally {
				source.close();
			}
		},
	},
	from: "npm",
	installed: true,
	version: async () => (createRequire(import.meta.url)("eventsource/package.json") as { version: string }).version,
};
