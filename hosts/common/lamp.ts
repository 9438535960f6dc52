import Timer from "timer";
import type { Led } from "yieldcam/common/pins/board-pins";
import { type Control, type Range, withJson } from "yieldcam/controls/control";
import type { Lamp } from "yieldcam/device/lamp";

/** 8 bits of brightness, and too fast for stripes in the picture: a sensor reads some ten thousand lines a second. */
const HZ = 100_000;
const MAX_LEVEL = 255;
/**
 * Milliseconds from the light to the capture, as in CameraWebServer: the sensor has begun to expose lines of the next
 * frame before it sends the frame's first, and its automatic exposure takes some frames.
 */
const SETTLING_MS = 150;
const MAX_FLASH_MS = 1_000;
/** Milliseconds. A client that takes snapshots one after the other must not make a strobe light, nor heat the lamp. */
const REST_MS = 2_000;

/** CameraWebServer's name. */
const LEVEL_FIELD = "led_intensity";
const FLASH_FIELD = "flash_intensity";

const CONTROLS: readonly Control[] = Object.freeze([
	control("lamp", "Lamp (0: off)", LEVEL_FIELD, { temporary: true }),
	control("flash", "Flash for snapshots (0: none)", FLASH_FIELD),
]);

function control(name: string, label: string, field: string, more: { readonly temporary?: true } = {}): Control {
	return withJson<Range>({
		type: "integer",
		name,
		label,
		group: "image",
		field,
		minimum: 0,
		maximum: MAX_LEVEL,
		step: 1,
		...more,
	});
}

/** ECMA-419's PWM, as far as it is used here. */
export interface LampSignal {
	write(value: number): void;
}

export type LampSignalIO = new (options: {
	readonly pin: number;
	readonly hz: number;
	readonly resolution: number;
	readonly user: string;
}) => LampSignal;

/** A lamp at a pin. */
export class PinLamp implements Lamp {
	readonly controls = CONTROLS;
	readonly #signal: LampSignal;
	readonly #activeLow: boolean;
	#level = 0;
	/** The brightness of a flash. */
	#flash = 0;
	/** The captures that have the light of a flash; undefined if there is no flash. */
	#lit: { captures: number } | undefined;
	/** Ends the flash, and then the rest after it. */
	#timer: Timer | undefined;

	/** Throws an Error if the pin is in use. */
	constructor(io: LampSignalIO, { pin, activeLow = false }: Led) {
		this.#signal = new io({ pin, hz: HZ, resolution: 8, user: "the lamp: use device.lamp" });
		this.#activeLow = activeLow;
		this.show();
	}

	get level(): number {
		return this.#level;
	}

	set level(level: number) {
		this.#level = Math.min(MAX_LEVEL, Math.max(0, Math.round(level) || 0));
		this.show();
	}

	get(field: string): number | undefined {
		return field === LEVEL_FIELD ? this.#level : field === FLASH_FIELD ? this.#flash : undefined;
	}

	set(field: string, number: number): true | undefined {
		if (field === LEVEL_FIELD) this.level = number;
		else if (field === FLASH_FIELD) this.#flash = number;
		else return undefined;
		return true;
	}

	flash<T>(take: () => Promise<T>): Promise<T> {
		const isResting = this.#timer !== undefined && !this.#lit;
		if (this.#flash <= this.#level || isResting) return take();
		// A capture that outlasts its flash must not end the next one.
		const lit = (this.#lit ??= { captures: 0 });
		lit.captures++;
		this.#timer ??= Timer.set(() => this.rest(), MAX_FLASH_MS);
		this.show();
		return new Promise<void>((resolve) => Timer.set(() => resolve(), SETTLING_MS)).then(take).finally(() => {
			lit.captures--;
			if (!lit.captures && lit === this.#lit) this.rest();
		});
	}

	/** Ends the flash. */
	private rest(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#lit = undefined;
		this.#timer = Timer.set(() => {
			this.#timer = undefined;
		}, REST_MS);
		this.show();
	}

	private show(): void {
		const level = this.#lit ? Math.max(this.#level, this.#flash) : this.#level;
		this.#signal.write(this.#activeLow ? MAX_LEVEL - level : level);
	}
}
