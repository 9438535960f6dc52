#include "udp-script.h"

#include <stdlib.h>

static void readOne(UdpScript* script)
{
	Datagram datagram;
	unsigned parts[4];
	if (!scriptUdpRead(script->socket, &datagram))
		return;
	script->received++;
	script->bytes += datagram.length;
	script->length = datagram.length;
	script->fromPort = datagram.port;
	if (sscanf(datagram.address, "%u.%u.%u.%u", parts, parts + 1, parts + 2, parts + 3) != 4)
		worldFail("the address of a sender is %s", datagram.address);
	script->from = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3];
	for (size_t i = 0; i < datagram.length; i++)
		script->wrong |= ((const uint8_t*)datagram.data)[i] != patternAt(i);
}

void countsUdp(UdpSocket* socket, int count)
{
	UdpScript* script = scriptState(socket);
	script->readable++;
	if (count > script->most)
		script->most = count;
}

void receivesUdp(UdpSocket* socket, int count)
{
	countsUdp(socket, count);
	while (count-- > 0)
		readOne(scriptState(socket));
}

void opensUdp(void* data)
{
	UdpScript* script = data;
	script->socket = scriptUdp(script->port, script->onReadable, script);
	script->done = script->socket != NULL;
}

void closesUdp(void* data)
{
	UdpScript* script = data;
	if (script->socket)
		scriptUdpClose(script->socket);
	script->socket = NULL;
}

void readsUdp(void* data)
{
	readOne(data);
}

void writesUdp(void* data)
{
	UdpScript* script = data;
	script->done = scriptUdpWrite(script->socket, script->data, script->length, script->address, kHostPort);
}

void addsGroup(void* data)
{
	UdpScript* script = data;
	script->done = scriptUdpAdd(script->socket, script->group);
}

void removesGroup(void* data)
{
	UdpScript* script = data;
	script->done = scriptUdpRemove(script->socket, script->group);
}

/* For the driver */

void runUdp(void (*function)(void*), UdpScript* script)
{
	inMachine(function, script);
	settle();
}

void openUdp(UdpScript* script, uint16_t port, Callback onReadable)
{
	*script = (UdpScript){ .port = port, .onReadable = onReadable, .address = kHostText, .group = kGroupText };
	datagramsListen();
	runUdp(opensUdp, script);
	if (!script->done)
		worldFail("no socket: %s", scriptError());
}

void sendFromHostTo(uint32_t address, size_t length)
{
	static uint8_t data[kMostReceived];
	fillPattern(data, 0, length);
	datagramSend(kHost, kHostPort, address, kMdnsPort, data, length);
}

void sendFromHost(size_t length)
{
	sendFromHostTo(kDevice, length);
	settle();
}

bool sendFromScript(UdpScript* script, size_t length)
{
	uint8_t* data = malloc(length + 1);
	fillPattern(data, 0, length);
	script->data = data;
	script->length = length;
	runUdp(writesUdp, script);
	free(data);
	return script->done;
}

void closeUdp(UdpScript* script)
{
	runUdp(closesUdp, script);
	wireReceiver(peersReceive);
}
