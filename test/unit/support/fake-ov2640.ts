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

	#awake(): void {
		if (this.restarting) throw new Error("the camera is restarting");
	}
}
