/*
	TCP control blocks of lwIP's raw API: hosts/common/sockets/pcb.h on the board.

	All of lwIP runs in its own thread. The machine's thread calls into that one by
	tcpip_api_call(), a message and a wait, so that no block of lwIP's is ever used by two
	threads. lwIP's callbacks notify the owner, which posts a message to the machine.

	lwIP frees a block by itself: after a reset it says so by the error callback, and from
	then on `tcp` is NULL. Of a block in TIME_WAIT it says nothing; such a block is left to
	lwIP as soon as both sides have ended.

	What is received is copied out of lwIP's buffers, since those may be the few of the
	Wi-Fi driver. It is bounded for each connection by the window, and in all by
	kSharedInput: what does not fit stays with lwIP, which takes no more for that connection
	and offers it again later.
*/
#include "pcb-lwip.h"

#include "esp_heap_caps.h"
#include "xsHost.h"
#include "lwip/ip_addr.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	kFirstInput = 512,         /* bytes of a connection's first ring; the next are twice as large, up to the window */
	kOwnInput = 2048,          /* bytes that each connection may have, however much others have */
	kSharedInput = 32 * 1024,  /* bytes beyond those, of all connections */
	kKeepIdle = 60 * 1000,     /* milliseconds without a segment until the peer is asked whether it is still there … */
	kKeepInterval = 10 * 1000, /* … again … */
	kKeepCount = 3,            /* … and so many times */
	kPollInterval = 1,         /* lwIP's slow ticks, of half a second */
	kLatePause = 100,          /* milliseconds until the machine's queue is tried again */
	kQueueReserve = 2,         /* segments that a write may need beyond its bytes */
};

static sys_mutex_t gInput;
static bool gOpen;
static size_t gCount;       /* connections; atomic. Those that are closed and wait for their peer are lwIP's. */
static size_t gSharedInput; /* under gInput */

/* Messages that the machine's queue had no room for, in their order; under gInput. */
static PcbMessage *gLate, **gLateEnd = &gLate;

static bool post(const PcbMessage* message)
{
	/* The only kind of post that does not wait. It may be called by tasks, too. */
	return modMessagePostToMachineFromISR(message->the, message->deliver, message->refcon) == 0;
}

bool pcbPost(PcbMessage* message)
{
	sys_mutex_lock(&gInput);
	if (gLate || !post(message)) {
		message->next = NULL;
		*gLateEnd = message;
		gLateEnd = &message->next;
	}
	sys_mutex_unlock(&gInput);
	return true;
}

static void postLate(void* unused)
{
	(void)unused;
	sys_mutex_lock(&gInput);
	while (gLate) {
		PcbMessage* next = gLate->next;
		if (!post(gLate))
			break;
		gLate = next;
	}
	if (!gLate)
		gLateEnd = &gLate;
	sys_mutex_unlock(&gInput);
	sys_timeout(kLatePause, postLate, NULL);
}

/* Calls */

static err_t startPosting(LwipCall* call)
{
	(void)call;
	postLate(NULL);
	return ERR_OK;
}

bool openLwip(void)
{
	LwipCall call = { 0 };
	if (!gOpen && sys_mutex_new(&gInput) == ERR_OK) {
		gOpen = true;
		callLwip(startPosting, &call);
	}
	return gOpen;
}

void callLwip(tcpip_api_call_fn run, LwipCall* call)
{
	tcpip_api_call(run, call);
}

typedef struct {
	LwipCall call; /* first: the functions cast back */
	Pcb* pcb;
	void* owner;
	PcbNotify notify;
	const PcbPiece* pieces;
	size_t count;
	size_t length;
} PcbCall;

static void report(struct tcp_pcb* tcp, Pcb* pcb);
static void failed(void* arg, err_t error);

static void tell(Pcb* pcb, int what)
{
	if (pcb->notify)
		pcb->notify(pcb->owner, what);
}

/* Input */

static void lockInput(void)
{
	sys_mutex_lock(&gInput);
}

