import type { DriverOptions, SensorInfo } from "yieldcam/camera/driver";
import { FakeDriver } from "./fake-driver.ts";

/** The driver's initial settings of an OV2640 (esp32-camera, sensors/ov2640.c, init_status) that are not 0. */
const INITIAL = { awb: 1, awb_gain: 1, aec: 1, aec_value: 300, agc: 1, wpc: 1, raw_gma: 1, lenc: 1, dcw: 1 };

const FIELDS = [
	"brightness",
	"contrast",
	"saturation",
	"special_effect",
	"wb_mode",
	"aec2",
	"ae_level",
	"agc_gain",
	"gainceiling",
	"bpc",
	"hmirror",
	"vflip",
	"colorbar",
];

/** An OV2640's settings, in memory. */
export class FakeOv2640 extends FakeDriver {
	override readonly sensor: SensorInfo = { name: "OV2640", pid: 0x26, maxFrameSize: 15, jpeg: true };
	/** The controls that it refuses, as the real one refuses settings for which its buffers are too small. */
	readonly refused = new Set<string>();
	/** Whether the sensor is unavailable, as while the driver restarts. */
	restarting = false;
	/** Whether results are kept back, as if the bus were slow. */
	slow = false;
	/** Whether there are none. */
	stuck = false;
	readonly #kept: number[] = [];
	/** The settings made, in order. */
	readonly history: string[] = [];

	constructor(options: DriverOptions) {
		super(options);
		for (const field of FIELDS) super.set(field, 0);
		for (const [field, value] of Object.entries(INITIAL)) super.set(field, value);
		super.set("framesize", options.frameSize);
		super.set("quality", options.quality);
	}

	static override get last(): FakeOv2640 {
		return FakeDriver.last as FakeOv2640;
	}

	override get(control: string): number | undefined {
		this.#awake();
		return super.get(control);
	}

	override set(control: string, ...values: number[]): boolean {
		this.#awake();
		this.history.push(`${control}=${values.join()}`);
		return !this.refused.has(control) && super.set(control, ...values);
	}

	override change(...changes: (string | number)[]): void {
		this.#awake();
		const former: [string, number][] = [];
		let result = 0;
		for (let i = 0; i < changes.length && result === 0; i += 2) {
			const control = changes[i] as string;
			former.unshift([control, super.get(control) ?? 0]);
			if (!this.set(control, changes[i + 1] as number)) result = -1 - i / 2;
		}
		if (result < 0) for (const [control, value] of former) super.set(control, value);
		this.answer(result);
	}

	override command(name: string, ...values: number[]): void {
		this.#awake();
		const result = name === "greg" ? (super.get("greg") ?? -1) : this.set(name, ...values) ? 0 : -1;
		this.answer(result);
	}

	override abandon(): boolean {
		const isStuck = this.stuck;
		this.stuck = false;
		return isStuck;
	}

	/** Sends the results that have been kept back. */
	flush(): void {
		this.slow = false;
		this.#kept.splice(0).forEach((result) => this.options.onResult(result));
	}

	private answer(result: number): void {
		if (this.stuck) return;
		if (this.slow) this.#kept.push(result);
		else this.options.onResult(result);
	}

	#awake(): void {
		if (this.restarting) throw new Error("the camera is restarting");
	}
}
