/* Recognizes whole frames: the served files or, if they are not known, JPEGs from their start to their end. */
#ifndef KNOWN_FRAMES_H
#define KNOWN_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void knownFramesRead(const char* folder);
bool isWholeFrame(const uint8_t* data, size_t length);

#endif
