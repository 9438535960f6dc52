import type { Camera } from "../camera/camera.ts";
import type { FurtherControls } from "../controls/control.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";

/** The sensor's settings, in the order of CameraWebServer's /status, and vflip, which it omits. */
const STATUS_FIELDS = Object.freeze([
	"pixformat",
	"framesize",
	"quality",
	"brightness",
	"contrast",
	"saturation",
	"sharpness",
	"special_effect",
	"wb_mode",
	"awb",
	"awb_gain",
	"aec",
	"aec2",
	"ae_level",
	"aec_value",
	"agc",
	"agc_gain",
	"gainceiling",
	"bpc",
	"wpc",
	"raw_gma",
	"lenc",
	"hmirror",
	"vflip",
	"dcw",
	"colorbar",
]);

/**
 * Returns the response of /status: the sensor's settings and, in addition to CameraWebServer's fields, its name and
 * the viewers. The registers that CameraWebServer lists for its own page are omitted: reading the fifty of an OV5640
 * takes the bus some 20 ms, and blocks everything else. /greg returns each.
 */
export function status(camera: Camera, stream: MjpegStream, lamp?: FurtherControls): Record<string, unknown> {
	const result: Record<string, unknown> = {
		sensor: camera.sensor.name,
		xclk: settingOf(camera, "xclk") ?? camera.xclkFrequency / 1_000_000,
	};
	try {
		for (let i = 0; i < STATUS_FIELDS.length; i++) result[STATUS_FIELDS[i]] = camera.get(STATUS_FIELDS[i]);
	} catch {
		// There is no sensor to ask because the camera restarts. The fields are omitted.
	}
	result.led_intensity = lamp?.get("led_intensity") ?? -1;
	result.captured = camera.captured;
	result.dropped = camera.dropped;
	result.viewers = stream.viewers.map((viewer) => ({ sent: viewer.sent }));
	return result;
}

/** Returns undefined, so that the field is omitted, if there is no sensor to ask because the camera restarts. */
export function settingOf(camera: Camera, field: string): number | undefined {
	try {
		return camera.get(field);
	} catch {
		return undefined;
	}
}
