/* The promises that are rejected without a handler, which XS itself reports only once they are collected. */
#pragma once

#include "xsAll.h"

#include <stdbool.h>

/* Takes the first rejection whose entry has all of these flags. Returns false if there is none. */
bool rejectionTake(txMachine* the, txFlag flags, txSlot* reason);
