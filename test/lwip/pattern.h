/* A script that reads a pattern of bytes, and writes one: the bytes of patternAt(). */
#pragma once

#include "scenario.h"

typedef struct {
	size_t toRead, toWrite; /* bytes */
	size_t read, written, unread;
	bool closes, ends; /* after that */
	bool wrong, ended, failed;
} Transfer;

/* Handlers of sockets whose server has a Transfer as its state. */
extern const Handlers kPattern;
Transfer* transferOf(Socket* socket);