static void unlockInput(void)
{
	sys_mutex_unlock(&gInput);
}

/* What a ring of this size counts against the memory that connections share. */
static size_t shared(size_t capacity)
{
	return capacity > kOwnInput ? capacity - kOwnInput : 0;
}

/* Frees the ring. Locked. */
static void dropInput(Pcb* pcb)
{
	gSharedInput -= shared(pcb->capacity);
	free(pcb->input);
	pcb->input = NULL;
	pcb->start = pcb->length = pcb->capacity = 0;
}

/* Copies out of the ring, from its start. Locked. */
static void copyInput(const Pcb* pcb, uint8_t* to, size_t length)
{
	size_t first = pcb->capacity - pcb->start;
	if (!length)
		return; /* there may be no ring */
	if (first > length)
		first = length;
	memcpy(to, pcb->input + pcb->start, first);
	memcpy(to + first, pcb->input, length - first);
}

/* Makes room for more bytes. Returns false if there is no memory. Locked. */
static bool growInput(Pcb* pcb, size_t length)
{
	size_t needed = pcb->length + length, capacity = pcb->capacity ? pcb->capacity : kFirstInput;
	uint8_t* input;
	if (needed <= pcb->capacity)
		return true;
	while (capacity < needed)
		capacity *= 2;
	if (capacity > TCP_WND && needed <= TCP_WND)
		capacity = TCP_WND;
	if (gSharedInput - shared(pcb->capacity) + shared(capacity) > kSharedInput)
		return false;
	input = heap_caps_malloc(capacity, MALLOC_CAP_SPIRAM);
	if (!input)
		return false;
	copyInput(pcb, input, pcb->length);
	gSharedInput += shared(capacity) - shared(pcb->capacity);
	free(pcb->input);
	pcb->input = input;
	pcb->start = 0;
	pcb->capacity = capacity;
	return true;
}

static err_t received(void* arg, struct tcp_pcb* tcp, struct pbuf* p, err_t error)
{
	Pcb* pcb = arg;
	(void)error;
	if (!p) {
		__atomic_store_n(&pcb->ended, true, __ATOMIC_RELEASE);
		if (pcb->shut && !pcb->outputLength) {
			/* Both sides have ended. lwIP sends what remains, and frees the block without a word. */
			report(tcp, NULL);
			pcb->tcp = NULL;
		}
		tell(pcb, kPcbEnd);
		return ERR_OK;
	}
	lockInput();
	if (!growInput(pcb, p->tot_len)) {
		unlockInput();
		/* lwIP keeps the segment, takes no other, and offers it again … */
		if (tcp->state != CLOSING && tcp->state != TIME_WAIT)
			return ERR_MEM;
		/* … unless a FIN that came along has moved the block to TIME_WAIT, where it forgets it. */
		pbuf_free(p);
		report(tcp, NULL);
		failed(pcb, ERR_MEM);
		return ERR_OK;
	}
	for (const struct pbuf* part = p; part; part = part->next) {
		size_t at = (pcb->start + pcb->length) % pcb->capacity, first = pcb->capacity - at;
		if (first > part->len)
			first = part->len;
		memcpy(pcb->input + at, part->payload, first);
		memcpy(pcb->input, (const uint8_t*)part->payload + first, part->len - first);
		pcb->length += part->len;
	}
	unlockInput();
	pbuf_free(p);
	tell(pcb, kPcbReadable);
	return ERR_OK;
}

size_t pcbAvailable(const Pcb* pcb)
{
	size_t length;
	lockInput();
	length = pcb->length;
	unlockInput();
	return length;
}

static err_t giveBack(LwipCall* call)
{
	PcbCall* given = (PcbCall*)call;
	if (given->pcb->tcp)
		tcp_recved(given->pcb->tcp, (u16_t)given->length);
	return ERR_OK;
}

