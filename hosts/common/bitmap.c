/*
	Converts a frame to a Windows bitmap: 24 bits per pixel, the top row first, with
	the layout of the converter in Espressif's camera driver (esp32-camera 2.1.5,
	conversions/to_bmp.c). One file for the board and for the simulator.

	That converter itself is not used. Since it decodes with esp_jpeg, it leaves the
	pixels in the order red, green, blue, but a bitmap has blue first. It pads no
	rows. All callers share its memory for decoding. And it does not distinguish a
	lack of memory from a JPEG that it cannot decode. So this file calls esp_jpeg
	itself, which decodes baseline JPEG of one or three components (jpeg-header.h). (The decoder
	in the ESP32-S3's ROM knows three only: see CONFIG_JD_USE_ROM.)

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
#include "jpeg-header.h"
#include "jpeg_decoder.h"

#include <stdbool.h>
#include <stdio.h>

/* For the decoder itself, and a line of Espressif's log. */
#define kTaskStack (4 * 1024)

/* Result of modMessagePostToMachine() if a queue stays full, which happens in debug builds. */
#define kQueueFull -2

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
	esp_err_t error;
	JpegHeader header; /* with the reason, if it failed */
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

/* Returns why the decoder failed although the header is fine: what is complete ends with EOI. */
static const char* reasonOf(const uint8_t* jpeg, uint32_t length)
{
	while (length > 2 && jpeg[length - 1] != 0xD9)
		length--;
	return length > 2 && jpeg[length - 2] == 0xFF ? "it is damaged" : "it is not a complete JPEG";
}

static esp_err_t convert(Conversion conversion)
{
	JpegHeader* header = &conversion->header;
	esp_jpeg_image_cfg_t config = {
		.indata = conversion->jpeg,
		.out_format = JPEG_IMAGE_FORMAT_RGB888,
		.out_scale = JPEG_IMAGE_SCALE_0,
		.flags.swap_color_bytes = 1,
	};
	esp_jpeg_image_output_t image = { 0 };
	uint32_t row, stride;
	esp_err_t error;
	if (!jpegPrepare(header, conversion->jpeg, conversion->jpegLength))
		return ESP_FAIL;
	config.indata_size = header->length;
	row = 3 * (uint32_t)header->width;
	stride = (row + 3) & ~(uint32_t)3;
	/* That would exceed the address space. */
	if ((uint64_t)stride * header->height > INT32_MAX - kHeader)
		return ESP_ERR_NO_MEM;
	conversion->length = kHeader + stride * header->height;
	conversion->bitmap = heap_caps_malloc(conversion->length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!conversion->bitmap)
		return ESP_ERR_NO_MEM;
	config.outbuf = conversion->bitmap + kHeader;
	config.outbuf_size = row * header->height;
	error = esp_jpeg_decode(&config, &image);
	if (error != ESP_OK) {
		snprintf(header->reason, sizeof header->reason, "%s", reasonOf(conversion->jpeg, header->length));
		return error;
	}
	padRows(config.outbuf, row, stride, header->height);
	writeHeader(conversion->bitmap, header->width, header->height, stride * header->height);
	return ESP_OK;
}

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength);

static void convertTask(void* parameter)
{
	Conversion conversion = parameter;
	int posted;
	conversion->error = convert(conversion);
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

typedef char Text[256];

static void describe(Text text, Conversion conversion)
{
	if (conversion->error == ESP_ERR_NO_MEM)
		snprintf(text, sizeof(Text), "no memory for a bitmap of %u by %u pixels, three bytes each",
			(unsigned)conversion->header.width, (unsigned)conversion->header.height);
	else
		snprintf(text, sizeof(Text), "the frame cannot be decoded: %s", conversion->header.reason);
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
		conversion->jpeg = heap_caps_malloc(length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!conversion || !conversion->jpeg) {
		c_free(conversion);
		xsUnknownError("no memory for a copy of the frame");
	}
	c_memcpy(conversion->jpeg, jpeg, length);
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
