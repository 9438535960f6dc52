/*
	The simulated sensors behind Espressif's sensor_t. The OV2640 takes and refuses
	what the real driver (esp32-camera, sensors/ov2640.c) takes and refuses, and
	passes on what it took to the process that renders the picture. The GC0308 is
	there to be refused: it has no JPEG.
*/
#include "esp_camera.h"
#include "host.h"
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
	{ 1088, 1920, ASPECT_RATIO_9X16 },
	{ 2560, 1920, ASPECT_RATIO_4X3 },
	{ 2592, 1944, ASPECT_RATIO_4X3 },
};

static camera_sensor_info_t gSensors[] = {
	{ CAMERA_OV2640, "OV2640", OV2640_SCCB_ADDR, OV2640_PID, FRAMESIZE_UXGA, true },
	{ CAMERA_GC0308, "GC0308", GC0308_SCCB_ADDR, GC0308_PID, FRAMESIZE_VGA, false },
};

camera_sensor_info_t* esp_camera_sensor_get_info(sensor_id_t* id)
{
	for (size_t i = 0; i < sizeof gSensors / sizeof *gSensors; i++) {
		if (id->PID == gSensors[i].pid)
			return &gSensors[i];
	}
	return NULL;
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
SETTER(special_effect, int, special_effect, 0, 6)
SETTER(wb_mode, int, wb_mode, 0, 4)
SETTER(ae_level, int, ae_level, -2, 2)
SETTER(dcw, int, dcw, 0, 1)
SETTER(bpc, int, bpc, 0, 1)
SETTER(wpc, int, wpc, 0, 1)
SETTER(raw_gma, int, raw_gma, 0, 1)
SETTER(lenc, int, lenc, 0, 1)

/* These the driver limits rather than refuses. */

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

static int set_agc_gain(sensor_t* sensor, int gain)
{
	sensor->status.agc_gain = (uint8_t)limited(gain, 30);
	sensorSet("agc_gain", sensor->status.agc_gain);
	return 0;
}

static int set_pixformat(sensor_t* sensor, pixformat_t pixformat)
{
	switch (pixformat) {
	case PIXFORMAT_RGB565:
	case PIXFORMAT_YUV422:
	case PIXFORMAT_GRAYSCALE:
	case PIXFORMAT_JPEG:
		sensor->pixformat = pixformat;
		return 0;
	default:
		return -1;
	}
}

/* An OV2640 has neither. */
static int unsupported(sensor_t* sensor, int level)
{
	(void)sensor;
	(void)level;
	return -1;
}

/* Registers in two banks, DSP and sensor. They hold what they are given, and the picture does not follow. */

static uint8_t gRegisters[0x200];

static int get_reg(sensor_t* sensor, int reg, int mask)
{
	(void)sensor;
	return gRegisters[reg & 0x1ff] & mask;
}

static int set_reg(sensor_t* sensor, int reg, int mask, int value)
{
	uint8_t* place = &gRegisters[reg & 0x1ff];
	(void)sensor;
	*place = (uint8_t)((*place & ~mask) | (value & mask));
	return 0;
}

static int set_res_raw(sensor_t* sensor, int startX, int startY, int endX, int endY, int offsetX, int offsetY, int totalX, int totalY, int outputX, int outputY, bool scale, bool binning)
{
	(void)sensor, (void)startX, (void)startY, (void)endX, (void)endY, (void)offsetX, (void)offsetY;
	(void)totalX, (void)totalY, (void)outputX, (void)outputY, (void)scale, (void)binning;
	return 0;
}

static int set_pll(sensor_t* sensor, int bypass, int mul, int sys, int root, int pre, int seld5, int pclken, int pclk)
{
	(void)sensor, (void)bypass, (void)mul, (void)sys, (void)root, (void)pre, (void)seld5, (void)pclken, (void)pclk;
	return -1;
}

static int set_xclk(sensor_t* sensor, int timer, int xclk)
{
	(void)timer;
	sensor->xclk_freq_hz = xclk * 1000000;
	return 0;
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

static int set_framesize_vga(sensor_t* sensor, framesize_t framesize)
{
	sensor->status.framesize = framesize > FRAMESIZE_VGA ? FRAMESIZE_VGA : framesize;
	return 0;
}

static void resetGC0308(sensor_t* sensor)
{
	*sensor = (sensor_t){
		.id = { .PID = GC0308_PID },
		.slv_addr = GC0308_SCCB_ADDR,
		.init_status = init_status,
		.reset = init_status,
		.set_pixformat = set_pixformat,
		.set_framesize = set_framesize_vga,
	};
}

static void resetOV2640(sensor_t* sensor)
{
	*sensor = (sensor_t){
		.id = { .MIDH = 0x7f, .MIDL = 0xa2, .PID = OV2640_PID, .VER = 0x42 },
		.slv_addr = OV2640_SCCB_ADDR,
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
		.get_reg = get_reg,
		.set_reg = set_reg,
		.set_res_raw = set_res_raw,
		.set_pll = set_pll,
		.set_xclk = set_xclk,
	};
}

void sensorReset(sensor_t* sensor)
{
	if (strcmp(gOptions.model, "GC0308"))
		resetOV2640(sensor);
	else
		resetGC0308(sensor);
	init_status(sensor);
}
