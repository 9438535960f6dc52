import PWM from "embedded:io/pwm";
import { PinLamp } from "yieldcam/common/lamp";
import { lampOf } from "yieldcam/common/pins/lamp-led";
import type { Lamp } from "yieldcam/device/lamp";
import { board } from "yieldcam/esp32s3/board";

/** Opens the board's lamp. Throws an Error if its pin is in use. */
export function openLamp(): Lamp | undefined {
	const led = lampOf(board);
	return led && new PinLamp(PWM, led);
}
