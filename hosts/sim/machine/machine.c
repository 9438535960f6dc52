/*
	The XS machine: its heap, its promise jobs, its end.

	On the board the built-ins, the bytecode and the results of evaluating the modules
	of the manifest's "preload" are in flash, and the heap has the fixed size of its
	"creation". Here everything except the bytecode starts in the heap, so the machine
	is created with room to grow. Once the built-ins exist, the names are interned and
	those modules are evaluated, the heap is closed: from then on it has exactly as many
	free slots and chunk bytes as on the board. A slot is 32 bytes here and 16 on the
	board, and chunks have wider headers here: slots are counted exactly, and chunk
	bytes on the strict side.
*/
#include "machine.h"
#include "engine.h"
#include "host.h"
#include "rejections.h"
#include "reserve.h"
#include "xsHost.h"

#include <stdio.h>
#include <sys/random.h>

int gBuiltInSlots, gBuiltInChunks;

enum {
	kUnusedStack = 0xA5, /* fills the part of the stack that has never been used */
	kUnusedSlots = 32,   /* below so many unused slots the stack has not been used */
};

static txSlot *gStackBottom, *gStackStart;
static bool gPromiseJobs, gPreloading;

/* Functions that XS requires of its platform */

void fxCreateMachinePlatform(txMachine* the)
{
	(void)the;
}

void fxDeleteMachinePlatform(txMachine* the)
{
	(void)the;
}

static void runPromiseJobs(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	(void)refcon;
	(void)message;
	(void)messageLength;
	gPromiseJobs = false;
	if (the) {
		fxRunPromiseJobs(the);
		fxEndJob(the);
	}
}

/* As on the device, promise jobs are an ordinary message: other events may come before them. */
void fxQueuePromiseJobs(txMachine* the)
{
	if (!gPromiseJobs && !gPreloading)
		modMessagePostToMachine(the, NULL, 0, runPromiseJobs, NULL);
	gPromiseJobs = true;
}

void fxAbort(txMachine* the, int status)
{
	char text[4096];
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT: {
		HeapUse heap = machineHeap(the, false);
		if (!gOptions.board)
			hostFail("the machine's memory is full: %zu slots, %zu chunk bytes%s", heap.slots, heap.chunks,
				framesText(the, text, sizeof text));
		hostFail(
			"the machine's heap is full, and so is its reserve: %zu slots of %zu, %zu chunk bytes of %zu. "
			"The board has no more (\"creation\" in manifest.json) and would restart here; --profile host lifts the limit%s",
			heap.slots, heap.slotLimit, heap.chunks, heap.chunkLimit, framesText(the, text, sizeof text));
	}
	case XS_STACK_OVERFLOW_EXIT:
		hostFail("the machine's stack overflowed: the board has %zu slots (\"creation\" in manifest.json)%s",
			gOptions.stackSlots, framesText(the, text, sizeof text));
	case XS_UNHANDLED_REJECTION_EXIT:
		/* Of a promise that was collected before the turn ended. As on the board (abort-hook.ts), the machine goes on. */
		fprintf(stderr, "yieldcam-sim: unhandled rejection: %s\n",
			exceptionText(the, &mxException, NULL, text, sizeof text));
		return;
	case XS_UNHANDLED_EXCEPTION_EXIT: hostFail("%s", exceptionText(the, &mxException, NULL, text, sizeof text));
	default: hostFail("the machine ended with status %d", status);
	}
}

/* Salts and keys come from it: 31 unpredictable bits, as on the board. */
uint32_t randomNumber(void)
{
	uint32_t number;
	if (getrandom(&number, sizeof number, 0) != sizeof number)
		hostFail("the system has no random numbers: %s", strerror(errno));
	return number & INT32_MAX;
}

/* Creation */

static void trace(txMachine* the)
{
	for (txInteger i = 0; i < mxArgc; i++)
		fputs(fxToString(the, mxArgv(i)), stdout);
}

static void defineTrace(txMachine* the)
{
	fxBeginHost(the);
	fxNewHostFunction(the, trace, 1, fxID(the, "trace"), XS_NO_ID);
	mxPush(mxGlobal);
	fxSetID(the, fxID(the, "trace"));
	mxPop();
	fxEndHost(the);
}

/* Gives the machine exactly the board's heap and stack, and no way to grow. */
static void closeHeap(txMachine* the)
{
	txSize freeSlots = 0;
	txBlock* block = the->firstBlock;
	fxCollectGarbage(the);
	gBuiltInSlots = the->currentHeapCount;
	gBuiltInChunks = the->currentChunksSize;
	if (!gOptions.board)
		return;
	for (txSlot* slot = the->freeHeap; slot; slot = slot->next)
		freeSlots++;
	if (freeSlots > (txSize)gOptions.slotCount || block->nextBlock ||
		block->limit - block->current < (txSize)gOptions.chunkBytes)
		hostFail("the heap of the board (%zu slots, %zu chunk bytes) exceeds the memory that the simulator sets aside",
			gOptions.slotCount, gOptions.chunkBytes);
	/* The first slot of a new block of slots is its header. */
	fxGrowSlots(the, (txSize)gOptions.slotCount - freeSlots + 1);
	block->limit = block->current + gOptions.chunkBytes;
	the->maximumChunksSize = (txSize)(block->limit - (txByte*)(block + 1));
	the->minimumChunksSize = 0;
	the->minimumHeapCount = 0;
	the->peakHeapCount = the->currentHeapCount;
	the->peakChunksSize = the->currentChunksSize;
	if (gOptions.reserve)
		reserveOpen(the, heapRegion(gOptions.reserve * sizeof(txSlot)), gOptions.reserve * sizeof(txSlot));
	if (the->stack - the->stackBottom > (ptrdiff_t)gOptions.stackSlots)
		the->stackBottom = the->stack - gOptions.stackSlots;
	gStackStart = the->stack;
	memset(the->stackBottom, kUnusedStack, (size_t)((txByte*)gStackStart - (txByte*)the->stackBottom));
}

