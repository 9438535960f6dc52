import type { CameraBus, CameraPins } from "yieldcam/camera/camera-options";
import { reserve } from "yieldcam/common/pins";

/** An LED of a board. */
export interface Led {
	/** GPIO number. */
	readonly pin: number;
	/** What drives it: the pin's level, the protocol of a WS2812, or the pin's level for light that nobody sees. */
	readonly kind: "gpio" | "ws2812" | "infrared";
	/** Whether a low level lights it. Default: false. */
	readonly activeLow?: boolean;
}

/** What a board has on its processor's pins. All numbers are GPIOs. */
export interface BoardPins {
	readonly camera: { readonly pins: CameraPins; readonly i2c: CameraBus };
	readonly leds?: readonly Led[];
	/** Wiring of the slot for an SD card, in one of two ways. */
	readonly sdCard?: {
		readonly spi?: { readonly clock: number; readonly in: number; readonly out: number; readonly select: number };
		/** One data line or four. */
		readonly sdmmc?: { readonly clock: number; readonly command: number; readonly data: readonly number[] };
	};
	/** What switches the camera's supply on, as far as it is on pins. */
	readonly power?: {
		readonly gpio?: { readonly pin: number };
		readonly i2c?: { readonly data: number; readonly clock: number };
	};
}

/** Refuses the pins of the board's own parts to programs, with the name of the part. */
export function reservePins({ camera, sdCard, power }: BoardPins): void {
	reserveAll("the camera's supply", power?.i2c);
	if (power?.gpio) reserve(power.gpio.pin, "the camera's supply");
	reserveAll("the SD card", sdCard?.spi ?? sdCard?.sdmmc);
	// Last: it may share the bus of its supply.
	reserveAll("the camera", camera.pins);
	reserveAll("the camera", camera.i2c);
}

function reserveAll(user: string, wiring: object = {}): void {
	(Object.values(wiring) as (number | readonly number[])[]).flat().forEach((pin) => reserve(pin, user));
}
