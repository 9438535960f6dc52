/* The memory of lwIP and of the sockets: counted, and failing on demand. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Blocks that are allocated now, and their bytes. */
long memoryBlocks(void);
size_t memoryBytes(void);
size_t memoryMostBytes(void); /* since the last call */

/* The given allocation from now on fails, 1 being the next; 0 = none. With `on`, all after it fail, too. */
void memoryFailAt(long which, bool on);
/* Whether an allocation has failed since then. */
bool memoryFailed(void);
