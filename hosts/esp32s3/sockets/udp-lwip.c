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
	kMostSent = 65535 - 28,    /* a packet's largest content: IPv4's limit, less the headers */
	kGroups = 4,               /* multicast groups of a socket */
	kHops = 255,               /* what mDNS wants (RFC 6762, 11); others do not mind */
};

struct UdpPcb {
	struct udp_pcb* udp;
	void* owner;
	PcbNotify notify;
	/* The packets that wait. Both threads use them, under `lock`. */
	sys_mutex_t lock;
	Datagram *first, **last;
	size_t count, bytes;
	/* The groups that it is a member of, and zeros; lwIP's thread only. */
	ip4_addr_t groups[kGroups];
};

typedef struct {
	LwipCall call; /* first: the functions cast back */
	UdpPcb* pcb;
	const void* data;
	size_t length;
	ip_addr_t address;
	uint16_t port;
	const char* problem;
	bool anywhere; /* no address is given */
	UdpNext next;
	void* packets;
	bool failed;
} UdpCall;

/* Returns NULL if all is well. */
static const char* problemOf(err_t error)
{
	switch (error) {
	case ERR_OK: return NULL;
	case ERR_USE: return "the port is in use";
	case ERR_MEM: return "no memory";
	case ERR_RTE: return "no route to the address";
	case ERR_VAL: return "invalid address";
	default: return "lwIP refuses it";
	}
}

/* Returns whether all is well. */
static bool describe(PcbText text, const char* what, const char* problem)
{
	if (problem)
		snprintf(text, sizeof(PcbText), "%s: %s", what, problem);
	return !problem;
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
	const ip_addr_t* address = given->anywhere ? IP_ADDR_ANY : &given->address;
	given->problem = problemOf(udp ? udp_bind(udp, address, given->port) : ERR_MEM);
	if (!udp)
		return ERR_OK;
	if (given->problem) {
		udp_remove(udp);
		return ERR_OK;
	}
	udp->ttl = kHops;
	udp_set_multicast_ttl(udp, kHops);
	given->pcb->udp = udp;
	udp_recv(udp, received, given->pcb);
	return ERR_OK;
}

UdpPcb* udpOpen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	UdpPcb* pcb;
	UdpCall call = { .port = port, .anywhere = !address };
	if (address && !parseAddress(address, &call.address)) {
		describe(error, "no socket", problemOf(ERR_VAL));
		return NULL;
	}
	pcb = call.pcb = calloc(1, sizeof *pcb);
	if (!pcb || !openLwip() || sys_mutex_new(&pcb->lock) != ERR_OK) {
		free(pcb);
		describe(error, "no socket", problemOf(ERR_MEM));
		return NULL;
	}
	pcb->owner = owner;
	pcb->notify = notify;
	pcb->last = &pcb->first;
	callLwip(openIt, &call.call);
	if (describe(error, "no socket", call.problem))
		return pcb;
	sys_mutex_free(&pcb->lock);
	free(pcb);
	return NULL;
}

uint16_t udpPort(const UdpPcb* pcb)
{
	/* It does not change once the socket is bound. */
	return pcb->udp->local_port;
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
	err_t error = ERR_MEM;
	if (p) {
		if (given->length)
			pbuf_take(p, given->data, (u16_t)given->length);
		error = udp_sendto(given->pcb->udp, p, &given->address, given->port);
		pbuf_free(p);
	}
	given->problem = problemOf(error);
	return ERR_OK;
}

bool udpSend(UdpPcb* pcb, const void* data, size_t length, const char* address, uint16_t port, PcbText error)
{
	UdpCall call = { .pcb = pcb, .data = data, .length = length, .port = port };
	if (!parseAddress(address, &call.address))
		call.problem = problemOf(ERR_VAL);
	else if (length > kMostSent)
		call.problem = "it is too long";
	else
		callLwip(sendIt, &call.call);
	return describe(error, "the packet was not sent", call.problem);
}

/* Sends a packet of two pieces. The second is not copied: the driver takes it before the call returns, or lwIP copies it. */
static err_t sendPieces(const UdpCall* given, const PcbPiece pieces[2])
{
	struct pbuf* p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)pieces[0].length, PBUF_RAM);
	struct pbuf* rest = pieces[1].length ? pbuf_alloc(PBUF_RAW, (u16_t)pieces[1].length, PBUF_REF) : NULL;
	err_t error = ERR_MEM;
	if (p && (rest || !pieces[1].length)) {
		pbuf_take(p, pieces[0].data, (u16_t)pieces[0].length);
		if (rest) {
			rest->payload = (void*)pieces[1].data;
			pbuf_cat(p, rest);
			rest = NULL;
		}
		error = udp_sendto(given->pcb->udp, p, &given->address, given->port);
	}
	if (rest)
		pbuf_free(rest);
	if (p)
		pbuf_free(p);
	return error;
}

