import type { State } from "./state.ts";

/** The state in Prometheus's text format (version 0.0.4), by its naming rules: base units, counters in `_total`. */
export function metrics(state: State): string {
	const { captured, viewers, uptime, rssi } = state;
	let text = metric("frames_captured_total", "counter", "Frames captured since boot.", captured.frames)
		+ metric("frames_dropped_total", "counter", "Frames that the sensor did not send whole.", captured.dropped)
		+ metric("capture_fps", "gauge", "Frames captured per second, lately.", captured.fps)
		+ metric("viewers", "gauge", "Viewers of the stream.", viewers.length)
		+ metric("sent_fps", "gauge", "Frames sent per second to all viewers together, lately.", Math.round(10 * viewers.reduce((sum, { fps }) => sum + fps, 0)) / 10)
		+ metric("up", "gauge", "Whether the camera gives frames, or nobody asks for any.", state.fault === undefined ? 1 : 0)
		+ metric("uptime_seconds", "gauge", "Seconds since boot.", uptime);
	if (rssi !== undefined)
		text += metric("wifi_rssi_dbm", "gauge", "Strength of the Wi-Fi signal.", rssi);
	return text;
}

function metric(name: string, type: "counter" | "gauge", help: string, value: number): string {
	return `# HELP yieldcam_${name} ${help}\n# TYPE yieldcam_${name} ${type}\nyieldcam_${name} ${value}\n`;
}
