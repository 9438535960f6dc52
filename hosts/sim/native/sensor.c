/*
	The simulated OV2640 behind Espressif's sensor_t: it takes and refuses what the
	real driver (esp32-camera, sensors/ov2640.c) takes and refuses, and passes on
	what it took to the process that renders the picture.
*/
#include "esp_camera.h"
#include "sensor-process.h"

#include <string.h>

const resolution_info_t resolution[] = {
	{ 96, 96, ASPECT_RATIO_1X1 },
	{ 160, 120, ASPECT_RATIO_4X3 },
	{ 128, 128, ASPECT_RATIO_1X1 },
	{ 176, 144, ASPECT_RATIO_5X4 },
	{ 240, 176, ASPECT_RATIO_4X3 },
	{ 240, 240, ASPECT_RATIO_1X1 },
	{ 320, 240, ASPECT_RATIO_4X3 },
	{ 320, 320, ASPECT_RATIO_1X1 },
	{ 400, 296, ASPECT_RATIO_4X3 },
	{ 480, 320, ASPECT_RATIO_3X2 },
	{ 640, 480, ASPECT_RATIO_4X3 },
	{ 800, 600, ASPECT_RATIO_4X3 },
	{ 1024, 768, ASPECT_RATIO_4X3 },
	{ 1280, 720, ASPECT_RATIO_16X9 },
	{ 1280, 1024, ASPECT_RATIO_5X4 },
	{ 1600, 1200, ASPECT_RATIO_4X3 },
	{ 1920, 1080, ASPECT_RATIO_16X9 },
	{ 720, 1280, ASPECT_RATIO_9X16 },
	{ 864, 1536, ASPECT_RATIO_9X16 },
	{ 2048, 1536, ASPECT_RATIO_4X3 },
	{ 2560, 1440, ASPECT_RATIO_16X9 },
	{ 2560, 1600, ASPECT_RATIO_16X10 },
	{ 1080, 1920, ASPECT_RATIO_9X16 },
	{ 2560, 1920, ASPECT_RATIO_4X3 },
	{ 2592, 1944, ASPECT_RATIO_4X3 },
};

static camera_sensor_info_t gInfo = {
	CAMERA_OV2640, "OV2640", OV2640_SCCB_ADDR, OV2640_PID, FRAMESIZE_UXGA, true,
};

camera_sensor_info_t* esp_camera_sensor_get_info(sensor_id_t* id)
{
	return id->PID == OV2640_PID ? &gInfo : NULL;
}

/* A setter `set_NAME` for the status field FIELD, of values from LEAST to MOST. */
#define SETTER(NAME, TYPE, FIELD, LEAST, MOST) \
	static int set_##NAME(sensor_t* sensor, TYPE given) \
	{ \
		int value = (int)given; \
		if (value < (LEAST) || value > (MOST)) \
			return -1; \
		sensor->status.FIELD = value; \
		sensorSet(#FIELD, value); \
		return 0; \
	}

SETTER(framesize, framesize_t, framesize, FRAMESIZE_96X96, FRAMESIZE_UXGA)
SETTER(contrast, int, contrast, -2, 2)
SETTER(brightness, int, brightness, -2, 2)
SETTER(saturation, int, saturation, -2, 2)
SETTER(gainceiling, gainceiling_t, gainceiling, GAINCEILING_2X, GAINCEILING_128X)
SETTER(colorbar, int, colorbar, 0, 1)
SETTER(whitebal, int, awb, 0, 1)
SETTER(gain_ctrl, int, agc, 0, 1)
SETTER(exposure_ctrl, int, aec, 0, 1)
SETTER(hmirror, int, hmirror, 0, 1)
SETTER(vflip, int, vflip, 0, 1)
SETTER(aec2, int, aec2, 0, 1)
SETTER(awb_gain, int, awb_gain, 0, 1)
SETTER(agc_gain, int, agc_gain, 0, 30)
SETTER(special_effect, int, special_effect, 0, 6)
SETTER(wb_mode, int, wb_mode, 0, 4)
SETTER(ae_level, int, ae_level, -2, 2)
SETTER(dcw, int, dcw, 0, 1)
SETTER(bpc, int, bpc, 0, 1)
SETTER(wpc, int, wpc, 0, 1)
SETTER(raw_gma, int, raw_gma, 0, 1)
SETTER(lenc, int, lenc, 0, 1)

/* These two the driver limits rather than refuses. */

static int limited(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

static int set_quality(sensor_t* sensor, int quality)
{
	sensor->status.quality = (uint8_t)limited(quality, 63);
	sensorSet("quality", sensor->status.quality);
	return 0;
}

static int set_aec_value(sensor_t* sensor, int value)
{
	sensor->status.aec_value = (uint16_t)limited(value, 1200);
	sensorSet("aec_value", sensor->status.aec_value);
	return 0;
}

static int set_pixformat(sensor_t* sensor, pixformat_t pixformat)
{
	if (pixformat != PIXFORMAT_JPEG)
		return -1;
	sensor->pixformat = pixformat;
	return 0;
}

/* An OV2640 has neither. */
static int unsupported(sensor_t* sensor, int level)
{
	(void)sensor;
	(void)level;
	return -1;
}

static int init_status(sensor_t* sensor)
{
	sensor->status = (camera_status_t){
		.framesize = sensor->status.framesize,
		.quality = sensor->status.quality,
		.awb = 1, .awb_gain = 1, .aec = 1, .agc = 1, .aec_value = 300,
		.wpc = 1, .raw_gma = 1, .lenc = 1, .dcw = 1,
	};
	return 0;
}

void sensorReset(sensor_t* sensor)
{
	*sensor = (sensor_t){
		.id = { .MIDH = 0x7f, .MIDL = 0xa2, .PID = OV2640_PID, .VER = 0x42 },
		.slv_addr = OV2640_SCCB_ADDR,
		.pixformat = PIXFORMAT_JPEG,
		.init_status = init_status,
		.reset = init_status,
		.set_pixformat = set_pixformat,
		.set_framesize = set_framesize,
		.set_contrast = set_contrast,
		.set_brightness = set_brightness,
		.set_saturation = set_saturation,
		.set_sharpness = unsupported,
		.set_denoise = unsupported,
		.set_gainceiling = set_gainceiling,
		.set_quality = set_quality,
		.set_colorbar = set_colorbar,
		.set_whitebal = set_whitebal,
		.set_gain_ctrl = set_gain_ctrl,
		.set_exposure_ctrl = set_exposure_ctrl,
		.set_hmirror = set_hmirror,
		.set_vflip = set_vflip,
		.set_aec2 = set_aec2,
		.set_awb_gain = set_awb_gain,
		.set_agc_gain = set_agc_gain,
		.set_aec_value = set_aec_value,
		.set_special_effect = set_special_effect,
		.set_wb_mode = set_wb_mode,
		.set_ae_level = set_ae_level,
		.set_dcw = set_dcw,
		.set_bpc = set_bpc,
		.set_wpc = set_wpc,
		.set_raw_gma = set_raw_gma,
		.set_lenc = set_lenc,
	};
	init_status(sensor);
}