static err_t sendAll(LwipCall* call)
{
	UdpCall* given = (UdpCall*)call;
	PcbPiece pieces[2];
	while (!given->failed && given->next(given->packets, pieces))
		given->failed = sendPieces(given, pieces) != ERR_OK;
	return ERR_OK;
}

bool udpSendAll(UdpPcb* pcb, const char* address, uint16_t port, UdpNext next, void* packets)
{
	UdpCall call = { .pcb = pcb, .port = port, .next = next, .packets = packets };
	if (!parseAddress(address, &call.address))
		return false;
	callLwip(sendAll, &call.call);
	return !call.failed;
}

/* Groups */

/* Returns the place of a group, or of none (zeros). NULL if the socket has no such place. */
static ip4_addr_t* placeOf(UdpPcb* pcb, const ip4_addr_t* group)
{
	for (size_t i = 0; i < kGroups; i++)
		if (ip4_addr_cmp(&pcb->groups[i], group))
			return &pcb->groups[i];
	return NULL;
}

/* lwIP counts the members of a group. */
static err_t joinEverywhere(const ip4_addr_t* group)
{
	err_t result = ERR_RTE;
	struct netif* netif;
	NETIF_FOREACH(netif)
	{
		err_t error;
		if (!netif_is_up(netif) || !(netif->flags & NETIF_FLAG_IGMP))
			continue;
		error = igmp_joingroup_netif(netif, group);
		if (error == ERR_OK || result != ERR_OK)
			result = error;
	}
	return result;
}

static void leaveEverywhere(ip4_addr_t* group)
{
	struct netif* netif;
	NETIF_FOREACH(netif)
	{
		if (netif->flags & NETIF_FLAG_IGMP)
			igmp_leavegroup_netif(netif, group);
	}
	ip4_addr_set_zero(group);
}

static err_t joinIt(LwipCall* call)
{
	static const ip4_addr_t none;
	UdpCall* given = (UdpCall*)call;
	const ip4_addr_t* group = ip_2_ip4(&given->address);
	ip4_addr_t* place;
	if (placeOf(given->pcb, group))
		return ERR_OK;
	place = placeOf(given->pcb, &none);
	given->problem = place ? problemOf(joinEverywhere(group)) : "the socket has too many";
	if (!given->problem)
		*place = *group;
	return ERR_OK;
}

static err_t leaveIt(LwipCall* call)
{
	UdpCall* given = (UdpCall*)call;
	ip4_addr_t* place = placeOf(given->pcb, ip_2_ip4(&given->address));
	if (place)
		leaveEverywhere(place);
	else
		given->problem = "the socket is not a member";
	return ERR_OK;
}

static const char* callGroup(UdpPcb* pcb, const char* group, tcpip_api_call_fn run)
{
	UdpCall call = { .pcb = pcb };
	if (!parseAddress(group, &call.address) || !IP_IS_V4(&call.address) || !ip_addr_ismulticast(&call.address))
		return problemOf(ERR_VAL);
	callLwip(run, &call.call);
	return call.problem;
}

bool udpJoin(UdpPcb* pcb, const char* group, PcbText error)
{
	return describe(error, "the group was not joined", callGroup(pcb, group, joinIt));
}

bool udpLeave(UdpPcb* pcb, const char* group, PcbText error)
{
	return describe(error, "the group was not left", callGroup(pcb, group, leaveIt));
}

static err_t closeIt(LwipCall* call)
{
	UdpPcb* pcb = ((UdpCall*)call)->pcb;
	for (size_t i = 0; i < kGroups; i++)
		if (!ip4_addr_isany(&pcb->groups[i]))
			leaveEverywhere(&pcb->groups[i]);
	udp_remove(pcb->udp);
	return ERR_OK;
}

void udpClose(UdpPcb* pcb)
{
	UdpCall call = { .pcb = pcb };
	Datagram* datagram;
	callLwip(closeIt, &call.call);
	while ((datagram = udpTake(pcb)))
		heap_caps_free(datagram);
	sys_mutex_free(&pcb->lock);
	free(pcb);
}
