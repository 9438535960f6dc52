#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_netif.h"
#include "esp_wifi.h"

#include <stdio.h>
#include <string.h>

enum { kMostClients = 4, kMinKey = 8 };

/* esp-idf's default network of an access point; it is created once. */
static esp_netif_t* gPoint;
/* DHCP's server keeps the pointer. */
static char gPortal[32];

static void check(xsMachine* the, const char* what, esp_err_t error)
{
	if (error != ESP_OK)
		xsUnknownError("%s: 0x%x", what, (unsigned)error);
}

/*
	Offers the device as DNS server, and the address of its page (RFC 8910). Android and iOS take the latter only by HTTPS, which
	the device does not have; others open it at once.
*/
static void offer(xsMachine* the, const esp_ip4_addr_t* own)
{
	uint8_t offersDns = 2; /* OFFER_DNS of esp-idf's dhcpserver.h */
	esp_err_t error;
	esp_netif_dns_info_t dns = { .ip.type = ESP_IPADDR_TYPE_V4, .ip.u_addr.ip4 = *own };
	snprintf(gPortal, sizeof gPortal, "http://" IPSTR "/", IP2STR(own));
	esp_netif_dhcps_stop(gPoint); /* fails if it has not begun */
	check(the, "DNS server",
		esp_netif_dhcps_option(gPoint, ESP_NETIF_OP_SET, ESP_NETIF_DOMAIN_NAME_SERVER, &offersDns, sizeof offersDns));
	check(the, "DNS server's address", esp_netif_set_dns_info(gPoint, ESP_NETIF_DNS_MAIN, &dns));
	check(the, "page's address",
		esp_netif_dhcps_option(gPoint, ESP_NETIF_OP_SET, ESP_NETIF_CAPTIVEPORTAL_URI, gPortal, strlen(gPortal)));
	/* esp-idf's own task starts it, too, once the access point is there. */
	error = esp_netif_dhcps_start(gPoint);
	if (error != ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED)
		check(the, "DHCP server", error);
}

/* Opens the access point beside the station, which must exist. Returns its address. */
void xs_access_point_open(xsMachine* the)
{
	wifi_config_t config = { 0 };
	esp_netif_ip_info_t info;
	char text[16];
	const char* name = xsmcToString(xsArg(0));
	size_t length = strlen(name);
	if (!length || length > sizeof config.ap.ssid)
		xsRangeError("the access point's name is 1 to 32 bytes long");
	memcpy(config.ap.ssid, name, length);
	config.ap.ssid_len = (uint8_t)length;
	config.ap.channel = 1; /* once the station has joined a network, its channel */
	config.ap.max_connection = kMostClients;
	config.ap.authmode = WIFI_AUTH_OPEN;
	if (xsmcTest(xsArg(1))) {
		const char* key = xsmcToString(xsArg(1));
		length = strlen(key);
		if (length < kMinKey || length >= sizeof config.ap.password)
			xsRangeError("the access point's key is 8 to 63 bytes long");
		memcpy(config.ap.password, key, length);
		config.ap.authmode = WIFI_AUTH_WPA2_PSK;
	}
	if (!gPoint)
		gPoint = esp_netif_create_default_wifi_ap();
	if (!gPoint)
		xsUnknownError("no memory");
	check(the, "mode", esp_wifi_set_mode(WIFI_MODE_APSTA));
	check(the, "access point", esp_wifi_set_config(WIFI_IF_AP, &config));
	check(the, "address", esp_netif_get_ip_info(gPoint, &info));
	offer(the, &info.ip);
	snprintf(text, sizeof text, IPSTR, IP2STR(&info.ip));
	xsmcSetString(xsResult, text);
}

/* Ends it. The station goes on. */
void xs_access_point_close(xsMachine* the)
{
	check(the, "mode", esp_wifi_set_mode(WIFI_MODE_STA));
}
