/*
	Converts a frame to a Windows bitmap: 24 bits per pixel, the top row first, with
	the layout of the converter in Espressif's camera driver (esp32-camera 2.1.5,
	conversions/to_bmp.c). One file for the board and for the simulator.

	That converter itself is not used. Since it decodes with esp_jpeg, it leaves the
	pixels in the order red, green, blue, but a bitmap has blue first. It pads no
	rows. All callers share its memory for decoding. And it does not distinguish a
	lack of memory from a JPEG that it cannot decode. So this file calls esp_jpeg
	itself, which decodes baseline JPEG of one or three components. (The decoder in the
	ESP32-S3's ROM knows three only: see CONFIG_JD_USE_ROM.)

	Decoding takes 0.9 microseconds a pixel (esp_jpeg's README), 1.7 s for UXGA. It
	runs in its own task, with the processor time that the others leave. The task has
	its own copy of the JPEG, so that the camera gets its buffer back at once and may
	be closed or restarted in the meantime. One message tells the machine of the end.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_heap_caps.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "jpeg_decoder.h"

#include <stdbool.h>
#include <stdio.h>

/* For the decoder itself, and a line of Espressif's log. */
#define kTaskStack (4 * 1024)

/* Result of modMessagePostToMachine() if a queue stays full, which happens in debug builds. */
#define kQueueFull -2

/* esp_jpeg_get_image_info() reads this far past the end of a truncated JPEG. */
enum { kPastEnd = 16 };

/* BITMAPFILEHEADER and BITMAPINFOHEADER (wingdi.h) */
enum {
	kInfoHeader = 40,
	kHeader = 14 + kInfoHeader,
	kPixelsPerMetre = 2835, /* 72 dpi */
};

typedef struct {
	xsMachine* the;
	xsSlot object; /* the new bitmap; a root of the garbage collector until it is complete */
	xsSlot onDone; /* a root as well */
	uint8_t* jpeg;
	uint32_t jpegLength;
	uint8_t* bitmap; /* NULL if it failed */
	uint32_t length;
	uint32_t width, height;
	esp_err_t error;
	const char* reason; /* why the decoder failed */
} ConversionRecord, *Conversion;

static void dispose(Conversion conversion)
{
	heap_caps_free(conversion->jpeg);
	heap_caps_free(conversion->bitmap);
	c_free(conversion);
}

/* Conversion, in the task */

static uint8_t* put16(uint8_t* p, uint32_t value)
{
	*p++ = (uint8_t)value;
	*p++ = (uint8_t)(value >> 8);
	return p;
}

static uint8_t* put32(uint8_t* p, uint32_t value)
{
	return put16(put16(p, value), value >> 16);
}

static void writeHeader(uint8_t* p, uint32_t width, uint32_t height, uint32_t size)
{
	*p++ = 'B';
	*p++ = 'M';
	p = put32(p, kHeader + size);
	p = put32(p, 0);
	p = put32(p, kHeader);
	p = put32(p, kInfoHeader);
	p = put32(p, width);
	p = put32(p, -height); /* negative: the top row comes first */
	p = put16(p, 1);       /* planes */
	p = put16(p, 24);      /* bits per pixel */
	p = put32(p, 0);       /* not compressed */
	p = put32(p, size);
	p = put32(p, kPixelsPerMetre);
	p = put32(p, kPixelsPerMetre);
	p = put32(p, 0); /* no palette */
	put32(p, 0);
}

/* Moves rows, which were decoded one right after the other, to offsets of whole words. */
static void padRows(uint8_t* pixels, uint32_t row, uint32_t stride, uint32_t height)
{
	uint32_t y = row == stride ? 0 : height;
	while (y--) {
		c_memmove(pixels + y * stride, pixels + y * row, row);
		c_memset(pixels + y * stride + row, 0, stride - row);
	}
}

