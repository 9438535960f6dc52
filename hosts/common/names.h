/*
	Names as bytes. A name is bytes, and XS takes every string for UTF-8. So a byte that
	is not part of UTF-8 is a character from U+F780 to U+F7FF in the script, which
	stands for nothing else, and a byte again in a path.
*/
#pragma once

#include <stdint.h>

/* Returns the byte that the character at `p` stands for, or 0 if it stands for itself. */
static inline uint8_t byteOf(const uint8_t* p)
{
	if (p[0] != 0xef || (p[1] != 0x9e && p[1] != 0x9f) || (p[2] & 0xc0) != 0x80)
		return 0;
	return (uint8_t)(0x80 + (p[1] - 0x9e) * 0x40 + (p[2] & 0x3f));
}

/* Changes a path from the script into that of the file system. */
static inline void fromScript(char* path)
{
	char* to = path;
	while (*path) {
		uint8_t byte = byteOf((const uint8_t*)path);
		*to++ = byte ? (char)byte : *path;
		path += byte ? 3 : 1;
	}
	*to = 0;
}