/* Opens the window again by the bytes that the script has read. */
static void openWindow(Pcb* pcb)
{
	PcbCall call = { .pcb = pcb, .length = pcb->consumed };
	if (!pcb->consumed)
		return;
	pcb->consumed = 0;
	callLwip(giveBack, &call.call);
}

void pcbRead(Pcb* pcb, void* data, size_t length)
{
	lockInput();
	if (length > pcb->length)
		length = pcb->length; /* a reset has just dropped the rest */
	copyInput(pcb, data, length);
	pcb->length -= length;
	if (!pcb->length)
		dropInput(pcb);
	else
		pcb->start = (pcb->start + length) % pcb->capacity;
	unlockInput();
	pcb->consumed += length;
	/* lwIP announces no smaller steps. */
	if (pcb->consumed >= TCP_WND_UPDATE_THRESHOLD)
		openWindow(pcb);
}

bool pcbEnded(const Pcb* pcb)
{
	return __atomic_load_n(&pcb->ended, __ATOMIC_ACQUIRE);
}

bool pcbReset(const Pcb* pcb)
{
	return __atomic_load_n(&pcb->reset, __ATOMIC_ACQUIRE);
}

/* Output */

/* Bytes that a write can give to lwIP: its buffer, as far as there are segments for it. */
static size_t roomOf(const Pcb* pcb)
{
	size_t bytes, segments, segment;
	if (!pcb->tcp || pcb->connecting || pcb->shut || pcb->outputLength)
		return 0;
	bytes = tcp_sndbuf(pcb->tcp);
	segments = TCP_SND_QUEUELEN - tcp_sndqueuelen(pcb->tcp);
	if (segments <= kQueueReserve)
		return 0;
	/* tcp_write() makes segments of half the peer's largest window at most. */
	segment = pcb->tcp->snd_wnd_max / 2;
	if (!segment || segment > tcp_mss(pcb->tcp))
		segment = tcp_mss(pcb->tcp);
	segments = (segments - kQueueReserve) * segment;
	return bytes < segments ? bytes : segments;
}

static void updateRoom(Pcb* pcb)
{
	__atomic_store_n(&pcb->room, roomOf(pcb), __ATOMIC_RELEASE);
}

size_t pcbRoom(Pcb* pcb)
{
	return __atomic_load_n(&pcb->room, __ATOMIC_ACQUIRE);
}

/* Resets a connection that cannot go on. */
static void fail(Pcb* pcb)
{
	struct tcp_pcb* tcp = pcb->tcp;
	if (tcp)
		tcp_abort(tcp); /* calls failed() */
}

