/* Turns off Wi-Fi's sleep, which the SDK leaves at Espressif's default (wifi-power-save.c). */
function disable() @ "xs_wifi_power_save_disable";

export default disable;
