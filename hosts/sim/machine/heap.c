/*
	XS's allocators. They take memory from the C library and, once the machine has its
	own region, from that, as the SDK's allocators do (xs/platforms/mc/xsHosts.c):
	chunks from its beginning, growing up and joining the first block of chunks; slots
	from its end, growing down and joining the first block of slots.
*/
#include "machine.h"
#include "host.h"

#include <stdlib.h>

static uint8_t* gRegion;
static size_t gRegionSize;

void* heapRegion(size_t size)
{
	gRegion = malloc(size);
	if (!gRegion)
		hostFail("no memory for the machine");
	gRegionSize = size;
	return gRegion;
}

void heapRegionFree(void)
{
	free(gRegion);
	gRegion = NULL;
	gRegionSize = 0;
}

static bool isOfRegion(const void* memory)
{
	return gRegion && (const uint8_t*)memory >= gRegion && (const uint8_t*)memory < gRegion + gRegionSize;
}

/*
	Reports whether the region has room for the given bytes of chunks and of slots. A
	slot has 16 bytes on the board and twice as many here; a chunk has the same size in
	both. So each counts as on the board. Otherwise chunks would have twice the room.
*/
static bool hasRoom(const txMachine* the, size_t chunkBytes, size_t slotBytes)
{
	const size_t kBoardSlot = 16;
	size_t chunks = (size_t)(the->heap_ptr - the->heap) + chunkBytes;
	size_t slots = (size_t)(the->heap + gRegionSize - the->heap_pend) + slotBytes;
	return chunks + slots / sizeof(txSlot) * kBoardSlot <= gRegionSize / sizeof(txSlot) * kBoardSlot;
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	txBlock* block = the->firstBlock;
	txSize grow;
	if (!the->heap)
		return malloc((size_t)size);
	/* fxGrowChunks() adds the size of a header, and notices that the new memory joins the block. */
	grow = size - (txSize)(block->limit - block->current);
	if (!hasRoom(the, (size_t)grow, 0))
		return NULL;
	the->heap_ptr += grow;
	the->maximumChunksSize += grow - size;
	block->limit = (txByte*)the->heap_ptr - size;
	return block->limit;
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	size_t size = (size_t)count * sizeof(txSlot);
	if (!the->heap)
		return malloc(size);
	if (!hasRoom(the, 0, size))
		return NULL;
	the->heap_pend -= size;
	return (txSlot*)the->heap_pend;
}

void fxFreeChunks(txMachine* the, void* chunks)
{
	(void)the;
	if (!isOfRegion(chunks))
		free(chunks);
}

void fxFreeSlots(txMachine* the, void* slots)
{
	(void)the;
	if (!isOfRegion(slots))
		free(slots);
}
