import { PinLamp } from "yieldcam/common/lamp";
import { lampOf } from "yieldcam/common/pins/lamp-led";
import WS2812 from "yieldcam/common/pins/ws2812";
import type { Lamp } from "yieldcam/device/lamp";
import { board } from "yieldcam/esp32s3/board";

/** Opens the board's lamp, which is a WS2812. Throws an Error if its pin is in use. */
export function openLamp(): Lamp | undefined {
	const led = lampOf(board);
	return led && new PinLamp(WS2812, led);
}
