import type { CameraIO, DriverOptions } from "yieldcam/camera/driver";
import type { Board } from "./board.ts";
import { checkRevision } from "./board-check.ts";
import { CameraPower, type CameraPowerIO } from "./power/camera-power.ts";

export interface BoardCameraOptions {
	readonly board: Board;
	/** The board's maker and product, for messages. */
	readonly title: string | undefined;
	readonly io: CameraPowerIO;
	/** Reports whether the driver was opened, or is being opened, by an earlier call: then its bus is in use. */
	pending(): boolean;
}

/**
 * Returns the driver's class for a board: one that switches the camera's supply on first, and whose errors name the
 * board that the firmware was made for. Most cameras that do not answer are on another board than that.
 */
export function boardCamera(Driver: CameraIO, { board, title, io, pending }: BoardCameraOptions): CameraIO {
	const power = board.power && new CameraPower(board.power, io);
	const { data, clock } = board.camera.i2c;

	/** Appends the board's name to a message. */
	function explain(message: string): string {
		return title === undefined ? message : `${message}; this firmware is for the board ${title}`;
	}

	/** Switches the camera on. Throws if the board is another revision: its pins may drive against ours. */
	function prepare(): void {
		power?.switchOn();
		const hint = checkRevision(board, io.bus(data, clock));
		if (hint !== undefined) throw new Error(hint);
	}

	return class extends Driver {
		constructor(options: DriverOptions) {
			try {
				if (!pending()) prepare();
				super({ ...options, onError: (message) => options.onError(explain(message)) });
			} catch (error) {
				// The same object: it may have the sensor's name.
				(error as Error).message = explain((error as Error).message);
				throw error;
			}
		}
	};
}
