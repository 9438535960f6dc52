import type { Camera } from "../camera/camera.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";
import type { FirmwareState } from "../update/firmware-state.ts";
import type { TimeSource } from "../time/clock.ts";
import type { Memory } from "./memory.ts";

/** What the host knows and the app does not. */
export interface System {
	/** Strength of the Wi-Fi signal in dBm; undefined without Wi-Fi. */
	readonly rssi?: number | undefined;
	readonly memory?: Memory | undefined;
	/** Why the device last started, in words; undefined if unknown. */
	readonly restart?: string | undefined;
	/** Whether the saved settings were skipped because the device crashed several times in a row. */
	readonly safe?: boolean | undefined;
	/** The port of RTSP; undefined if it is not served. */
	readonly rtspPort?: number | undefined;
	/** The device's address; undefined while there is no network. */
	readonly address?: string | undefined;
}

export interface ViewerState {
	readonly address: string | undefined;
	readonly fps: number;
	readonly sent: number;
	readonly skipped: number;
}

/** The state of the camera, as `/api/state` reports it. Rates are frames per second over the last two seconds. */
export interface State {
	/** What people call the camera; undefined if it has no name. */
	readonly name: string | undefined;
	readonly sensor: string;
	/** Pixels of the last frame. */
	readonly resolution: { readonly width: number; readonly height: number } | undefined;
	readonly captured: { readonly frames: number; readonly fps: number; readonly dropped: number };
	/** To all viewers together. */
	readonly sent: { readonly fps: number };
	readonly viewers: readonly ViewerState[];
	/** Seconds since boot, to the microsecond. */
	readonly uptime: number;
	/** Seconds since 1970 (UTC), to the microsecond; undefined if the device does not know the time. */
	readonly time: number | undefined;
	/** Who set the time. */
	readonly timeSource: TimeSource | undefined;
	readonly rssi: number | undefined;
	readonly memory: Memory | undefined;
	/** Why the device last started. */
	readonly restart: string | undefined;
	/** Whether the saved settings were skipped because the device crashed several times in a row. */
	readonly safe: boolean | undefined;
	/** Why there are no frames. */
	readonly fault: string | undefined;
	/** The port of RTSP; undefined if it is not served. */
	readonly rtspPort?: number | undefined;
	/** Why RTSP cannot carry the frames; undefined if it can, or if nobody has asked for it. */
	readonly rtspFault?: string | undefined;
	/** The firmware and its updates; undefined if it cannot be updated over the air. */
	readonly firmware?: FirmwareState | undefined;
}

/** A viewer, as far as the state shows it. */
interface Watching {
	readonly address: string | undefined;
	readonly sent: number;
	readonly skipped: number;
	rate(now: number): number;
}

/** RTSP, as far as the state shows it. */
interface Sessions {
	readonly sessions: readonly Watching[];
	readonly fault: string | undefined;
}

export function stateOf(
	camera: Camera,
	stream: MjpegStream,
	system: System,
	name: string | undefined,
	rtsp?: Sessions,
	firmware?: FirmwareState,
): State {
	const { clock, now } = camera;
	const show = (viewer: Watching): ViewerState => ({
		address: viewer.address,
		fps: viewer.rate(now),
		sent: viewer.sent,
		skipped: viewer.skipped,
	});
	const viewers = stream.viewers.map(show).concat((rtsp?.sessions ?? []).map(show));
	return {
		name,
		sensor: camera.sensor.name,
		resolution: camera.size,
		captured: { frames: camera.captured, fps: camera.rate, dropped: camera.dropped },
		// The rates have one decimal each, so their sum is rounded to one.
		sent: { fps: Math.round(10 * viewers.reduce((sum, { fps }) => sum + fps, 0)) / 10 },
		viewers,
		uptime: now / 1_000_000,
		time: clock.source && (now + clock.offset) / 1_000_000,
		timeSource: clock.source,
		rssi: system.rssi,
		memory: system.memory,
		restart: system.restart,
		safe: system.safe,
		fault: camera.fault,
		rtspPort: system.rtspPort,
		rtspFault: rtsp?.fault,
		firmware,
	};
}
