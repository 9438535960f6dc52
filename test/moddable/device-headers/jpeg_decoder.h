/* Of Espressif's component esp_jpeg, which esp32-camera's img_converters.h includes and the binding does not use. */
#pragma once
typedef int esp_jpeg_image_scale_t;
