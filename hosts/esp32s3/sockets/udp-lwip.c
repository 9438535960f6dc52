/*
	UDP control blocks of lwIP's raw API: hosts/common/sockets/udp-pcb.h on the board.
	Packets are copied out of lwIP's buffers, which may be the few of the Wi-Fi driver, and
	few of them wait.
*/
#include "pcb-lwip.h"
#include "udp-pcb.h"

#include "esp_heap_caps.h"
#include "lwip/igmp.h"
#include "lwip/netif.h"
#include "lwip/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	kPending = 16,             /* packets that wait */
	kPendingBytes = 16 * 1024, /* their bytes */
};

struct UdpPcb {
	struct udp_pcb* udp;
	void* owner;
	PcbNotify notify;
	/* The packets that wait. Both threads use them, under `lock`. */
	sys_mutex_t lock;
	Datagram *first, **last;
	size_t count, bytes;
};

typedef struct {
	LwipCall call; /* first: the functions cast back */
	UdpPcb* pcb;
	const void* data;
	size_t length;
	ip_addr_t address;
	uint16_t port;
	bool join;
	err_t error;
} UdpCall;

static bool describe(PcbText text, const char* what, err_t error)
{
	if (error == ERR_OK)
		return true;
	snprintf(text, sizeof(PcbText), "%s: %s", what,
		error == ERR_USE   ? "the port is in use"
		: error == ERR_MEM ? "no memory"
		: error == ERR_RTE ? "no route to the address"
						   : "lwIP refuses it");
	return false;
}

static void received(void* arg, struct udp_pcb* udp, struct pbuf* p, const ip_addr_t* address, u16_t port)
{
	UdpPcb* pcb = arg;
	Datagram* datagram = NULL;
	(void)udp;
	sys_mutex_lock(&pcb->lock);
	if (pcb->count < kPending && pcb->bytes + p->tot_len <= kPendingBytes)
		datagram = heap_caps_malloc(sizeof *datagram + p->tot_len, MALLOC_CAP_SPIRAM);
	if (datagram) {
		datagram->next = NULL;
		ipaddr_ntoa_r(address, datagram->address, sizeof datagram->address);
		datagram->port = port;
		datagram->length = pbuf_copy_partial(p, datagram->data, p->tot_len, 0);
		*pcb->last = datagram;
		pcb->last = &datagram->next;
		pcb->count++;
		pcb->bytes += datagram->length;
	}
	sys_mutex_unlock(&pcb->lock);
	pbuf_free(p);
	if (datagram)
		pcb->notify(pcb->owner, 0);
}

static err_t openIt(LwipCall* call)
{
	UdpCall* given = (UdpCall*)call;
	struct udp_pcb* udp = udp_new();
	given->error = ERR_MEM;
	if (!udp)
		return ERR_OK;
	given->error = udp_bind(udp, IP_ADDR_ANY, given->port);
	if (given->error != ERR_OK) {
		udp_remove(udp);
		return ERR_OK;
	}
	given->pcb->udp = udp;
	udp_recv(udp, received, given->pcb);
	return ERR_OK;
}

UdpPcb* udpOpen(uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	UdpPcb* pcb = calloc(1, sizeof *pcb);
	UdpCall call = { .pcb = pcb, .port = port };
	if (!pcb || !openLwip() || sys_mutex_new(&pcb->lock) != ERR_OK) {
		free(pcb);
		describe(error, "no socket", ERR_MEM);
		return NULL;
	}
	pcb->owner = owner;
	pcb->notify = notify;
	pcb->last = &pcb->first;
	callLwip(openIt, &call.call);
	if (describe(error, "no socket", call.error))
		return pcb;
	sys_mutex_free(&pcb->lock);
	free(pcb);
	return NULL;
}

size_t udpPending(const UdpPcb* pcb)
{
	size_t count;
	sys_mutex_lock((sys_mutex_t*)&pcb->lock);
	count = pcb->count;
	sys_mutex_unlock((sys_mutex_t*)&pcb->lock);
	return count;
}

Datagram* udpTake(UdpPcb* pcb)
{
	Datagram* datagram;
	sys_mutex_lock(&pcb->lock);
	datagram = pcb->first;
	if (datagram) {
		pcb->first = datagram->next;
		if (!pcb->first)
			pcb->last = &pcb->first;
		pcb->count--;
		pcb->bytes -= datagram->length;
	}
	sys_mutex_unlock(&pcb->lock);
	return datagram;
}

static err_t sendIt(LwipCall* call)
{
	UdpCall* given = (UdpCall*)call;
	struct pbuf* p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)given->length, PBUF_RAM);
	given->error = ERR_MEM;
	if (p) {
		pbuf_take(p, given->data, (u16_t)given->length);
		given->error = udp_sendto(given->pcb->udp, p, &given->address, given->port);
		pbuf_free(p);
	}
	return ERR_OK;
}

bool udpSend(UdpPcb* pcb, const void* data, size_t length, const char* address, uint16_t port, PcbText error)
{
	UdpCall call = { .pcb = pcb, .data = data, .length = length, .port = port };
	if (!ipaddr_aton(address, &call.address) || length > UINT16_MAX)
		call.error = ERR_VAL;
	else
		callLwip(sendIt, &call.call);
	return describe(error, "the packet was not sent", call.error);
}

static err_t joinIt(LwipCall* call)
{
	UdpCall* given = (UdpCall*)call;
	struct netif* netif;
	given->error = ERR_RTE;
	NETIF_FOREACH(netif)
	{
		const ip4_addr_t* group = ip_2_ip4(&given->address);
		err_t error;
		if (!netif_is_up(netif) || !(netif->flags & NETIF_FLAG_IGMP))
			continue;
		error = given->join ? igmp_joingroup_netif(netif, group) : igmp_leavegroup_netif(netif, group);
		if (error == ERR_OK)
			given->error = ERR_OK;
	}
	return ERR_OK;
}

bool udpJoin(UdpPcb* pcb, const char* group, bool join, PcbText error)
{
	UdpCall call = { .pcb = pcb, .join = join };
	if (!ipaddr_aton(group, &call.address) || !IP_IS_V4(&call.address) || !ip_addr_ismulticast(&call.address))
		call.error = ERR_VAL;
	else
		callLwip(joinIt, &call.call);
	return describe(error, join ? "the group was not joined" : "the group was not left", call.error);
}

static err_t closeIt(LwipCall* call)
{
	udp_remove(((UdpCall*)call)->pcb->udp);
	return ERR_OK;
}

void udpClose(UdpPcb* pcb)
{
	UdpCall call = { .pcb = pcb };
	Datagram* datagram;
	callLwip(closeIt, &call.call);
	while ((datagram = udpTake(pcb)))
		free(datagram);
	sys_mutex_free(&pcb->lock);
	free(pcb);
}
