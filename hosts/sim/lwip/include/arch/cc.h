/* What lwIP asks of a compiler. */
#pragma once

#include <sys/time.h>

void hostFail(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define LWIP_PLATFORM_DIAG(arguments) ((void)0)
#define LWIP_PLATFORM_ASSERT(message) hostFail("lwIP's assertion: %s (%s:%d)", message, __FILE__, __LINE__)
