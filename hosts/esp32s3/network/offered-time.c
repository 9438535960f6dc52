#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_sntp.h"
#include "lwip/ip_addr.h"

/*
	esp-idf keeps the servers of DHCP's option 42 with those of its own SNTP client, which
	is not started: it sets the clock to whatever one server sends.
*/

/* Has the DHCP client ask for servers of the time. Call it before there is a network. */
void xs_offered_time_ask(xsMachine* the)
{
	esp_sntp_servermode_dhcp(true);
}

/* Returns the address of a server that DHCP has offered; undefined if there is none at this index. */
void xs_offered_time_server(xsMachine* the)
{
	int index = xsmcToInteger(xsArg(0));
	const ip_addr_t* server;
	char text[IPADDR_STRLEN_MAX];
	if (index < 0 || index >= CONFIG_LWIP_SNTP_MAX_SERVERS)
		return;
	server = esp_sntp_getserver((u8_t)index);
	if (server && IP_IS_V4(server) && !ip_addr_isany(server) && ipaddr_ntoa_r(server, text, sizeof text))
		xsmcSetString(xsResult, text);
}
