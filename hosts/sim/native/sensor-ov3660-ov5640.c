/*
	The OV3660 and the OV5640. Their drivers (esp32-camera, sensors/ov3660.c and
	ov5640.c) differ in the sizes of their frames, the numbers of their PLL and a few
	registers' values. These sensors accept, refuse and limit values as those files do,
	line by line.
*/
#include "sensor-models.h"
#include "sensor-process.h"

/* The part of ratio_table[] (ov3660_settings.h, ov5640_settings.h) that decides how long an exposure can be. */
typedef struct {
	uint16_t max_width, max_height, total_y;
} Ratio;

typedef struct {
	Ratio ratios[9]; /* by aspect_ratio_t */
	framesize_t largest;
	uint16_t moreWhenBinning; /* lines beyond half of total_y */
	bool keepsNumberTooLarge; /* in status.framesize */
} Model;

static const Model gOV3660 = {
	.ratios = {
		{ 2048, 1536, 1564 }, { 1920, 1280, 1436 }, { 2048, 1280, 1436 }, { 1920, 1152, 1372 }, { 1920, 1080, 1322 },
		{ 2048, 880, 1236 }, { 1920, 1536, 1564 }, { 1536, 1536, 1564 }, { 864, 1536, 1564 },
	},
	.largest = FRAMESIZE_QXGA,
	.moreWhenBinning = 1,
};

static const Model gOV5640 = {
	.ratios = {
		{ 2560, 1920, 1968 }, { 2560, 1704, 1752 }, { 2560, 1600, 1648 }, { 2560, 1536, 1584 }, { 2560, 1440, 1488 },
		{ 2560, 1080, 1128 }, { 2400, 1920, 1968 }, { 1920, 1920, 1968 }, { 1088, 1920, 1968 },
	},
	.largest = FRAMESIZE_5MP,
	.keepsNumberTooLarge = true,
};

enum { kTotalSizeY = 0x380e };

static const Model* modelOf(const sensor_t* sensor)
{
	return sensor->id.PID == OV3660_PID ? &gOV3660 : &gOV5640;
}

static int set_pixformat(sensor_t* sensor, pixformat_t pixformat)
{
	switch (pixformat) {
	case PIXFORMAT_YUV422:
	case PIXFORMAT_GRAYSCALE:
	case PIXFORMAT_RGB565:
	case PIXFORMAT_RGB888:
	case PIXFORMAT_JPEG:
	case PIXFORMAT_RAW: sensor->pixformat = pixformat; return 0;
	default: return -1;
	}
}

/* Limits a size that is too large, and also a negative one, since the type is unsigned. */
static int set_framesize(sensor_t* sensor, framesize_t wanted)
{
	const Model* model = modelOf(sensor);
	framesize_t size = wanted > model->largest ? model->largest : wanted;
	const resolution_info_t* info = &resolution[size];
	const Ratio* ratio = &model->ratios[info->aspect_ratio];
	uint16_t width = info->width, height = info->height;
	bool binning = width <= ratio->max_width / 2 && height <= ratio->max_height / 2;
	bool whole = (width == ratio->max_width && height == ratio->max_height) ||
	             (width == ratio->max_width / 2 && height == ratio->max_height / 2);
	sensor->status.framesize = model->keepsNumberTooLarge ? wanted : size;
	sensor->status.binning = binning;
	sensor->status.scale = !whole;
	registersSet(kTotalSizeY, 0xffff, binning ? ratio->total_y / 2 + model->moreWhenBinning : ratio->total_y);
	return sensorSet("framesize", (int)size);
}

SENSOR_LEVEL(contrast, -3, 3)
SENSOR_LEVEL(saturation, -4, 4)
SENSOR_LEVEL(sharpness, -3, 3)
SENSOR_LEVEL(denoise, 0, 8)
SENSOR_LEVEL(ae_level, -5, 5)
SENSOR_LEVEL(special_effect, 0, 6)
SENSOR_LEVEL(wb_mode, 0, 4)
SENSOR_LIMITED(agc_gain, 64)
SENSOR_SWITCH(colorbar)
SENSOR_SWITCH(awb)
SENSOR_SWITCH(agc)
SENSOR_SWITCH(aec)
SENSOR_SWITCH(aec2)
SENSOR_SWITCH(dcw)
SENSOR_SWITCH(bpc)
SENSOR_SWITCH(wpc)
SENSOR_SWITCH(raw_gma)
SENSOR_SWITCH(lenc)

/* These two write the value that they keep, which has eight bits. */

static int set_hmirror(sensor_t* sensor, int enable)
{
	sensor->status.hmirror = (uint8_t)enable;
	return sensorSet("hmirror", sensor->status.hmirror != 0);
}

