#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_wifi.h"

void xs_wifi_power_save_disable(xsMachine* the)
{
	esp_err_t error = esp_wifi_set_ps(WIFI_PS_NONE);
	if (error != ESP_OK)
		xsUnknownError("cannot disable Wi-Fi's power save (0x%x)", (unsigned)error);
}
