/*
	What is sent. lwIP copies it into its send buffer, so that the script never waits: it
	writes no more than there is room for. Bytes that lwIP has no memory for then are held
	until it has.
*/
#include "pcb-lwip.h"

#include "esp_heap_caps.h"

#include <string.h>

enum { kQueueReserve = 2 /* segments that a write may need beyond its bytes */ };

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

void pcbUpdateRoom(Pcb* pcb)
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
		tcp_abort(tcp); /* calls pcbFailed() */
}

/* Gives lwIP what it had no memory for. */
static void retryOutput(Pcb* pcb)
{
	if (!pcb->tcp || !pcb->outputLength)
		return;
	if (tcp_write(pcb->tcp, pcb->output, (u16_t)pcb->outputLength, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return;
	heap_caps_free(pcb->output);
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
	pcbUpdateRoom(pcb);
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
	pcbOpenWindow(pcb);
	callLwip(flushIt, &call.call);
}

void pcbShutOutput(Pcb* pcb)
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
		pcbUpdateRoom(pcb);
		pcbShutOutput(pcb);
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
		pcbShutOutput(pcb);
	pcbUpdateRoom(pcb);
	if (pcb->room)
		pcbTell(pcb, kPcbWritable);
}

err_t pcbSent(void* arg, struct tcp_pcb* tcp, u16_t length)
{
	(void)tcp;
	(void)length;
	drained(arg);
	return ERR_OK;
}

err_t pcbPolled(void* arg, struct tcp_pcb* tcp)
{
	Pcb* pcb = arg;
	(void)tcp;
	/* Nothing is in flight whose acknowledgment would come, or lwIP's queue was full of small segments. */
	if (pcb->outputLength || !pcb->room)
		drained(pcb);
	return ERR_OK;
}