/* See driver/rmt_tx.h. */
#pragma once

#include "driver/rmt_tx.h"
