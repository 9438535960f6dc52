/* The interface between the files of sockets over lwIP. */
#pragma once

#include "pcb.h"

#include "lwip/priv/tcpip_priv.h"
#include "lwip/tcp.h"

/*
	A connection. Unless noted, its fields belong to lwIP's thread; the machine's thread
	reaches them by calls into that one (callLwip), which take turns with lwIP's work.
*/
struct Pcb {
	struct tcp_pcb* tcp; /* NULL once lwIP has freed it, or will free it by itself */
	void* owner;
	PcbNotify notify;
	PcbListener* listener; /* while the script has not accepted the connection */
	Pcb* next;             /* in that listener's list */

	/* Received bytes, a ring. Both threads use it, under a lock (input-lwip.c). */
	uint8_t* input;
	size_t start, length, capacity;
	size_t consumed; /* read by the script, and not yet given back to the window; the machine's thread only */

	/* Bytes that lwIP had no memory for, in their order. It tries again as soon as others are acknowledged. */
	uint8_t* output;
	size_t outputLength;

	/* Written by lwIP's thread, read by both; atomic. */
	size_t room;
	bool ended, reset;

	bool connecting, shut;
	char remote[IPADDR_STRLEN_MAX];
	uint16_t remotePort;
};

/* What a call into lwIP's thread takes along. Each kind of call has a struct that begins with it. */
typedef struct tcpip_api_call_data LwipCall;

typedef struct {
	LwipCall call; /* first: the functions cast back */
	Pcb* pcb;
	void* owner;
	PcbNotify notify;
	const PcbPiece* pieces;
	size_t count;
	size_t length;
} PcbCall;

/* Parses an IPv6 address, or an IPv4 address of four numbers. Returns false if the text is something else. */
bool parseAddress(const char* text, ip_addr_t* address);

/* On the machine's thread: */

/* Makes what the threads share, before anything else here. Returns false if there is no memory. */
bool openLwip(void);
bool pcbOpenInput(void);
/* Runs `call` in lwIP's thread, and waits until it has run. */
void callLwip(tcpip_api_call_fn run, LwipCall* call);
/* Opens the window again by the bytes that the script has read. */
void pcbOpenWindow(Pcb* pcb);

/* In lwIP's thread: */

/* Makes a connection of lwIP's block, which from now on reports to it. Returns NULL if there is no memory. */
Pcb* adoptLwip(struct tcp_pcb* tcp);
/* Closes, or resets, lwIP's block, which then reports to nobody, and frees the connection. */
void closeLwip(Pcb* pcb);
void abortLwip(Pcb* pcb);
/* Forgets a connection that waits to be accepted. */
void forgetPending(PcbListener* listener, Pcb* pcb);

/* lwIP's block reports to `pcb`, or to nobody if that is NULL. */
void pcbReportTo(struct tcp_pcb* tcp, Pcb* pcb);
err_t pcbReceived(void* pcb, struct tcp_pcb* tcp, struct pbuf* p, err_t error);
err_t pcbSent(void* pcb, struct tcp_pcb* tcp, u16_t length);
err_t pcbPolled(void* pcb, struct tcp_pcb* tcp);
void pcbFailed(void* pcb, err_t error);

/* Notifies the owner. */
void pcbTell(Pcb* pcb, int what);
void pcbFreeInput(Pcb* pcb);
void pcbUpdateRoom(Pcb* pcb);
/* Sends a FIN after what was written. */
void pcbShutOutput(Pcb* pcb);
