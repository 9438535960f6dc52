/*
	What is received. It is copied out of lwIP's buffers, since those may be the few of the
	Wi-Fi driver, into a ring that both threads use. It is bounded for each connection by
	the window, and in all by kSharedInput: what does not fit stays with lwIP, which takes
	no more for that connection and offers it again later.
*/
#include "pcb-lwip.h"

#include "esp_heap_caps.h"
#include "lwip/sys.h"

#include <string.h>

enum {
	kFirstInput = 512,        /* bytes of a connection's first ring; the next are twice as large, up to the window */
	kOwnInput = 2048,         /* bytes that each connection may have, however much others have */
	kSharedInput = 32 * 1024, /* bytes beyond those, of all connections */
};

static sys_mutex_t gInput;
static size_t gSharedInput; /* under gInput */

bool pcbOpenInput(void)
{
	return sys_mutex_valid(&gInput) || sys_mutex_new(&gInput) == ERR_OK;
}

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
	heap_caps_free(pcb->input);
	pcb->input = NULL;
	pcb->start = pcb->length = pcb->capacity = 0;
}

void pcbFreeInput(Pcb* pcb)
{
	lockInput();
	dropInput(pcb);
	unlockInput();
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
	heap_caps_free(pcb->input);
	pcb->input = input;
	pcb->start = 0;
	pcb->capacity = capacity;
	return true;
}

/* lwIP's thread */

err_t pcbReceived(void* arg, struct tcp_pcb* tcp, struct pbuf* p, err_t error)
{
	Pcb* pcb = arg;
	(void)error;
	if (!p) {
		__atomic_store_n(&pcb->ended, true, __ATOMIC_RELEASE);
		if (pcb->shut && !pcb->outputLength) {
			/* Both sides have ended. lwIP sends what remains, and frees the block without a word. */
			pcbReportTo(tcp, NULL);
			pcb->tcp = NULL;
		}
		pcbTell(pcb, kPcbEnd);
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
		pcbReportTo(tcp, NULL);
		pcbFailed(pcb, ERR_MEM);
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
	pcbTell(pcb, kPcbReadable);
	return ERR_OK;
}

/* The machine's thread */

size_t pcbAvailable(const Pcb* pcb)
{
	size_t length;
	lockInput();
	length = pcb->length;
	unlockInput();
	return length;
}

/* lwIP's thread receives whatever the machine does. */
size_t pcbUnread(const Pcb* pcb)
{
	return pcbAvailable(pcb);
}

static err_t giveBack(LwipCall* call)
{
	PcbCall* given = (PcbCall*)call;
	if (given->pcb->tcp)
		tcp_recved(given->pcb->tcp, (u16_t)given->length);
	return ERR_OK;
}

void pcbOpenWindow(Pcb* pcb)
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
		pcbOpenWindow(pcb);
}

bool pcbEnded(const Pcb* pcb)
{
	return __atomic_load_n(&pcb->ended, __ATOMIC_ACQUIRE);
}

bool pcbReset(const Pcb* pcb)
{
	return __atomic_load_n(&pcb->reset, __ATOMIC_ACQUIRE);
}
