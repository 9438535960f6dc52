/*
	TCP control blocks of lwIP's raw API: hosts/common/sockets/pcb.h on the board. lwIP's
	callbacks notify the owner, which posts a message to the machine.

	lwIP frees a block by itself: after a reset it says so by the error callback, and from
	then on `tcp` is NULL. Of a block in TIME_WAIT it says nothing; such a block is left to
	lwIP as soon as both sides have ended.

	threads-lwip.c has the calls and the messages, input-lwip.c what is received, and
	output-lwip.c what is sent.
*/
#include "pcb-lwip.h"

#include "esp_heap_caps.h"
#include "lwip/ip_addr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	kKeepIdle = 60 * 1000,     /* milliseconds without a segment until the peer is asked whether it is still there … */
	kKeepInterval = 10 * 1000, /* … again … */
	kKeepCount = 3,            /* … and so many times */
	kPollInterval = 1,         /* lwIP's slow ticks, of half a second */
};

/* Connections; atomic. Those that are closed and wait for their peer are lwIP's. */
static size_t gCount;

void pcbTell(Pcb* pcb, int what)
{
	if (pcb->notify)
		pcb->notify(pcb->owner, what);
}

/* lwIP has freed the block: after a reset, or (ERR_CLSD) because both sides have ended. */
void pcbFailed(void* arg, err_t error)
{
	Pcb* pcb = arg;
	bool told = pcb->ended;
	pcb->tcp = NULL;
	if (pcb->listener) {
		forgetPending(pcb->listener, pcb);
		abortLwip(pcb);
		return;
	}
	/* Before the room is taken, for which a write then knows the reason. Unless bytes before the end were refused, the
	   script knows of the end. */
	if (error != ERR_CLSD || !told)
		__atomic_store_n(&pcb->reset, true, __ATOMIC_RELEASE);
	__atomic_store_n(&pcb->ended, true, __ATOMIC_RELEASE);
	__atomic_store_n(&pcb->room, 0, __ATOMIC_RELEASE);
	if (!pcb->reset)
		return;
	/* What the peer sent before is of no use either: it would get no answer. */
	pcbFreeInput(pcb);
	pcbTell(pcb, kPcbError);
}

void pcbReportTo(struct tcp_pcb* tcp, Pcb* pcb)
{
	tcp_arg(tcp, pcb);
	tcp_recv(tcp, pcb ? pcbReceived : NULL);
	tcp_sent(tcp, pcb ? pcbSent : NULL);
	tcp_err(tcp, pcb ? pcbFailed : NULL);
	tcp_poll(tcp, pcb ? pcbPolled : NULL, kPollInterval);
}

size_t pcbLeft(void)
{
	size_t count = __atomic_load_n(&gCount, __ATOMIC_RELAXED);
	return count < MEMP_NUM_TCP_PCB ? MEMP_NUM_TCP_PCB - count : 0;
}

Pcb* adoptLwip(struct tcp_pcb* tcp)
{
	Pcb* pcb = calloc(1, sizeof *pcb);
	if (!pcb)
		return NULL;
	__atomic_add_fetch(&gCount, 1, __ATOMIC_RELAXED);
	pcb->tcp = tcp;
	ipaddr_ntoa_r(&tcp->remote_ip, pcb->remote, sizeof pcb->remote);
	pcb->remotePort = tcp->remote_port;
	/* The connection's flushes make the segments; Nagle's delay would only add to them. */
	tcp_nagle_disable(tcp);
	ip_set_option(tcp, SOF_KEEPALIVE);
	tcp->keep_idle = kKeepIdle;
	tcp->keep_intvl = kKeepInterval;
	tcp->keep_cnt = kKeepCount;
	pcbReportTo(tcp, pcb);
	pcbUpdateRoom(pcb);
	return pcb;
}

/* Frees the connection, whose block reports to it no more. */
static void destroy(Pcb* pcb)
{
	pcbFreeInput(pcb);
	heap_caps_free(pcb->output);
	free(pcb);
	__atomic_sub_fetch(&gCount, 1, __ATOMIC_RELAXED);
}

/*
	A closed connection, whose peer has acknowledged everything and does not close, gives
	way to a new one if no block is left: lwIP then aborts the block of the lowest
	priority, of those the one whose last segment is the oldest (tcp_alloc, tcp_kill_prio).
*/
static void yield(struct tcp_pcb* tcp)
{
	if (tcp->state == FIN_WAIT_2)
		tcp_setprio(tcp, TCP_PRIO_MIN);
}

static err_t acknowledgedAfterClose(void* arg, struct tcp_pcb* tcp, u16_t length)
{
	(void)arg;
	(void)length;
	yield(tcp);
	return ERR_OK;
}

/* lwIP does not report the acknowledgement of a FIN alone. */
static err_t polledAfterClose(void* arg, struct tcp_pcb* tcp)
{
	(void)arg;
	yield(tcp);
	return ERR_OK;
}

