import config from "mc/config";
import type { CameraBus, CameraPins } from "yieldcam/camera/camera-options";
import type { BoardPins } from "yieldcam/common/pins/board-pins";
import type { CameraPowerOptions } from "./power/camera-power.ts";

/** What the firmware knows about its board: `config.board` of the board's file in hosts/esp32s3/boards. */
export interface Board extends BoardPins {
	readonly camera: {
		readonly pins: CameraPins;
		readonly i2c: CameraBus;
		/** Hz. */
		readonly xclkFrequency: number;
	};
	/** What switches the camera's supply on. Absent if it is always on. */
	readonly power?: CameraPowerOptions;
	/** A chip that tells this revision of the board from another one. */
	readonly revisionCheck?: RevisionCheck;
}

export interface RevisionCheck {
	/** What the chip is, for people. */
	readonly chip: string;
	/** Its I2C address, and a register that can be read without an effect. */
	readonly address: number;
	readonly register: number;
	/** Whether it is on the camera's bus in this revision. */
	readonly answers: boolean;
	/** The board file of the other revision. */
	readonly otherwise: string;
}

export const board = config["board"] as Board;
