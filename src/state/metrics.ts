import type { HeapPool, Memory, MemoryRegion } from "./memory.ts";
import type { State } from "./state.ts";

/**
 * Formats the state as Prometheus text (version 0.0.4), with its naming rules: base units, counters end in `_total`.
 */
export function metrics(state: State): string {
	const { captured, sent, viewers, uptime, rssi, memory } = state;
	let text =
		metric("frames_captured_total", "counter", "Frames captured since boot.", captured.frames) +
		metric("frames_dropped_total", "counter", "Frames that the sensor did not send completely.", captured.dropped) +
		metric("capture_fps", "gauge", "Frames captured per second, recently.", captured.fps) +
		metric("viewers", "gauge", "Viewers of the stream.", viewers.length) +
		metric("sent_fps", "gauge", "Frames sent per second to all viewers together, recently.", sent.fps) +
		metric(
			"up",
			"gauge",
			"1 unless a client waits for frames and the camera gives none.",
			state.fault === undefined ? 1 : 0,
		) +
		metric("uptime_seconds", "gauge", "Seconds since boot.", uptime);
	if (rssi !== undefined) text += metric("wifi_rssi_dbm", "gauge", "Strength of the Wi-Fi signal.", rssi);
	if (memory) text += heap(memory) + reserve(memory) + regions(memory);
	return text;
}

function heap({ heap: { slots, chunks } }: Memory): string {
	const pool = (unit: string, what: string, { used, size }: HeapPool): string =>
		metric(
			`heap_used_${unit}`,
			"gauge",
			`${what} of the script's heap in use, including what the next garbage collection will free.`,
			used,
		) + metric(`heap_size_${unit}`, "gauge", `${what} of the script's heap.`, size);
	return pool("slots", "Slots", slots) + pool("chunk_bytes", "Chunk bytes", chunks);
}

function reserve({ reserve }: Memory): string {
	return reserve
		? metric(
				"heap_reserve_size_bytes",
				"gauge",
				"Memory that the script's heap can grow into if its own runs out.",
				reserve.size,
			) +
				metric("heap_reserve_used_bytes", "gauge", "Heap reserve in use.", reserve.used) +
				metric("heap_reserve_peak_bytes", "gauge", "The most of the heap reserve ever in use.", reserve.peak)
		: "";
}

/** Groups the samples by metric, as the format requires. A host may know only one kind of memory. */
function regions({ internal, psram }: Memory): string {
	const metricOf = (name: string, help: string, value: (region: MemoryRegion) => number): string => {
		const sample = (kind: string, region: MemoryRegion | undefined): string =>
			region ? `yieldcam_${name}{kind="${kind}"} ${value(region)}\n` : "";
		return head(name, "gauge", help) + sample("internal", internal) + sample("psram", psram);
	};
	if (!internal && !psram) return "";
	return (
		metricOf("memory_size_bytes", "Memory of the board.", ({ size }) => size) +
		metricOf("memory_free_bytes", "Memory that is free.", ({ free }) => free) +
		metricOf("memory_minimum_free_bytes", "The least memory that was ever free.", ({ minimumFree }) => minimumFree)
	);
}

function metric(name: string, type: "counter" | "gauge", help: string, value: number): string {
	return `${head(name, type, help)}yieldcam_${name} ${value}\n`;
}

function head(name: string, type: "counter" | "gauge", help: string): string {
	return `# HELP yieldcam_${name} ${help}\n# TYPE yieldcam_${name} ${type}\n`;
}
