/*
	libFuzzer's view of /bmp: a frame that is no proper JPEG, decoded and laid out as a
	bitmap by the board's own code. The decoder is the simulator's, libjpeg, and not the one in
	the ESP32-S3's ROM; what is around it is the same.
*/
#include "../../../hosts/common/bitmap.c"

#include "host.h"

#include <stdlib.h>
#include <string.h>

/* XS is linked for bitmap.c's sake, and does not run. */
uint8_t gScriptCounters[1 << 16];

/* Only the script of the other fuzzer calls it. */
void xs_fuzz_trial(xsMachine* the)
{
	(void)the;
}

static uint32_t get32(const uint8_t* p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

/* What a viewer of bitmaps goes by has to fit what is there. */
static void check(const Conversion conversion)
{
	const uint8_t* p = conversion->bitmap;
	uint32_t stride = (3 * conversion->header.width + 3) & ~3u;
	if (conversion->length != kHeader + stride * conversion->header.height || get32(p + 2) != conversion->length ||
		get32(p + 10) != kHeader || get32(p + 18) != conversion->header.width ||
		get32(p + 22) != (uint32_t)-conversion->header.height)
		hostFail("a bitmap of %u by %u pixels in %u bytes says otherwise", conversion->header.width,
			conversion->header.height, conversion->length);
	for (uint32_t y = 0; y < conversion->header.height; y++) {
		for (uint32_t x = 3 * conversion->header.width; x < stride; x++) {
			if (p[kHeader + y * stride + x])
				hostFail("a row does not end in zeros");
		}
	}
}

int LLVMFuzzerInitialize(int* argc, char*** argv)
{
	(void)argc, (void)argv;
	gOptions.psram = 4 * 1024 * 1024;
	gOptions.decodeTime = 0;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
	Conversion conversion = calloc(1, sizeof *conversion);
	conversion->jpeg = heap_caps_malloc(size ? size : 1, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!conversion || !conversion->jpeg)
		hostFail("no memory for a frame of %zu bytes", size);
	memcpy(conversion->jpeg, data, size);
	conversion->jpegLength = (uint32_t)size;
	conversion->error = convert(conversion);
	if (conversion->error == ESP_OK)
		check(conversion);
	dispose(conversion);
	return 0;
}