/* The other end of the stack does not count: XS converts numbers to text there (xsdtoa.c). */
static size_t stackPeak(txMachine* the)
{
	const txSlot *slot = gStackStart, *last = slot;
	txSlot unused;
	memset(&unused, kUnusedStack, sizeof unused);
	while (slot > the->stackBottom && last - slot < kUnusedSlots) {
		slot--;
		if (memcmp(slot, &unused, sizeof unused))
			last = slot;
	}
	return (size_t)(gStackStart - last);
}

/* Modules */

static void imported(txMachine* the)
{
	(void)the;
}

/* If main rejects, the SDK is silent; here the process ends with its message. */
static void importFailed(txMachine* the)
{
	mxException = *mxArgv(0);
	fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
}

static void import(txMachine* the, const char* specifier)
{
	fxBeginHost(the);
	mxTry(the)
	{
		txSlot* realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
		mxPushStringC((txString)specifier);
		fxRunImport(the, realm, XS_NO_ID);
		mxDub();
		fxGetID(the, mxID(_then));
		mxCall();
		fxNewHostFunction(the, imported, 0, XS_NO_ID, XS_NO_ID);
		fxNewHostFunction(the, importFailed, 1, XS_NO_ID, XS_NO_ID);
		mxRunCount(2);
		mxPop();
	}
	mxCatch(the)
	{
		fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
	}
	fxEndHost(the);
}

static void importNow(txMachine* the, const char* specifier)
{
	import(the, specifier);
	while (gPromiseJobs)
		runPromiseJobs(the, NULL, NULL, 0);
}

/* Evaluates the preloaded modules, as xsl does when it links the firmware. */
static void preload(txMachine* the)
{
	const char* specifier = NULL;
	gPreloading = true;
	while ((specifier = modulesMatch(gOptions.preload, specifier)))
		importNow(the, specifier);
	gPreloading = false;
}

void* machineCreate(void)
{
	txCreation creation = {
		.initialChunkSize = 8 * 1024 * 1024,
		.incrementalChunkSize = 1024 * 1024,
		.initialHeapCount = 1024,
		.incrementalHeapCount = gOptions.board ? 512 : 64 * 1024,
		.stackCount = 16 * 1024,
		.initialKeyCount = 8 * 1024,
		.incrementalKeyCount = 1024,
		.nameModulo = 1993,
		.symbolModulo = 127,
		.parserBufferSize = 64 * 1024,
		.parserTableModulo = 1993,
	};
	txMachine* the = fxCreateMachine(&creation, "yieldcam", NULL, 0);
	if (!the)
		hostFail("no memory for the machine");
	gStackBottom = the->stackBottom;
	defineTrace(the);
	modulesOpen(the, gOptions.modules);
	preload(the);
	closeHeap(the);
	return the;
}

void machineRun(void* machine)
{
	/* The modules of main log as soon as they load. */
	importNow(machine, "setup/console");
	import(machine, "main");
}

void machineDelete(void* machine)
{
	txMachine* the = machine;
	the->stackBottom = gStackBottom;
	fxDeleteMachine(the);
	heapRegionFree();
	modulesClose();
}

void machineTurn(void* machine)
{
	txMachine* the = machine;
	char text[4096];
	/* When all promise jobs are done, nothing will handle a rejection any more. */
	if (gPromiseJobs)
		return;
	mxPushUndefined();
	for (;;) {
		const txSlot* first = mxUnhandledPromises.value.reference->next;
		const void* promise = first ? first->value.weakRef.target : NULL;
		if (!rejectionTake(the, 0, the->stack))
			break;
		fprintf(stderr, "yieldcam-sim: unhandled rejection: %s\n",
			exceptionText(the, the->stack, promise, text, sizeof text));
	}
	mxPop();
}

HeapUse machineHeap(void* machine, bool collect)
{
	txMachine* the = machine;
	if (collect) {
		fxCollectGarbage(the);
		reserveSettle(the);
	}
	return (HeapUse){
		.slots = (size_t)(the->currentHeapCount - gBuiltInSlots),
		.slotLimit = gOptions.board ? gOptions.slotCount : 0,
		.chunks = (size_t)(the->currentChunksSize - gBuiltInChunks),
		.chunkLimit = gOptions.board ? gOptions.chunkBytes : 0,
		.reservePeak = reservePeak(the),
		.stackPeak = collect ? stackPeak(the) : 0,
		.stack = gStackStart ? (size_t)(gStackStart - the->stackBottom) : 0,
	};
}
