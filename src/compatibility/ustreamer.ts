import type { State } from "../state/state.ts";

/** uStreamer's `/state` (src/ustreamer/http/server.c), as far as a camera on a board has it. */
export function ustreamerState(state: State, quality: number | undefined): Record<string, unknown> {
	const { width = 0, height = 0 } = state.resolution ?? {};
	const clients: Record<string, unknown> = {};
	for (const [index, { fps }] of state.viewers.entries())
		clients[index] = { fps: Math.round(fps), extra_headers: false, advance_headers: false };
	return {
		ok: true,
		result: {
			instance_id: "",
			encoder: { type: "HW", quality },
			source: { resolution: { width, height }, online: state.fault === undefined, desired_fps: Math.round(state.captured.fps), captured_fps: Math.round(state.captured.fps) },
			stream: { queued_fps: Math.round(state.captured.fps), clients: state.viewers.length, clients_stat: clients },
		},
	};
}
