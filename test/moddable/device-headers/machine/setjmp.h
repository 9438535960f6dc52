/* Newlib's own is for processors that Debian's newlib knows. The size is nobody's business in a syntax check. */
#pragma once
typedef int jmp_buf[17];
