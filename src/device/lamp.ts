import type { FurtherControls } from "../controls/control.ts";

/** A board's LED or flash lamp, with the controls that the app shows beside the camera's. It is off after a start. */
export interface Lamp extends FurtherControls {
	/** The brightness from 0, which is off, to 255. */
	level: number;
	/**
	 * Calls `take`, which begins to capture, and returns its result. If the lamp is to flash for snapshots, it is lit by
	 * then, and until the result is there. It does not flash for longer than a second, and then rests for two: snapshots
	 * that are taken meanwhile have no flash.
	 */
	flash<T>(take: () => Promise<T>): Promise<T>;
}