/* Gives lwIP what it had no memory for. */
static void retryOutput(Pcb* pcb)
{
	if (!pcb->tcp || !pcb->outputLength)
		return;
	if (tcp_write(pcb->tcp, pcb->output, (u16_t)pcb->outputLength, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return;
	free(pcb->output);
	pcb->output = NULL;
	pcb->outputLength = 0;
	tcp_output(pcb->tcp);
}

/* Keeps the pieces until lwIP has memory for them. Returns false if there is none here, either. */
static bool holdOutput(Pcb* pcb, const PcbPiece* pieces, size_t count)
{
	size_t length = 0;
	for (size_t i = 0; i < count; i++)
		length += pieces[i].length;
	pcb->output = heap_caps_malloc(length, MALLOC_CAP_SPIRAM);
	if (!pcb->output)
		return false;
	for (size_t i = 0; i < count; i++) {
		memcpy(pcb->output + pcb->outputLength, pieces[i].data, pieces[i].length);
		pcb->outputLength += pieces[i].length;
	}
	return true;
}

static err_t writeIt(LwipCall* call)
{
	PcbCall* given = (PcbCall*)call;
	Pcb* pcb = given->pcb;
	for (size_t i = 0; pcb->tcp && i < given->count; i++) {
		const PcbPiece* piece = given->pieces + i;
		if (!piece->length)
			continue;
		if (tcp_write(pcb->tcp, piece->data, (u16_t)piece->length, TCP_WRITE_FLAG_COPY) == ERR_OK)
			continue;
		if (!holdOutput(pcb, piece, given->count - i))
			fail(pcb);
		break;
	}
	updateRoom(pcb);
	return ERR_OK;
}

void pcbWritePieces(Pcb* pcb, const PcbPiece* pieces, size_t count)
{
	PcbCall call = { .pcb = pcb, .pieces = pieces, .count = count };
	callLwip(writeIt, &call.call);
}

static err_t flushIt(LwipCall* call)
{
	Pcb* pcb = ((PcbCall*)call)->pcb;
	if (pcb->tcp)
		tcp_output(pcb->tcp);
	return ERR_OK;
}

void pcbFlush(Pcb* pcb)
{
	PcbCall call = { .pcb = pcb };
	openWindow(pcb);
	callLwip(flushIt, &call.call);
}

static void shutOutput(Pcb* pcb)
{
	/* lwIP sends the FIN after what was written, and later if it has no memory for it now. */
	if (pcb->tcp && !pcb->outputLength)
		tcp_shutdown(pcb->tcp, 0, 1);
}

static err_t endIt(LwipCall* call)
{
	Pcb* pcb = ((PcbCall*)call)->pcb;
	if (!pcb->shut) {
		pcb->shut = true;
		updateRoom(pcb);
		shutOutput(pcb);
	}
	return ERR_OK;
}

void pcbEnd(Pcb* pcb)
{
	PcbCall call = { .pcb = pcb };
	callLwip(endIt, &call.call);
}

/* There is room again, or memory. */
static void drained(Pcb* pcb)
{
	bool held = pcb->outputLength > 0;
	retryOutput(pcb);
	if (held && !pcb->outputLength && pcb->shut)
		shutOutput(pcb);
	updateRoom(pcb);
	if (pcb->room)
		tell(pcb, kPcbWritable);
}

static err_t sent(void* arg, struct tcp_pcb* tcp, u16_t length)
{
	(void)tcp;
	(void)length;
	drained(arg);
	return ERR_OK;
}

static err_t polled(void* arg, struct tcp_pcb* tcp)
{
	Pcb* pcb = arg;
	(void)tcp;
	/* Nothing is in flight whose acknowledgment would come, or lwIP's queue was full of small segments. */
	if (pcb->outputLength || !pcb->room)
		drained(pcb);
	return ERR_OK;
}

/* Life */

/* lwIP has freed the block: after a reset, or (ERR_CLSD) because both sides have ended. */
static void failed(void* arg, err_t error)
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
	lockInput();
	dropInput(pcb);
	unlockInput();
	tell(pcb, kPcbError);
}

/* lwIP's block reports to `pcb`, or to nobody if that is NULL. */
static void report(struct tcp_pcb* tcp, Pcb* pcb)
{
	tcp_arg(tcp, pcb);
	tcp_recv(tcp, pcb ? received : NULL);
	tcp_sent(tcp, pcb ? sent : NULL);
	tcp_err(tcp, pcb ? failed : NULL);
	tcp_poll(tcp, pcb ? polled : NULL, kPollInterval);
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
	report(tcp, pcb);
	updateRoom(pcb);
	return pcb;
}

/* Frees the connection, whose block reports to it no more. */
static void destroy(Pcb* pcb)
{
	lockInput();
	dropInput(pcb);
	unlockInput();
	free(pcb->output);
	free(pcb);
	__atomic_sub_fetch(&gCount, 1, __ATOMIC_RELAXED);
}

void closeLwip(Pcb* pcb)
{
	struct tcp_pcb* tcp = pcb->tcp;
	if (tcp) {
		report(tcp, NULL);
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
		report(tcp, NULL);
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
	openWindow(pcb);
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
	updateRoom(pcb);
	if (pcb->shut)
		shutOutput(pcb);
	tell(pcb, kPcbConnected | (pcb->room ? kPcbWritable : 0));
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
	updateRoom(given->pcb);
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
	if (!ipaddr_aton(address, &call.address)) {
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