void closeLwip(Pcb* pcb)
{
	struct tcp_pcb* tcp = pcb->tcp;
	if (tcp) {
		pcbReportTo(tcp, NULL);
		tcp_sent(tcp, acknowledgedAfterClose);
		tcp_poll(tcp, polledAfterClose, kPollInterval);
		yield(tcp);
		/* Bytes that lwIP did not take cannot follow any more, so that the peer must not take it for an end. */
		if (pcb->outputLength || pcb->connecting)
			tcp_abort(tcp);
		/* It resets if input is unread. If it has no memory for a FIN, it sends that later. */
		else if (tcp_close(tcp) != ERR_OK)
			tcp_abort(tcp);
	}
	destroy(pcb);
}

void abortLwip(Pcb* pcb)
{
	struct tcp_pcb* tcp = pcb->tcp;
	if (tcp) {
		pcbReportTo(tcp, NULL);
		tcp_abort(tcp);
	}
	destroy(pcb);
}

static err_t closeIt(LwipCall* call)
{
	closeLwip(((PcbCall*)call)->pcb);
	return ERR_OK;
}

static err_t abortIt(LwipCall* call)
{
	abortLwip(((PcbCall*)call)->pcb);
	return ERR_OK;
}

void pcbClose(Pcb* pcb)
{
	PcbCall call = { .pcb = pcb };
	pcbOpenWindow(pcb);
	callLwip(closeIt, &call.call);
}

void pcbAbort(Pcb* pcb)
{
	PcbCall call = { .pcb = pcb };
	callLwip(abortIt, &call.call);
}

static err_t ownIt(LwipCall* call)
{
	PcbCall* given = (PcbCall*)call;
	given->pcb->owner = given->owner;
	given->pcb->notify = given->notify;
	return ERR_OK;
}

void pcbOwn(Pcb* pcb, void* owner, PcbNotify notify)
{
	PcbCall call = { .pcb = pcb, .owner = owner, .notify = notify };
	callLwip(ownIt, &call.call);
}

const char* pcbRemote(const Pcb* pcb, uint16_t* port)
{
	*port = pcb->remotePort;
	return pcb->remote;
}

/* Connecting */

bool parseAddress(const char* text, ip_addr_t* address)
{
	size_t dots = 0;
	if (!strchr(text, ':')) {
		/* lwIP's parser also knows the forms of inet_aton(), such as 127.1 and 0x7f.1. */
		if (strspn(text, "0123456789.") != strlen(text))
			return false;
		for (const char* at = text; *at; at++)
			dots += *at == '.';
		if (dots != 3)
			return false;
	}
	return ipaddr_aton(text, address);
}

typedef struct {
	LwipCall call; /* first: connectIt() casts back */
	ip_addr_t address;
	uint16_t port;
	void* owner;
	PcbNotify notify;
	Pcb* pcb;
	const char* error;
} ConnectCall;

static err_t connected(void* arg, struct tcp_pcb* tcp, err_t error)
{
	Pcb* pcb = arg;
	(void)tcp;
	(void)error;
	pcb->connecting = false;
	pcbUpdateRoom(pcb);
	if (pcb->shut)
		pcbShutOutput(pcb);
	pcbTell(pcb, kPcbConnected | (pcb->room ? kPcbWritable : 0));
	return ERR_OK;
}

static err_t connectIt(LwipCall* call)
{
	ConnectCall* given = (ConnectCall*)call;
	struct tcp_pcb* tcp = tcp_new_ip_type(IP_GET_TYPE(&given->address));
	err_t error;
	given->error = "no socket";
	if (!tcp)
		return ERR_OK;
	given->pcb = adoptLwip(tcp);
	if (!given->pcb) {
		tcp_abort(tcp);
		return ERR_OK;
	}
	given->pcb->owner = given->owner;
	given->pcb->notify = given->notify;
	given->pcb->connecting = true;
	pcbUpdateRoom(given->pcb);
	error = tcp_connect(tcp, &given->address, given->port, connected);
	if (error != ERR_OK) {
		given->error = error == ERR_RTE ? "no route to the address" : error == ERR_MEM ? "no memory" : "connect error";
		abortLwip(given->pcb);
		given->pcb = NULL;
		return ERR_OK;
	}
	ipaddr_ntoa_r(&given->address, given->pcb->remote, sizeof given->pcb->remote);
	given->pcb->remotePort = given->port;
	return ERR_OK;
}

Pcb* pcbConnect(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	ConnectCall call = { .port = port, .owner = owner, .notify = notify };
	if (!parseAddress(address, &call.address)) {
		snprintf(error, sizeof(PcbText), "invalid address");
		return NULL;
	}
	if (!openLwip()) {
		snprintf(error, sizeof(PcbText), "no memory");
		return NULL;
	}
	callLwip(connectIt, &call.call);
	if (!call.pcb)
		snprintf(error, sizeof(PcbText), "%s", call.error);
	return call.pcb;
}
