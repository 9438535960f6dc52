import type { CameraIO, DriverOptions } from "yieldcam/camera/driver";
import type { Board } from "./board.ts";
import { checkRevision } from "./board-check.ts";
import { CameraPower, type CameraPowerIO } from "./power/camera-power.ts";

export interface BoardCameraOptions {
	readonly board: Board;
	/** The board's maker and product, for messages. */
	readonly title: string | undefined;
	readonly io: CameraPowerIO;
	/** Receives a line of text without its line end. */
	log(line: string): void;
}

/**
 * Returns the driver's class for a board: one that switches the camera's supply on first, and whose errors name the
 * board that the firmware was made for. Most cameras that do not answer are on another board than that.
 */
export function boardCamera(Driver: CameraIO, { board, title, io, log }: BoardCameraOptions): CameraIO {
	const power = board.power && new CameraPower(board.power, io);
	const { data, clock } = board.camera.i2c;
	let logged: string | undefined;

	/** Prepares the board. Returns a hint for people if it looks like another revision than the file describes. */
	function prepare(): string | undefined {
		power?.switchOn();
		const hint = checkRevision(board, io.bus(data, clock));
		if (hint !== undefined && hint !== logged) log(`yieldcam: ${hint}`);
		logged = hint;
		return hint;
	}

	/** Appends what is known about the board to a message of the driver. */
	function explain(message: string, hint: string | undefined): string {
		if (hint !== undefined) return `${message}; ${hint}`;
		return title === undefined ? message : `${message}; this firmware is for the board ${title}`;
	}

	return class extends Driver {
		constructor(options: DriverOptions) {
			let hint: string | undefined;
			try {
				hint = prepare();
				super({ ...options, onError: (message) => options.onError?.(explain(message, hint)) });
			} catch (error) {
				// The same object: it may have the sensor's name.
				(error as Error).message = explain((error as Error).message, hint);
				throw error;
			}
		}
	};
}
