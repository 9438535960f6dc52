/* Listeners of lwIP's raw API: connections wait until the script accepts them. */
#include "pcb-lwip.h"

#include "lwip/ip_addr.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	kBacklog =
		8, /* connections that wait for the script; lwIP leaves the SYN of others unanswered, and they try again */
};

struct PcbListener {
	struct tcp_pcb* tcp;
	void* owner;
	PcbNotify notify;
	Pcb* first;   /* the oldest connection that waits */
	size_t count; /* atomic */
};

typedef struct {
	LwipCall call; /* first: the functions cast back */
	PcbListener* listener;
	Pcb* pcb;
	ip_addr_t address;
	uint16_t port;
	err_t error;
} ListenerCall;

static err_t accepted(void* arg, struct tcp_pcb* tcp, err_t error)
{
	PcbListener* listener = arg;
	Pcb *pcb, **last;
	if (error != ERR_OK || !tcp || !listener)
		return ERR_VAL; /* lwIP resets the connection */
	pcb = adoptLwip(tcp);
	if (!pcb)
		return ERR_MEM;
	/* It counts against the backlog until the script has it. */
	tcp_backlog_delayed(tcp);
	pcb->listener = listener;
	for (last = &listener->first; *last; last = &(*last)->next)
		;
	*last = pcb;
	__atomic_add_fetch(&listener->count, 1, __ATOMIC_RELEASE);
	listener->notify(listener->owner, 0);
	return ERR_OK;
}

void forgetPending(PcbListener* listener, Pcb* pcb)
{
	Pcb** address = &listener->first;
	while (*address != pcb)
		address = &(*address)->next;
	*address = pcb->next;
	pcb->next = NULL;
	pcb->listener = NULL;
	__atomic_sub_fetch(&listener->count, 1, __ATOMIC_RELEASE);
}

static err_t listenIt(LwipCall* call)
{
	ListenerCall* given = (ListenerCall*)call;
	struct tcp_pcb *tcp = tcp_new_ip_type(IP_GET_TYPE(&given->address)), *listening;
	given->error = ERR_MEM;
	if (!tcp)
		return ERR_OK;
	/* A restarted server may listen although connections of the last one are in TIME_WAIT. */
	ip_set_option(tcp, SOF_REUSEADDR);
	given->error = tcp_bind(tcp, &given->address, given->port);
	if (given->error == ERR_OK) {
		listening = tcp_listen_with_backlog_and_err(tcp, kBacklog, &given->error);
		if (listening) {
			given->listener->tcp = listening;
			tcp_arg(listening, given->listener);
			tcp_accept(listening, accepted);
			return ERR_OK;
		}
	}
	tcp_close(tcp);
	return ERR_OK;
}

PcbListener* pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	ListenerCall call = { .port = port };
	PcbListener* listener;
	if (!parseAddress(address, &call.address)) {
		snprintf(error, sizeof(PcbText), "%s is not an IP address", address);
		return NULL;
	}
	listener = openLwip() ? calloc(1, sizeof *listener) : NULL;
	if (!listener) {
		snprintf(error, sizeof(PcbText), "no memory");
		return NULL;
	}
	listener->owner = owner;
	listener->notify = notify;
	call.listener = listener;
	callLwip(listenIt, &call.call);
	if (call.error == ERR_OK)
		return listener;
	if (call.error == ERR_USE)
		snprintf(error, sizeof(PcbText), "port %u on %s is in use", port, address);
	else if (call.error == ERR_MEM)
		snprintf(error, sizeof(PcbText), "no socket");
	else
		snprintf(error, sizeof(PcbText), "cannot listen on %s:%u (lwIP's error %d)", address, port, call.error);
	free(listener);
	return NULL;
}

size_t pcbPending(const PcbListener* listener)
{
	return __atomic_load_n(&listener->count, __ATOMIC_ACQUIRE);
}

static err_t acceptIt(LwipCall* call)
{
	ListenerCall* given = (ListenerCall*)call;
	given->pcb = given->listener->first;
	if (given->pcb) {
		tcp_backlog_accepted(given->pcb->tcp);
		forgetPending(given->listener, given->pcb);
	}
	return ERR_OK;
}

Pcb* pcbAccept(PcbListener* listener)
{
	ListenerCall call = { .listener = listener };
	callLwip(acceptIt, &call.call);
	return call.pcb;
}

static err_t askPort(LwipCall* call)
{
	ListenerCall* given = (ListenerCall*)call;
	given->port = given->listener->tcp->local_port;
	return ERR_OK;
}

uint16_t pcbListenerPort(const PcbListener* listener)
{
	ListenerCall call = { .listener = (PcbListener*)listener };
	callLwip(askPort, &call.call);
	return call.port;
}

static err_t closeIt(LwipCall* call)
{
	PcbListener* listener = ((ListenerCall*)call)->listener;
	tcp_arg(listener->tcp, NULL);
	tcp_close(listener->tcp);
	while (listener->first) {
		Pcb* pcb = listener->first;
		forgetPending(listener, pcb);
		closeLwip(pcb);
	}
	return ERR_OK;
}

void pcbListenerClose(PcbListener* listener)
{
	ListenerCall call = { .listener = listener };
	callLwip(closeIt, &call.call);
	free(listener);
}
