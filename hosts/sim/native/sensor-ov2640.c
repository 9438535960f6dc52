/*
	The OV2640, like Espressif's driver (esp32-camera, sensors/ov2640.c). It refuses
	and limits values as that file does, line by line, and passes accepted values on to
	the process that renders the picture.
*/
#include "host.h"
#include "sensor-models.h"
#include "sensor-process.h"

static int set_pixformat(sensor_t* sensor, pixformat_t pixformat)
{
	sensor->pixformat = pixformat; /* even if the driver refuses it */
	switch (pixformat) {
	case PIXFORMAT_RGB565:
	case PIXFORMAT_RGB888:
	case PIXFORMAT_YUV422:
	case PIXFORMAT_GRAYSCALE:
	case PIXFORMAT_JPEG: return 0;
	default: return -1;
	}
}

static int set_framesize(sensor_t* sensor, framesize_t framesize)
{
	/* The driver checks no limit. Beyond UXGA a board would show garbage, and beyond the table it would read some. */
	if (framesize > FRAMESIZE_UXGA)
		hostFail("the OV2640 was set to the frame size %u, which is beyond UXGA; its driver does not refuse that",
			(unsigned)framesize);
	sensor->status.framesize = framesize;
	return sensorSet("framesize", (int)framesize);
}

SENSOR_LEVEL(contrast, -2, 2)
SENSOR_LEVEL(brightness, -2, 2)
SENSOR_LEVEL(saturation, -2, 2)
SENSOR_LEVEL(ae_level, -2, 2)
SENSOR_LEVEL(special_effect, 0, 6)
SENSOR_LEVEL(wb_mode, 0, 4)
SENSOR_LIMITED(quality, 63)
SENSOR_LIMITED(aec_value, 1200)
SENSOR_LIMITED(agc_gain, 30)
SENSOR_SWITCH(colorbar)
SENSOR_SWITCH(awb)
SENSOR_SWITCH(awb_gain)
SENSOR_SWITCH(agc)
SENSOR_SWITCH(aec)
SENSOR_SWITCH(aec2)
SENSOR_SWITCH(hmirror)
SENSOR_SWITCH(vflip)
SENSOR_SWITCH(dcw)
SENSOR_SWITCH(bpc)
SENSOR_SWITCH(wpc)
SENSOR_SWITCH(raw_gma)
SENSOR_SWITCH(lenc)

/* The driver keeps any number, and the chip has three bits for it. */
static int set_gainceiling(sensor_t* sensor, gainceiling_t gainceiling)
{
	sensor->status.gainceiling = (uint8_t)gainceiling;
	return sensorSet("gainceiling", gainceiling & 7);
}

/* Two banks, DSP and sensor, of 256 registers. */

static int get_reg(sensor_t* sensor, int reg, int mask)
{
	(void)sensor;
	return sensorBus(1) ? -1 : registersGet(reg & 0x1ff, mask & 0xff);
}

static int set_reg(sensor_t* sensor, int reg, int mask, int value)
{
	(void)sensor;
	return sensorBus(1) ? -1 : registersSet(reg & 0x1ff, mask & 0xff, value);
}

static int set_res_raw(sensor_t* sensor, int startX, int startY, int endX, int endY, int offsetX, int offsetY,
	int totalX, int totalY, int outputX, int outputY, bool scale, bool binning)
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

/* The values that init_status() reads from the registers that reset() and esp_camera_init() wrote. */
static int init_status(sensor_t* sensor)
{
	sensor->status = (camera_status_t){
		.framesize = sensor->status.framesize,
		.quality = sensor->status.quality,
		.awb = 1,
		.awb_gain = 1,
		.aec = 1,
		.agc = 1,
		.aec_value = 0x33 << 2,
		.wpc = 1,
		.raw_gma = 1,
		.lenc = 1,
		.dcw = 1,
	};
	return 0;
}

void sensorOpenOV2640(sensor_t* sensor)
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
		.set_sharpness = sensorUnsupported,
		.set_denoise = sensorUnsupported,
		.set_gainceiling = set_gainceiling,
		.set_quality = set_quality,
		.set_colorbar = set_colorbar,
		.set_whitebal = set_awb,
		.set_gain_ctrl = set_agc,
		.set_exposure_ctrl = set_aec,
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
		.set_xclk = sensorSetXclk,
	};
	init_status(sensor);
}
