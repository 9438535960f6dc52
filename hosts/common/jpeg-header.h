/*
	The header of a JPEG (ITU-T T.81, annex B) as far as a decoder of baseline JPEG has to
	know it. Everything that such a decoder would decode wrongly is found before it begins.
*/
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint32_t length; /* bytes of the JPEG */
	uint16_t width, height;
	char reason[160]; /* why the decoder cannot decode it, as part of a sentence */
} JpegHeader;

/*
	Reads the header up to the first scan, and rewrites it so that esp_jpeg (tjpgd.c) takes
	it: what T.81 allows, changes no sample, and that decoder does not expect.
	- Extended sequential JPEG (SOF1) of 8 bits with the tables of baseline JPEG is decoded in
	  the same way as baseline JPEG, and becomes SOF0.
	- The sampling factors of a single component mean nothing (A.2.2), and become 1x1.
	- Fill bytes (B.1.1.2) and segments without content go.

	Returns false if the decoder cannot decode the JPEG; then there is a reason.
*/
bool jpegPrepare(JpegHeader* header, uint8_t* jpeg, uint32_t length);

/*
	Returns what makes a frame with this marker something else than sequential JPEG with
	Huffman codes, such as "it is progressive" (T.81, table B.1; T.87 for JPEG-LS), or NULL.
*/
const char* jpegProcess(uint8_t marker);
