import config from "mc/config";
import type { CameraBus, CameraPins } from "yieldcam/camera/camera-options";

/** What the firmware knows about its board: `config.board` of the board's file in hosts/esp32s3/boards. */
export interface Board {
	readonly camera: {
		readonly pins: CameraPins;
		readonly i2c: CameraBus;
		/** Hz. */
		readonly xclkFrequency: number;
	};
	readonly leds?: readonly { readonly pin: number; readonly kind: "gpio" | "ws2812" | "infrared" }[];
	/** Wiring of the slot for an SD card, in one of two ways. GPIO numbers. */
	readonly sdCard?: {
		readonly spi?: { readonly clock: number; readonly in: number; readonly out: number; readonly select: number };
		/** One data line or four. */
		readonly sdmmc?: { readonly clock: number; readonly command: number; readonly data: readonly number[] };
	};
	/** The level that switches the camera's supply on. */
	readonly power?: { readonly pin: number; readonly level: 0 | 1 };
}

export const board = config["board"] as Board;
