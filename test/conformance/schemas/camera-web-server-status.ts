const whole = { type: "integer" } as const;
const onOff = { enum: [0, 1] } as const;

/** arduino-esp32's CameraWebServer (app_httpd.cpp, status_handler), whose page sets an input from each of these. */
export const cameraWebServerStatus = {
	type: "object",
	required: [
		"xclk", "pixformat", "framesize", "quality", "brightness", "contrast", "saturation", "sharpness", "special_effect", "wb_mode",
		"awb", "awb_gain", "aec", "aec2", "ae_level", "aec_value", "agc", "agc_gain", "gainceiling", "bpc", "wpc", "raw_gma", "lenc",
		"hmirror", "dcw", "colorbar", "led_intensity",
		// CameraWebServer leaves it out, and scripts want it.
		"vflip",
	],
	properties: {
		xclk: { type: "integer", minimum: 1 },
		// PIXFORMAT_JPEG of Espressif's sensor.h.
		pixformat: { const: 4 },
		// FRAMESIZE_QVGA.
		framesize: { const: 6 },
		quality: { type: "integer", minimum: 0, maximum: 63 },
		brightness: whole,
		contrast: whole,
		saturation: whole,
		sharpness: whole,
		special_effect: whole,
		wb_mode: whole,
		awb: onOff,
		awb_gain: onOff,
		aec: onOff,
		aec2: onOff,
		ae_level: whole,
		aec_value: whole,
		agc: onOff,
		agc_gain: whole,
		gainceiling: whole,
		bpc: onOff,
		wpc: onOff,
		raw_gma: onOff,
		lenc: onOff,
		hmirror: onOff,
		vflip: onOff,
		dcw: onOff,
		colorbar: onOff,
		led_intensity: { type: "integer", minimum: -1, maximum: 255 },
	},
};
