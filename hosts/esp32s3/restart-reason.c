#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_system.h"

static const char* reason(void)
{
	switch (esp_reset_reason()) {
	case ESP_RST_POWERON: return "power on";
	case ESP_RST_EXT: return "reset pin";
	/* XS does this, too, when its heap runs out or an exception is not caught. */
	case ESP_RST_SW: return "restarted by the firmware";
	case ESP_RST_PANIC: return "crash";
	case ESP_RST_INT_WDT:
	case ESP_RST_TASK_WDT:
	case ESP_RST_WDT: return "watchdog";
	case ESP_RST_DEEPSLEEP: return "deep sleep";
	case ESP_RST_BROWNOUT: return "the supply's voltage was too low";
	case ESP_RST_USB:
	case ESP_RST_JTAG: return "reset by a computer";
	case ESP_RST_PWR_GLITCH: return "the supply had a glitch";
	case ESP_RST_CPU_LOCKUP: return "crash within a crash";
	default: return "unknown";
	}
}

void xs_restart_reason(xsMachine* the)
{
	xsmcSetString(xsResult, (char*)reason());
}