/*
	Reports whether a JPEG has its colors as red, green and blue, which the decoder would
	take for YCbCr: without JFIF's segment, Adobe's says so (Technical Note 5116, 18), or
	the names of the components, as other decoders read it.
*/
static bool isRgb(const uint8_t* jpeg, uint32_t length)
{
	uint32_t at = 2;
	bool isAdobe = false, transforms = false;
	while (at + 17 <= length && jpeg[at] == 0xFF) {
		uint8_t marker = jpeg[at + 1];
		if (marker == 0xFF) { /* a fill byte */
			at++;
			continue;
		}
		if (marker == 0xDA || (marker == 0xE0 && !c_memcmp(jpeg + at + 4, "JFIF", 5)))
			return false;
		if (marker == 0xEE && !c_memcmp(jpeg + at + 4, "Adobe", 5)) {
			isAdobe = true;
			transforms = jpeg[at + 15] != 0;
		}
		if (marker == 0xC0) {
			if (jpeg[at + 9] != 3)
				return false;
			return isAdobe ? !transforms : jpeg[at + 10] == 'R' && jpeg[at + 13] == 'G' && jpeg[at + 16] == 'B';
		}
		at += 2 + ((uint32_t)jpeg[at + 2] << 8 | jpeg[at + 3]);
	}
	return false;
}

static esp_err_t convert(Conversion conversion)
{
	esp_jpeg_image_cfg_t config = {
		.indata = conversion->jpeg,
		.indata_size = conversion->jpegLength,
		.out_format = JPEG_IMAGE_FORMAT_RGB888,
		.out_scale = JPEG_IMAGE_SCALE_0,
		.flags.swap_color_bytes = 1,
	};
	esp_jpeg_image_output_t image = { 0 };
	uint32_t row, stride;
	esp_err_t error = esp_jpeg_get_image_info(&config, &image);
	if (error != ESP_OK)
		return error;
	if (isRgb(conversion->jpeg, conversion->jpegLength))
		return ESP_FAIL;
	conversion->width = image.width;
	conversion->height = image.height;
	row = 3 * (uint32_t)image.width;
	stride = (row + 3) & ~(uint32_t)3;
	/* That would exceed the address space. */
	if ((uint64_t)stride * image.height > INT32_MAX - kHeader)
		return ESP_ERR_NO_MEM;
	conversion->length = kHeader + stride * image.height;
	conversion->bitmap = heap_caps_malloc(conversion->length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!conversion->bitmap)
		return ESP_ERR_NO_MEM;
	config.outbuf = conversion->bitmap + kHeader;
	config.outbuf_size = row * image.height;
	error = esp_jpeg_decode(&config, &image);
	if (error != ESP_OK)
		return error;
	padRows(config.outbuf, row, stride, image.height);
	writeHeader(conversion->bitmap, image.width, image.height, stride * image.height);
	return ESP_OK;
}

/*
	Reports whether the decoder knows the sampling factors of the components in a frame header: one sample of each color
	for 1, 2 or 4 of brightness (jd_prepare() in esp_jpeg's tjpgd.c).
*/
static bool knowsSampling(const uint8_t* frame, uint32_t components)
{
	uint8_t luma = frame[11];
	if (luma != 0x11 && luma != 0x21 && luma != 0x22)
		return false;
	while (--components) {
		if (frame[11 + 3 * components] != 0x11)
			return false;
	}
	return true;
}

/* Returns why a JPEG cannot be decoded, by its frame header and scan header (ITU-T T.81, B.2.2 and B.2.3). */
static const char* reasonOf(const uint8_t* jpeg, uint32_t length)
{
	static const char kCut[] = "it is not a complete JPEG";
	uint32_t at = 2, components = 0;
	if (length < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8)
		return "it is not a JPEG";
	if (isRgb(jpeg, length))
		return "its colors are red, green and blue, and the decoder knows YCbCr only";
	while (at + 4 <= length && jpeg[at] == 0xFF) {
		uint8_t marker = jpeg[at + 1];
		uint32_t size = (uint32_t)jpeg[at + 2] << 8 | jpeg[at + 3];
		bool isFrame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
		if (marker == 0xFF) { /* a fill byte */
			at++;
			continue;
		}
		if (isFrame && at + 10 <= length) {
			if (marker == 0xC2)
				return "it is a progressive JPEG, and the decoder knows baseline JPEG only";
			if (marker != 0xC0)
				return "it is not a baseline JPEG";
			if (jpeg[at + 4] != 8)
				return "its samples do not have 8 bits";
			components = jpeg[at + 9];
			if (components != 1 && components != 3)
				return "it has neither one nor three color components";
			if (at + 10 + 3 * components <= length && !knowsSampling(jpeg + at, components))
				return "the decoder does not know its sampling: it knows 4:4:4, 4:2:2 and 4:2:0";
		}
		if (marker == 0xDA && at + 5 <= length) { /* of the pixels; a complete one is followed by EOI */
			if (components && jpeg[at + 4] != components)
				return "its color components come one after the other, and the decoder knows a single scan";
			while (length > at && jpeg[length - 1] != 0xD9)
				length--;
			return length > at + 2 && jpeg[length - 2] == 0xFF ? "it is damaged" : kCut;
		}
		at += 2 + size;
	}
	return kCut;
}

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength);