static int set_vflip(sensor_t* sensor, int enable)
{
	sensor->status.vflip = (uint8_t)enable;
	return sensorSet("vflip", sensor->status.vflip != 0);
}

/* The driver keeps any number, and writes one that is not a level as 0. */
static int set_brightness(sensor_t* sensor, int level)
{
	sensor->status.brightness = (int8_t)level;
	return sensorSet("brightness", level < -3 || level > 3 ? 0 : level);
}

static int set_quality(sensor_t* sensor, int quality)
{
	sensor->status.quality = (uint8_t)quality;
	return sensorSet("quality", quality & 0x3f);
}

/* Limits the exposure to a frame. A negative value becomes a long exposure, which the driver does not notice. */
static int set_aec_value(sensor_t* sensor, int value)
{
	int most = registersGet(kTotalSizeY, 0xffff);
	if (value > most)
		value = most;
	sensor->status.aec_value = (uint16_t)value;
	return sensorSet("aec_value", value & 0xffff);
}

/* Ten bits in the chip, eight in the status. */
static int set_gainceiling(sensor_t* sensor, gainceiling_t gainceiling)
{
	sensor->status.gainceiling = (uint8_t)gainceiling;
	return sensorSet("gainceiling", (int)gainceiling & 0x3ff);
}

/* If off, automatic white balance replaces the white balance mode, which the driver remembers. */
static int set_awb_gain(sensor_t* sensor, int enable)
{
	sensor->status.awb_gain = (uint8_t)enable;
	return sensorSet("wb_mode", enable ? sensor->status.wb_mode : 0);
}

static int get_reg(sensor_t* sensor, int reg, int mask)
{
	(void)sensor;
	return sensorBus(1) ? -1 : registersGet(reg, mask);
}

static int set_reg(sensor_t* sensor, int reg, int mask, int value)
{
	(void)sensor;
	return sensorBus(1) ? -1 : registersSet(reg, mask, value);
}

static int set_res_raw(sensor_t* sensor, int startX, int startY, int endX, int endY, int offsetX, int offsetY,
	int totalX, int totalY, int outputX, int outputY, bool scale, bool binning)
{
	(void)startX, (void)startY, (void)endX, (void)endY, (void)offsetX, (void)offsetY, (void)totalX, (void)outputX,
		(void)outputY;
	registersSet(kTotalSizeY, 0xffff, totalY);
	sensor->status.scale = scale;
	sensor->status.binning = binning;
	return 0;
}

/* Only eight bits of each number count. */
static int set_pll(sensor_t* sensor, int bypass, int mul, int sys, int root, int pre, int seld5, int pclken, int pclk)
{
	uint8_t multiplier = (uint8_t)mul, systemDivider = (uint8_t)sys, preDivider = (uint8_t)pre,
			rootDivider = (uint8_t)seld5, clockDivider = (uint8_t)pclk;
	bool small = sensor->id.PID == OV3660_PID;
	(void)bypass, (void)root, (void)pclken;
	if (multiplier > (small ? 31 : 252) || multiplier < (small ? 0 : 4) || preDivider > (small ? 3 : 8))
		return -1;
	return systemDivider > 15 || clockDivider > 31 || rootDivider > 3 ? -1 : 0;
}

/* The values that init_status() reads from the registers that reset() wrote. Exposure and gain are automatic. */
static int init_status(sensor_t* sensor)
{
	bool small = sensor->id.PID == OV3660_PID;
	sensor->status = (camera_status_t){
		.framesize = sensor->status.framesize,
		.scale = sensor->status.scale,
		.binning = sensor->status.binning,
		.quality = sensor->status.quality,
		.sharpness = (small ? 0x20 : 0x19) / 8 - 3,
		.gainceiling = 0xf8,
		.awb = 1,
		.aec = 1,
		.agc = 1,
		.aec_value = small ? 320 : 400,
		.bpc = 1,
		.wpc = 1,
		.raw_gma = 1,
		.lenc = 1,
		.dcw = 1,
	};
	return 0;
}

static void openModel(sensor_t* sensor, camera_pid_t pid, camera_sccb_addr_t address)
{
	*sensor = (sensor_t){
		.id = { .PID = (uint16_t)pid },
		.slv_addr = (uint8_t)address,
		.init_status = init_status,
		.reset = init_status,
		.set_pixformat = set_pixformat,
		.set_framesize = set_framesize,
		.set_contrast = set_contrast,
		.set_brightness = set_brightness,
		.set_saturation = set_saturation,
		.set_sharpness = set_sharpness,
		.set_denoise = set_denoise,
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

void sensorOpenOV3660(sensor_t* sensor)
{
	openModel(sensor, OV3660_PID, OV3660_SCCB_ADDR);
}

void sensorOpenOV5640(sensor_t* sensor)
{
	openModel(sensor, OV5640_PID, OV5640_SCCB_ADDR);
}
