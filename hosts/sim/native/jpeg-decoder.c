/*
	Espressif's JPEG decoder (component esp_jpeg, which uses the ESP32-S3's TJpgDec in
	ROM), written for the Independent JPEG Group's library, whose sources are in the
	npm package muhammara. It decodes the JPEGs that TJpgDec decodes, refuses the
	others, and takes the time that --decode-time sets.

	Moddable's desktop simulator already contains a different libjpeg, GTK's.
	NEED_SHORT_EXTERNAL_NAMES in its manifest keeps the two apart.
*/
#include "jpeg_decoder.h"
#include "host.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

typedef struct {
	struct jpeg_error_mgr manager; /* first: the library passes a pointer to it */
	jmp_buf failed;
} Errors;

static void fail(j_common_ptr info)
{
	longjmp(((Errors*)info->err)->failed, 1);
}

/* TJpgDec fails if libjpeg warns. */
static void emit(j_common_ptr info, int level)
{
	if (level < 0)
		fail(info);
}

static void open(struct jpeg_decompress_struct* decoder, Errors* errors, const esp_jpeg_image_cfg_t* config)
{
	decoder->err = jpeg_std_error(&errors->manager);
	errors->manager.error_exit = fail;
	errors->manager.emit_message = emit;
	jpeg_create_decompress(decoder);
	jpeg_mem_src(decoder, config->indata, config->indata_size);
}

/*
	jd_prepare() in esp_jpeg's own tjpgd.c: baseline, one component, or three with one sample of each color per 1, 2 or
	4 of brightness, all in one scan.
*/
static bool isSupported(const struct jpeg_decompress_struct* decoder)
{
	const jpeg_component_info* component = decoder->comp_info;
	if (decoder->comps_in_scan != decoder->num_components)
		return false;
	/* It would take other factors for those of an MCU of several blocks. */
	if (decoder->is_baseline && decoder->num_components == 1)
		return component[0].h_samp_factor == 1 && component[0].v_samp_factor == 1;
	return decoder->is_baseline && decoder->num_components == 3 && component[0].h_samp_factor <= 2 &&
	       component[0].v_samp_factor <= component[0].h_samp_factor && component[1].h_samp_factor == 1 &&
	       component[1].v_samp_factor == 1 && component[2].h_samp_factor == 1 && component[2].v_samp_factor == 1;
}

static void describe(esp_jpeg_image_output_t* image, const struct jpeg_decompress_struct* decoder)
{
	image->width = (uint16_t)decoder->image_width;
	image->height = (uint16_t)decoder->image_height;
	image->output_len = (size_t)image->width * image->height * 3;
}

static void swapRow(uint8_t* row, size_t width)
{
	for (; width--; row += 3) {
		uint8_t red = row[0];
		row[0] = row[2];
		row[2] = red;
	}
}

static esp_err_t decode(
	struct jpeg_decompress_struct* decoder, const esp_jpeg_image_cfg_t* config, esp_jpeg_image_output_t* image)
{
	if (!isSupported(decoder))
		return ESP_FAIL;
	describe(image, decoder);
	if (image->output_len > config->outbuf_size)
		return ESP_ERR_NO_MEM;
	if (gOptions.decodeTime)
		usleep((useconds_t)((uint64_t)image->width * image->height * gOptions.decodeTime / 1000));
	/* TJpgDec reads no segment that says otherwise. */
	if (decoder->num_components == 3)
		decoder->jpeg_color_space = JCS_YCbCr;
	decoder->out_color_space = JCS_RGB;
	decoder->do_fancy_upsampling = FALSE;
	jpeg_start_decompress(decoder);
	while (decoder->output_scanline < decoder->output_height) {
		uint8_t* row = config->outbuf + (size_t)decoder->output_scanline * image->width * 3;
		jpeg_read_scanlines(decoder, &row, 1);
		if (config->flags.swap_color_bytes)
			swapRow(row, image->width);
	}
	jpeg_finish_decompress(decoder);
	return ESP_OK;
}

esp_err_t esp_jpeg_decode(esp_jpeg_image_cfg_t* config, esp_jpeg_image_output_t* image)
{
	struct jpeg_decompress_struct decoder = { 0 };
	Errors errors;
	esp_err_t result;
	if (setjmp(errors.failed)) {
		jpeg_destroy_decompress(&decoder);
		return ESP_FAIL;
	}
	open(&decoder, &errors, config);
	jpeg_read_header(&decoder, TRUE);
	result = decode(&decoder, config, image);
	jpeg_destroy_decompress(&decoder);
	return result;
}
