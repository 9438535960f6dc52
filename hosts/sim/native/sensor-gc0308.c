/*
	The GC0308, like Espressif's driver (esp32-camera, sensors/gc0308.c). It gives no
	JPEG, so firmware that needs JPEG fails to open it, and no picture is rendered.
*/
#include "sensor-models.h"
#include "sensor-process.h"

static int set_pixformat(sensor_t* sensor, pixformat_t pixformat)
{
	switch (pixformat) {
	case PIXFORMAT_RGB565:
	case PIXFORMAT_YUV422:
	case PIXFORMAT_GRAYSCALE: sensor->pixformat = pixformat; return 0;
	default: return -1;
	}
}

static int set_framesize(sensor_t* sensor, framesize_t framesize)
{
	sensor->status.framesize = framesize > FRAMESIZE_VGA ? FRAMESIZE_VGA : framesize;
	return sensorSet("framesize", (int)sensor->status.framesize);
}

SENSOR_LEVEL(contrast, -2, 2)
SENSOR_LEVEL(saturation, -2, 2)
SENSOR_LEVEL(sharpness, -2, 2)
SENSOR_LEVEL(ae_level, -2, 2)
SENSOR_LEVEL(special_effect, 0, 6)
SENSOR_LEVEL(wb_mode, 0, 4)
SENSOR_LIMITED(agc_gain, 30)
SENSOR_LIMITED(aec_value, 1200)
SENSOR_SWITCH(awb)
SENSOR_SWITCH(agc)
SENSOR_SWITCH(aec)
SENSOR_SWITCH(hmirror)
SENSOR_SWITCH(vflip)

/* The only switch for which the chip gets the lowest bit. */
static int set_colorbar(sensor_t* sensor, int enable)
{
	sensor->status.colorbar = (uint8_t)enable;
	return sensorSet("colorbar", enable & 1);
}

/* Same as sensorUnsupported(), except for the type. */
static int set_gainceiling(sensor_t* sensor, gainceiling_t value)
{
	(void)sensor;
	(void)value;
	return -1;
}

/* The driver logs a mask of more than eight bits, and reads and writes nothing. */

static int get_reg(sensor_t* sensor, int reg, int mask)
{
	(void)sensor;
	return mask > 0xff ? 0 : sensorBus(1) ? -1 : registersGet(reg & 0xff, mask);
}

static int set_reg(sensor_t* sensor, int reg, int mask, int value)
{
	(void)sensor;
	return mask > 0xff ? 0 : sensorBus(1) ? -1 : registersSet(reg & 0xff, mask, value);
}

/* The values that init_status() reads from the registers that reset() wrote. */
static int init_status(sensor_t* sensor)
{
	sensor->status = (camera_status_t){
		.framesize = sensor->status.framesize,
		.awb = 1,
		.aec = 1,
		.agc = 1,
		.agc_gain = 0x14 * 30 / 63,
		.aec_value = 480,
	};
	return 0;
}

void sensorOpenGC0308(sensor_t* sensor)
{
	*sensor = (sensor_t){
		.id = { .PID = GC0308_PID },
		.slv_addr = GC0308_SCCB_ADDR,
		.init_status = init_status,
		.reset = init_status,
		.set_pixformat = set_pixformat,
		.set_framesize = set_framesize,
		.set_contrast = set_contrast,
		.set_brightness = sensorUnsupported,
		.set_saturation = set_saturation,
		.set_sharpness = set_sharpness,
		.set_denoise = sensorUnsupported,
		.set_gainceiling = set_gainceiling,
		.set_quality = sensorUnsupported,
		.set_colorbar = set_colorbar,
		.set_whitebal = set_awb,
		.set_gain_ctrl = set_agc,
		.set_exposure_ctrl = set_aec,
		.set_hmirror = set_hmirror,
		.set_vflip = set_vflip,
		.set_aec2 = sensorUnsupported,
		.set_awb_gain = sensorUnsupported,
		.set_agc_gain = set_agc_gain,
		.set_aec_value = set_aec_value,
		.set_special_effect = set_special_effect,
		.set_wb_mode = set_wb_mode,
		.set_ae_level = set_ae_level,
		.set_dcw = sensorUnsupported,
		.set_bpc = sensorUnsupported,
		.set_wpc = sensorUnsupported,
		.set_raw_gma = sensorUnsupported,
		.set_lenc = sensorUnsupported,
		.get_reg = get_reg,
		.set_reg = set_reg,
	};
	init_status(sensor);
}
