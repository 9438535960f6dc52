/* What a whole frame is: one of the files that are served, or, where they are not known, a JPEG from its start to its end. */
#ifndef KNOWN_FRAMES_H
#define KNOWN_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void knownFramesRead(const char* folder);
bool isWholeFrame(const uint8_t* data, size_t length);

#endif
