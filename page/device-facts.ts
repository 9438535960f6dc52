import type { State } from "../src/state/state.ts";
import { byId, create, setText } from "./dom.ts";

/** The rows that are shown, as text: they are redrawn only on a change, so that a selected address stays selected. */
let shown = "";
/** The names of the facts that are shown. */
let places = "";

/** Shows what the device reports about itself below the picture: its viewers and its condition. */
export function showDeviceFacts(state: State): void {
	const { viewers, uptime, time, timeSource, rssi, captured, memory } = state;
	setText(byId("viewers", HTMLElement), String(viewers.length));
	const rows = viewers.map(({ address, fps, skipped }) => [address ?? "–", fps.toFixed(1), String(skipped)]);
	if (JSON.stringify(rows) !== shown) {
		shown = JSON.stringify(rows);
		byId("viewer-rows", HTMLElement).replaceChildren(
			...rows.map((cells) => create("tr", {}, ...cells.map((text) => create("td", {}, text)))),
		);
	}
	const facts: [string, string][] = [
		["Captured", `${captured.fps.toFixed(1)} fps`],
		["Lost by the sensor", `${captured.dropped} of ${captured.frames + captured.dropped}`],
		["Running for", duration(uptime)],
	];
	if (time !== undefined)
		facts.push([
			"Time",
			`${new Date(1_000 * time).toLocaleString()}, from ${timeSource === "network" ? "the network" : "a browser"}`,
		]);
	if (rssi !== undefined) facts.push(["Wi-Fi signal", `${rssi} dBm`]);
	if (memory) {
		const {
			heap: { slots, chunks },
			internal,
			psram,
		} = memory;
		facts.push([
			"Script's heap",
			`${share(slots.used, slots.size)} of its slots, ${share(chunks.used, chunks.size)} of its chunks`,
		]);
		for (const [name, region] of [
			["Internal memory", internal],
			["PSRAM", psram],
		] as const) {
			if (region)
				facts.push([
					name,
					`${kilobytes(region.free)} of ${kilobytes(region.size)} free, at least ${kilobytes(region.minimumFree)} so far`,
				]);
		}
	}
	const list = byId("facts", HTMLElement);
	const terms = facts.map(([term]) => term);
	if (terms.join() !== places) {
		places = terms.join();
		list.replaceChildren(...terms.flatMap((term) => [create("dt", {}, term), create("dd")]));
	}
	list.querySelectorAll("dd").forEach((place, index) => setText(place, facts[index][1]));
}

function share(used: number, size: number): string {
	return `${Math.round((100 * used) / size)} %`;
}

function kilobytes(bytes: number): string {
	return `${Math.round(bytes / 1_000)} kB`;
}

function duration(seconds: number): string {
	const minutes = Math.floor(seconds / 60),
		hours = Math.floor(minutes / 60),
		days = Math.floor(hours / 24);
	if (days > 0) return `${days} d ${hours % 24} h`;
	return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${Math.floor(seconds) % 60} s`;
}
