import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Consumer } from "../consumer.ts";
import { installed, output, programPath, versionOf } from "../program.ts";

interface Answer {
	readonly data: {
		readonly result: readonly {
			readonly metric: { readonly __name__: string };
			readonly value: readonly [number, string];
		}[];
	};
}

export const PROMETHEUS: Consumer = {
	name: "Prometheus",
	what: "the server itself, which scrapes the address and is then queried for the values",
	reads: {
		async metrics({ url, signal }) {
			const folder = await mkdtemp(join(tmpdir(), "yieldcam-prometheus-"));
			const { host, pathname } = new URL(url);
			const end = new AbortController();
			try {
				const config = join(folder, "prometheus.yml");
				await writeFile(
					config,
					JSON.stringify({
						scrape_configs: [
							{
								job_name: "camera",
								scrape_interval: "1s",
								scrape_timeout: "1s",
								metrics_path: pathname,
								static_configs: [{ targets: [host] }],
							},
						],
					}),
				);
				const port = await freePort();
				const server = output(
					programPath("prometheus"),
					[
						`--config.file=${config}`,
						`--storage.tsdb.path=${join(folder, "data")}`,
						`--web.listen-address=127.0.0.1:${port}`,
						"--log.level=error",
					],
					{ signal: AbortSignal.any([signal, end.signal]) },
				);
				try {
					return { metrics: await Promise.race([server.then(() => ({})), scraped(port, signal)]) };
				} finally {
					end.abort();
					await server.catch(() => {});
				}
			} finally {
				await rm(folder, { recursive: true, maxRetries: 5 });
			}
		},
	},
	from: "Debian",
	debian: ["prometheus"],
	installed: installed("prometheus"),
	version: () => versionOf(programPath("prometheus"), ["--version"]),
};

/** Its values for the camera, once it has any: by then a scrape has succeeded. */
async function scraped(port: number, signal: AbortSignal): Promise<Record<string, number>> {
	const query = new URLSearchParams({ query: `{job="camera"} and on(instance) up == 1` });
	for (;;) {
		try {
			const {
				data: { result },
			} = (await (await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`, { signal })).json()) as Answer;
			if (result.length > 0)
				return Object.fromEntries(result.map(({ metric, value }) => [metric.__name__, Number(value[1])]));
		} catch (error) {
			// It does not listen at once.
			if (signal.aborted) throw error;
		}
		await pause(100, undefined, { signal });
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
