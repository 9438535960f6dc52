import type { Camera } from "../camera/camera.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";

/** The sensor's controls, in the order in which CameraWebServer's /status lists them, and vflip, which it leaves out. */
const controls = Object.freeze([
	"framesize", "quality", "brightness", "contrast", "saturation", "sharpness", "special_effect", "wb_mode",
	"awb", "awb_gain", "aec", "aec2", "ae_level", "aec_value", "agc", "agc_gain", "gainceiling", "bpc", "wpc",
	"raw_gma", "lenc", "hmirror", "vflip", "dcw", "colorbar",
]);

/** The answer of /status: what the sensor is set to, and who watches. */
export function status(camera: Camera, stream: MjpegStream): Record<string, unknown> {
	const result: Record<string, unknown> = { sensor: camera.sensor.name };
	for (const control of controls)
		result[control] = read(camera, control);
	result.captured = camera.captured;
	result.dropped = camera.dropped;
	result.viewers = stream.viewers.map(viewer => ({ sent: viewer.sent }));
	return result;
}

/** Undefined, and so left out, while there is no sensor to ask: the camera restarts. */
function read(camera: Camera, control: string): number | undefined {
	try {
		return camera.get(control);
	}
	catch {
		return undefined;
	}
}
