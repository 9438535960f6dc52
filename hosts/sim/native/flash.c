/*
	NOR flash in a file. A write makes bits 0 and never 1, and an erase makes all bits of
	whole sectors 1. With --power-cut, the power fails in the middle of an operation: of
	a write, the first half has been written; of an erase, the first half of a sector has
	been erased, and the rest is neither what it was nor erased.

	With --flash-time, each operation takes as long as on a chip (W25Q64JV, 9.6: 45 ms to
	erase a sector, 0.4 ms to program a page of 256 bytes, both typical), and nothing else
	runs in this thread meanwhile.
*/
#include "flash.h"
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kEraseTime = 45000, kPageTime = 400, kPage = 256 }; /* microseconds; bytes */

static uint8_t* gFlash;
static size_t gSize, gOperations;
/* The timer's task and the machine's use it. */
static pthread_mutex_t gMutex = PTHREAD_MUTEX_INITIALIZER;

void flashOpen(void)
{
	struct stat status;
	int file;
	if (!gOptions.flash)
		return;
	file = open(gOptions.flash, O_RDWR | O_CLOEXEC);
	if (file < 0 || fstat(file, &status))
		hostFail("--flash: cannot use %s: %m", gOptions.flash);
	gSize = (size_t)status.st_size;
	if (!gSize || gSize % kSector)
		hostFail("--flash: %s is not the size of a flash", gOptions.flash);
	gFlash = mmap(NULL, gSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (gFlash == MAP_FAILED)
		hostFail("--flash: cannot map %s: %m", gOptions.flash);
	close(file);
}

bool flashPresent(void)
{
	return gFlash != NULL;
}

static bool within(size_t offset, size_t size)
{
	return gFlash && offset <= gSize && size <= gSize - offset;
}

/* Returns whether the power fails in this operation. */
static bool powerFails(void)
{
	return ++gOperations == gOptions.powerCut;
}

static void takeTime(size_t microseconds)
{
	if (gOptions.flashTime)
		usleep((useconds_t)microseconds);
}

bool flashRead(size_t offset, void* destination, size_t size)
{
	if (!within(offset, size))
		return false;
	memcpy(destination, gFlash + offset, size);
	return true;
}

bool flashWrite(size_t offset, const void* source, size_t size)
{
	const uint8_t* bytes = source;
	if (!within(offset, size))
		return false;
	pthread_mutex_lock(&gMutex);
	bool fails = powerFails();
	size_t written = fails ? size / 2 : size;
	for (size_t i = 0; i < written; i++)
		gFlash[offset + i] &= bytes[i];
	if (fails)
		kill(getpid(), SIGKILL);
	takeTime((size + kPage - 1) / kPage * kPageTime);
	pthread_mutex_unlock(&gMutex);
	return true;
}

bool flashErase(size_t offset, size_t size)
{
	if (!within(offset, size) || offset % kSector || size % kSector)
		return false;
	pthread_mutex_lock(&gMutex);
	for (size_t end = offset + size; offset < end; offset += kSector) {
		if (powerFails()) {
			memset(gFlash + offset, 0xff, kSector / 2);
			for (size_t i = kSector / 2; i < kSector; i++)
				gFlash[offset + i] |= (uint8_t)(0x55 << (i & 1));
			kill(getpid(), SIGKILL);
		}
		memset(gFlash + offset, 0xff, kSector);
		takeTime(kEraseTime);
	}
	pthread_mutex_unlock(&gMutex);
	return true;
}
