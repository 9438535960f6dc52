import { type Consumer, FRAME_COUNT, type Reading, type Visit } from "./consumer.ts";

/** A browser tab, of any library that drives it. */
export interface Tab {
	/** Shows HTML in a page without a host. */
	setContent(html: string): Promise<unknown>;
	goto(url: string): Promise<unknown>;
	/** The upper left corner as painted. */
	screenshot(width: number, height: number): Promise<string>;
	/** The value of an expression, awaited; as text, since the DOM's types are not Node's. */
	evaluate(expression: string): Promise<unknown>;
	close(): Promise<unknown>;
}

/** The ways in which a browser's pages use a camera. Each visit has its own tab. */
export function browserReadings(open: () => Promise<Tab>): Consumer["reads"] {
	const inTab =
		(read: (tab: Tab, visit: Visit) => ReturnType<Reading>): Reading =>
		async (visit) => {
			const tab = await open();
			const aborted = new Promise<never>((_, reject) => {
				visit.signal.addEventListener("abort", () => reject(visit.signal.reason as Error));
			});
			try {
				return await Promise.race([read(tab, visit), aborted]);
			} finally {
				await tab.close();
			}
		};
	const picture = inTab(async (tab, { url }) => {
		await tab.setContent("");
		const size = await tab.evaluate(`(async () => {
			const image = new Image();
			image.src = ${JSON.stringify(url)};
			await image.decode();
			return image.naturalWidth + "x" + image.naturalHeight;
		})()`);
		return { frames: 1, size: size as string };
	});
	return {
		/** Counts pictures that differ on the screen. */
		stream: inTab(async (tab, { url, signal }) => {
			await tab.setContent(`<style>body { margin: 0 }</style><img src="${url}" style="display: block">`);
			await tab.evaluate(`new Promise(function look(resolve) {
				document.images[0].naturalWidth > 0 ? resolve() : setTimeout(look, 10, resolve);
			})`);
			const size = (await tab.evaluate(
				"document.images[0].naturalWidth + 'x' + document.images[0].naturalHeight",
			)) as string;
			const [width, height] = size.split("x").map(Number);
			const painted = new Set<string>();
			while (painted.size < FRAME_COUNT && !signal.aborted) painted.add(await tab.screenshot(width, height));
			return { frames: painted.size, size };
		}),
		snapshot: picture,
		bitmap: picture,
		json: inTab(async (tab, visit) => {
			await goBeside(tab, visit);
			return {
				json: await tab.evaluate(`fetch(${JSON.stringify(visit.url)}).then(response => response.json())`),
			};
		}),
		command: inTab(async (tab, visit) => {
			await goBeside(tab, visit);
			const status = await tab.evaluate(`fetch(${JSON.stringify(visit.url)}).then(response => response.status)`);
			if (status !== 200) throw new Error(`unexpected status ${String(status)}`);
			return {};
		}),
		events: inTab(async (tab, visit) => {
			await goBeside(tab, visit);
			const events = await tab.evaluate(`(async () => {
				const source = new EventSource(${JSON.stringify(visit.url)});
				const next = name => new Promise((resolve, reject) => {
					source.addEventListener(name, event => resolve(JSON.parse(event.data)));
					source.addEventListener("error", () => reject(new Error("EventSource reports an error")));
				});
				const [state, controls] = await Promise.all([next("state"), next("controls")]);
				source.close();
				return { state, controls };
			})()`);
			return { events: events as Readonly<Record<string, unknown>> };
		}),
	};
}

/** A page of another host for addresses that such pages may read, otherwise one of the camera's own. */
async function goBeside(tab: Tab, { url, address }: Visit): Promise<void> {
	if (address.anyOrigin) await tab.setContent("");
	else await tab.goto(new URL("/metrics", url).href);
}