static void convertTask(void* parameter)
{
	Conversion conversion = parameter;
	int posted;
	conversion->error = convert(conversion);
	if (conversion->error != ESP_OK)
		conversion->reason = reasonOf(conversion->jpeg, conversion->jpegLength);
	heap_caps_free(conversion->jpeg);
	conversion->jpeg = NULL;
	if (conversion->error != ESP_OK) {
		heap_caps_free(conversion->bitmap);
		conversion->bitmap = NULL;
	}
	do
		posted = modMessagePostToMachine(conversion->the, NULL, 0, deliver, conversion);
	while (posted == kQueueFull);
	if (posted)
		dispose(conversion); /* the machine is shutting down */
	vTaskDelete(NULL);
}

/* The end of a conversion, in the machine */

typedef char Text[128];

static void describe(Text text, Conversion conversion)
{
	if (conversion->error == ESP_ERR_NO_MEM)
		snprintf(text, sizeof(Text), "no memory for a bitmap of %u by %u pixels, three bytes each",
			(unsigned)conversion->width, (unsigned)conversion->height);
	else
		snprintf(text, sizeof(Text), "the frame cannot be decoded: %s", conversion->reason);
}

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Conversion conversion = refcon;
	(void)message;
	(void)messageLength;

	/* If the machine is gone, so are its objects. */
	if (machine) {
		xsBeginHost(conversion->the);
		xsmcVars(2);
		xsVar(0) = conversion->onDone;
		if (conversion->bitmap) {
			xsmcSetHostBuffer(conversion->object, conversion->bitmap, conversion->length);
			xsmcPetrifyHostBuffer(conversion->object);
			conversion->bitmap = NULL;
		}
		else {
			Text text;
			describe(text, conversion);
			xsmcSetString(xsVar(1), text);
		}
		xsForget(conversion->object);
		xsForget(conversion->onDone);
		xsCallFunction1(xsVar(0), xsGlobal, xsVar(1));
		xsEndHost(conversion->the);
	}
	dispose(conversion);
}

/* The bitmap: a host buffer over its own memory */

void xs_bitmap_destructor(void* data)
{
	if (data)
		heap_caps_free(data);
}

void xs_bitmap_constructor(xsMachine* the)
{
	Conversion conversion;
	void* jpeg;
	xsUnsignedValue length;

	xsmcGetBufferReadable(xsArg(0), &jpeg, &length);
	conversion = c_calloc(1, sizeof(ConversionRecord));
	if (conversion)
		conversion->jpeg = heap_caps_malloc(length + kPastEnd, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!conversion || !conversion->jpeg) {
		c_free(conversion);
		xsUnknownError("no memory for a copy of the frame");
	}
	c_memcpy(conversion->jpeg, jpeg, length);
	c_memset(conversion->jpeg + length, 0, kPastEnd);
	conversion->jpegLength = length;
	conversion->the = the;
	conversion->object = xsThis;
	conversion->onDone = xsArg(1);
	if (xTaskCreate(convertTask, "bitmap", kTaskStack, conversion, tskIDLE_PRIORITY, NULL) != pdPASS) {
		dispose(conversion);
		xsUnknownError("no memory for a task");
	}
	/* The task cannot be done yet, because that takes a message to this thread. */
	xsRemember(conversion->object);
	xsRemember(conversion->onDone);
}

/* Without an address, every view of the buffer has length 0. */
void xs_bitmap_close(xsMachine* the)
{
	void* data = xsmcGetHostData(xsThis);
	if (data) {
		xsmcSetHostBuffer(xsThis, NULL, 0);
		heap_caps_free(data);
	}
}

void xs_bitmap_get_byteLength(xsMachine* the)
{
	xsmcSetInteger(xsResult, xsmcGetHostData(xsThis) ? xsmcGetHostBufferLength(xsThis) : 0);
}
