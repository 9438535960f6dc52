/*
	Counts the script's costs, which, unlike times, are the same on any machine. Only the
	host-metered variant has it (Makefile). The linker's --wrap puts it between the parts
	of the host, so that no other variant pays for it. XS starts collections itself, so a
	changed copy of xsMemory.c calls this file first.
*/
#include "machine.h"
#include "pcb.h"
#include "esp_camera.h"
#include "freertos/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/epoll.h>

/* Totals since the start. Tasks add to theirs atomically. */
static uint64_t gBytecodes, gSlots, gChunks, gCollections, gWrittenByScript, gWrittenFromOutside;
static uint64_t gWrittenAtCollection, gWakes, gCaptured, gAllocated, gScriptBytes;

/* The maximum since the last report. */
static uint32_t gLongestTurn;

static txMachine* gMachine;
static txSize gSlotsBefore, gChunksBefore;
static uint32_t gMeterBefore;
static int gDepth;

/* Turns: each message enters the machine once, as on the board, where each is a turn of the task's loop. */

static void enter(txMachine* the)
{
	if (gDepth++)
		return;
	gMachine = the;
	gMeterBefore = the->meterIndex;
}

static void leave(txMachine* the)
{
	if (--gDepth)
		return;
	uint32_t turn = the->meterIndex - gMeterBefore;
	gBytecodes += turn;
	if (turn > gLongestTurn)
		gLongestTurn = turn;
}

extern txMachine* __real_fxBeginHost(txMachine* the);
extern void __real_fxEndHost(txMachine* the);
extern void __real_fxRunPromiseJobs(txMachine* the);

txMachine* __wrap_fxBeginHost(txMachine* the)
{
	enter(the);
	return __real_fxBeginHost(the);
}

void __wrap_fxEndHost(txMachine* the)
{
	__real_fxEndHost(the);
	leave(the);
}

void __wrap_fxRunPromiseJobs(txMachine* the)
{
	enter(the);
	__real_fxRunPromiseJobs(the);
	leave(the);
}

/* Memory: XS counts up its allocations, and at each collection counts the live ones again. */

static void countMemory(txMachine* the)
{
	gSlots += (uint64_t)(the->currentHeapCount - gSlotsBefore);
	gChunks += (uint64_t)(the->currentChunksSize - gChunksBefore);
	gSlotsBefore = the->currentHeapCount;
	gChunksBefore = the->currentChunksSize;
}

extern void fxCollectUncounted(txMachine* the, txFlag flag);

void fxCollect(txMachine* the, txFlag flag)
{
	countMemory(the);
	fxCollectUncounted(the, flag);
	gSlotsBefore = the->currentHeapCount;
	gChunksBefore = the->currentChunksSize;
	/* Collections for a report do not count. */
	if (!(flag & XS_ORGANIC_FLAG))
		return;
	gCollections++;
	gWrittenAtCollection = gWrittenFromOutside;
}

/* Output: a copy that the script has made is in its chunks; a frame is where the driver has put it. */

static bool isScripts(const void* data)
{
	for (txBlock* block = gMachine->firstBlock; block; block = block->nextBlock) {
		if ((const txByte*)data >= (const txByte*)block && (const txByte*)data < block->limit)
			return true;
	}
	return false;
}

static void countOutput(const void* data, size_t length)
{
	if (isScripts(data))
		gWrittenByScript += length;
	else
		gWrittenFromOutside += length;
}

extern void __real_pcbWritePieces(Pcb* pcb, const PcbPiece* pieces, size_t count);

void __wrap_pcbWritePieces(Pcb* pcb, const PcbPiece* pieces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		countOutput(pieces[i].data, pieces[i].length);
	__real_pcbWritePieces(pcb, pieces, count);
}

/* Wakes of the processor: by the loop after a sleep, and by the camera's task. */

static void add(uint64_t* count)
{
	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
}

extern int __real_epoll_wait(int fd, struct epoll_event* events, int size, int timeout);
extern uint32_t __real_ulTaskNotifyTake(BaseType_t clear, TickType_t ticks);
extern camera_fb_t* __real_esp_camera_fb_get(void);
extern void* __real_heap_caps_malloc(size_t size, uint32_t caps);

int __wrap_epoll_wait(int fd, struct epoll_event* events, int size, int timeout)
{
	int ready = __real_epoll_wait(fd, events, size, timeout);
	if (timeout)
		add(&gWakes);
	return ready;
}

uint32_t __wrap_ulTaskNotifyTake(BaseType_t clear, TickType_t ticks)
{
	uint32_t value = __real_ulTaskNotifyTake(clear, ticks);
	add(&gWakes);
	return value;
}

camera_fb_t* __wrap_esp_camera_fb_get(void)
{
	camera_fb_t* fb = __real_esp_camera_fb_get();
	if (fb)
		add(&gCaptured);
	return fb;
}

/* The driver's memory: once the camera is open, copies of frames, so that the capture need not wait for them. */
void* __wrap_heap_caps_malloc(size_t size, uint32_t caps)
{
	add(&gAllocated);
	return __real_heap_caps_malloc(size, caps);
}

/* The bytecode that this XS's parser makes. */

extern txScript* __real_fxParserCode(txParser* parser);

txScript* __wrap_fxParserCode(txParser* parser)
{
	txScript* script = __real_fxParserCode(parser);
	gScriptBytes += (uint64_t)script->codeSize;
	return script;
}

/* For the report on SIGUSR1 */

const char* costsText(void)
{
	static char text[512];
	if (gMachine)
		countMemory(gMachine);
	snprintf(text, sizeof text,
		",\"costs\":{\"bytecodes\":%" PRIu64 ",\"slots\":%" PRIu64 ",\"chunks\":%" PRIu64 ",\"collections\":%" PRIu64
		",\"longestTurn\":%" PRIu32 ",\"writtenByScript\":%" PRIu64 ",\"writtenFromOutside\":%" PRIu64
		",\"writtenAtCollection\":%" PRIu64 ",\"wakes\":%" PRIu64 ",\"captured\":%" PRIu64 ",\"allocated\":%" PRIu64
		",\"bytecodeSize\":%" PRIu64 "}",
		gBytecodes, gSlots, gChunks, gCollections, gLongestTurn, gWrittenByScript, gWrittenFromOutside,
		gWrittenAtCollection, __atomic_load_n(&gWakes, __ATOMIC_RELAXED), __atomic_load_n(&gCaptured, __ATOMIC_RELAXED),
		__atomic_load_n(&gAllocated, __ATOMIC_RELAXED), gScriptBytes);
	gLongestTurn = 0;
	return text;
}
