/*
	See reserve.h.

	XS asks its platform for memory when a collection frees too little (xsMemory.c,
	fxNewSlot and fxNewChunk). If the machine has its own region, the SDK's allocators
	(xs/platforms/mc/xsHosts.c, fxAllocateSlots and fxAllocateChunks) take chunks from
	the region's beginning, growing up, and slots from its end, growing down, and
	expect the first block of each there. The board's heap has no region ("static": 0
	in the manifest): its two blocks are in internal memory. So the reserve becomes
	the region, with an empty block at each end that the growth joins.

	Blocks of slots are swept in the order of their list, and the slot that was swept
	last is taken first. The reserve's block is the first, so its slots are taken last.
*/
#include "reserve.h"

static size_t gSize, gPeak;
static HeapSize gBase;

size_t reserveSize(void)
{
	return gSize;
}

HeapSize reserveBase(txMachine* the)
{
	return gSize ? gBase : (HeapSize){ the->maximumHeapCount, the->maximumChunksSize };
}

#if RESERVE

enum {
	/*
		The minimum of a growth. XS 17 also grows if two collections in a row leave
		less than this free, so that it need not collect for every few objects.
	*/
	kSlots = 64,
	kChunkBytes = 1024,
};

/* Returns the bytes that the heap has grown by. */
static size_t grown(txMachine* the)
{
	size_t bytes = gSize - sizeof(txBlock) - sizeof(txSlot) - (size_t)(the->heap_pend - the->heap_ptr);
	if (bytes > gPeak)
		gPeak = bytes;
	return bytes;
}

static txBlock* chunksOf(txMachine* the)
{
	return (txBlock*)the->heap;
}

static txSlot* endOf(txMachine* the)
{
	return (txSlot*)(the->heap + gSize);
}

/* Makes the block of slots begin at `place`. An empty block is its header alone. */
static void putHeader(txMachine* the, txSlot* place, txSlot header)
{
	*place = header;
	the->firstHeap = place;
	the->heap_pend = (uint8_t*)place;
}

void reserveOpen(txMachine* the, void* memory, size_t size)
{
	txBlock* block = memory;
	txSlot header = { 0 };
	gBase = reserveBase(the);
	gSize = size - size % sizeof(txSlot);
	the->heap = memory;

	block->nextBlock = the->firstBlock;
	block->current = block->limit = (txByte*)(block + 1);
	block->temporary = NULL;
	the->firstBlock = block;
	the->heap_ptr = (uint8_t*)block->limit;

	header.next = the->firstHeap;
	header.value.reference = endOf(the);
	putHeader(the, endOf(the) - 1, header);

	the->minimumHeapCount = kSlots;
	the->minimumChunksSize = kChunkBytes;
}

/* Shrinks the block by the free slots at its beginning, towards which it has grown. */
static void settleSlots(txMachine* the)
{
	txSlot *header = the->firstHeap, *end = endOf(the), *alive = header + 1;
	/* No slot is marked between two collections. */
	for (txSlot* slot = the->freeHeap; slot; slot = slot->next) {
		if (slot > header && slot < end)
			slot->flag |= XS_MARK_FLAG;
	}
	while (alive < end && alive->flag & XS_MARK_FLAG)
		alive++;
	for (txSlot** address = &the->freeHeap; *address;) {
		txSlot* slot = *address;
		slot->flag &= (txFlag)~XS_MARK_FLAG;
		if (slot > header && slot < alive)
			*address = slot->next;
		else
			address = &slot->next;
	}
	the->maximumHeapCount -= (txSize)(alive - header) - 1;
	putHeader(the, alive - 1, *header);
}

/*
	Shrinks the block to what is alive, which a collection has moved to its beginning. Counts the
	bytes of all blocks again: with the SDK's fxAllocateChunks(), each growth adds the size of a
	header that does not exist, and XS would think that the heap has room.
*/
static void settleChunks(txMachine* the)
{
	txBlock* block = chunksOf(the);
	txSize size = 0;
	block->limit = block->current;
	the->heap_ptr = (uint8_t*)block->limit;
	for (; block; block = block->nextBlock)
		size += (txSize)(block->limit - (txByte*)(block + 1));
	the->maximumChunksSize = size;
}

size_t reserveUsed(txMachine* the)
{
	return gSize ? grown(the) : 0;
}

void reserveSettle(txMachine* the)
{
	if (!reserveUsed(the))
		return;
	settleSlots(the);
	settleChunks(the);
}

#else

size_t reserveUsed(txMachine* the)
{
	(void)the;
	return 0;
}

void reserveOpen(txMachine* the, void* memory, size_t size)
{
	(void)the;
	(void)memory;
	(void)size;
}

void reserveSettle(txMachine* the)
{
	(void)the;
}

#endif

size_t reservePeak(txMachine* the)
{
	reserveUsed(the);
	return gPeak;
}
