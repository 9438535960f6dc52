/* Wi-Fi's sleep, which the SDK leaves as Espressif's default has it (wifi-power-save.c). */
function disable() @ "xs_wifi_power_save_disable";

export default disable;
