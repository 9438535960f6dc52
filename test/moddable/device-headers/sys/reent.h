/* esp-idf's own adapts Espressif's newlib, which declares one variable otherwise than Debian's. */
#pragma once
#include "/usr/include/newlib/sys/reent.h"
