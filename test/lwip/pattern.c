#include "pattern.h"

#include <stdlib.h>

const char kRequest[19] = "GET / HTTP/1.1\r\n\r\n";

uint8_t patternAt(size_t index)
{
	return (uint8_t)(index * 31 + (index >> 8) * 7 + (index >> 16));
}

void fillPattern(uint8_t* data, size_t start, size_t length)
{
	for (size_t i = 0; i < length; i++)
		data[i] = patternAt(start + i);
}

Transfer* transferOf(Socket* socket)
{
	return ((Server*)scriptState(socket))->state;
}

static void finishIt(Socket* socket)
{
	Transfer* transfer = transferOf(socket);
	if (transfer->written < transfer->toWrite || transfer->read < transfer->toRead)
		return;
	if (transfer->closes)
		leave(socket);
	else if (transfer->ends)
		scriptEnd(socket);
}

static void writesPattern(Socket* socket, int room)
{
	Transfer* transfer = transferOf(socket);
	uint8_t data[16384];
	while (room > 0 && transfer->written < transfer->toWrite) {
		size_t length = transfer->toWrite - transfer->written;
		if (length > (size_t)room)
			length = (size_t)room;
		fillPattern(data, transfer->written, length);
		room = scriptWrite(socket, data, length);
		if (room == -2)
			worldFail("there is less room than the callback says");
		transfer->written += length;
	}
	finishIt(socket);
}

static void readsPattern(Socket* socket, int count)
{
	Transfer* transfer = transferOf(socket);
	uint8_t data[16384];
	size_t length = scriptRead(socket, data, (size_t)count);
	for (size_t i = 0; i < length; i++)
		if (data[i] != patternAt(transfer->read + i))
			transfer->wrong = true;
	transfer->read += length;
	finishIt(socket);
}

static void endOfPattern(Socket* socket, int count)
{
	(void)count;
	transferOf(socket)->ended = true;
}

static void failureOfPattern(Socket* socket, int count)
{
	(void)count;
	transferOf(socket)->failed = true;
	leave(socket);
}

const Handlers kPattern = { readsPattern, writesPattern, failureOfPattern, endOfPattern };

/* Peers */

bool receivedPattern(const Peer* peer, size_t length)
{
	if (peer->receivedLength != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (peer->received[i] != patternAt(i))
			return false;
	return true;
}

void sendPattern(Peer* peer, size_t length)
{
	uint8_t* data = malloc(length);
	fillPattern(data, 0, length);
	peerWrite(peer, data, length);
	free(data);
}
