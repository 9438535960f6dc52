/* Bytes that each side can check: a pattern that the script reads and writes. */
#pragma once

#include "scenario.h"

/* The byte at an index. */
uint8_t patternAt(size_t index);
void fillPattern(uint8_t* data, size_t start, size_t length);

typedef struct {
	size_t toRead, toWrite; /* bytes */
	size_t read, written, unread;
	bool closes, ends; /* after that */
	bool wrong, ended, failed;
} Transfer;

/* Handlers of sockets whose server has a Transfer as its state. */
extern const Handlers kPattern;
Transfer* transferOf(Socket* socket);

/* A request, as long as Transfers of its size read. */
extern const char kRequest[19];
void sendPattern(Peer* peer, size_t length);
/* Whether the peer has received so many bytes, and the right ones. */
bool receivedPattern(const Peer* peer, size_t length);
