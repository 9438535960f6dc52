#include "wire.h"
#include "packet.h"
#include "peer.h"
#include "world.h"

#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/tcpip.h"

#include <stdlib.h>
#include <string.h>

enum { kReorderDelay = 30 };

typedef struct Packet Packet;
struct Packet {
	Packet* next;
	uint32_t due;
	bool toDevice;
	size_t length;
	uint8_t data[];
};

/* A received packet, in a buffer of the size of the packet, so that a read past its end is noticed. */
typedef struct {
	struct pbuf_custom pbuf; /* first: release() casts back */
	uint8_t* payload;
} Received;

Weather gWeather;
static void (*gReceive)(const uint8_t*, size_t) = peersReceive;
static struct netif gInterface;
static Packet *gWire, *gWireLast;          /* the driver's, sorted by time */
static Packet *gSent, **gSentEnd = &gSent; /* by lwIP's thread; under the world's lock */
static long gBuffers, gMostBuffers;

/* Packets on the wire */

static Packet* makePacket(const void* data, size_t length)
{
	Packet* packet = malloc(sizeof *packet + length);
	packet->next = NULL;
	packet->length = length;
	memcpy(packet->data, data, length);
	return packet;
}

static void schedule(Packet* packet, bool toDevice)
{
	Packet** address;
	packet->toDevice = toDevice;
	packet->due = worldNow() + gWeather.delay;
	if (gWeather.reorder && worldDice(1000) < gWeather.reorder)
		packet->due += 1 + worldDice(kReorderDelay);
	address = gWire && (int32_t)(gWireLast->due - packet->due) <= 0 ? &gWireLast->next : &gWire;
	while (*address && (int32_t)((*address)->due - packet->due) <= 0)
		address = &(*address)->next;
	packet->next = *address;
	*address = packet;
	if (!packet->next)
		gWireLast = packet;
}

static void send(Packet* packet, bool toDevice)
{
	if (gWeather.repeat && worldDice(1000) < gWeather.repeat)
		schedule(makePacket(packet->data, packet->length), toDevice);
	if (gWeather.loss && worldDice(1000) < gWeather.loss)
		free(packet);
	else
		schedule(packet, toDevice);
}

void wireSend(const void* packet, size_t length)
{
	send(makePacket(packet, length), true);
}

/* To the device */

static void release(struct pbuf* pbuf)
{
	Received* received = (Received*)pbuf;
	free(received->payload);
	free(received);
	__atomic_sub_fetch(&gBuffers, 1, __ATOMIC_SEQ_CST);
}

long wireBuffers(void)
{
	return __atomic_load_n(&gBuffers, __ATOMIC_SEQ_CST);
}

long wireMostBuffers(void)
{
	long most = gMostBuffers;
	gMostBuffers = wireBuffers();
	return most;
}

void wireInject(const void* packet, size_t length)
{
	Received* received;
	struct pbuf* pbuf;
	long buffers;
	worldMailboxRoom();
	if (gWeather.buffers && wireBuffers() >= gWeather.buffers)
		return;
	received = calloc(1, sizeof *received);
	buffers = __atomic_add_fetch(&gBuffers, 1, __ATOMIC_SEQ_CST);
	if (buffers > gMostBuffers)
		gMostBuffers = buffers;
	received->pbuf.custom_free_function = release;
	received->payload = malloc(length);
	memcpy(received->payload, packet, length);
	pbuf = pbuf_alloced_custom(PBUF_RAW, (u16_t)length, PBUF_REF, &received->pbuf, received->payload, (u16_t)length);
	if (gInterface.input(pbuf, &gInterface) != ERR_OK)
		pbuf_free(pbuf);
}

/* From the device */

static void queueSent(void* data)
{
	*gSentEnd = data;
	gSentEnd = &((Packet*)data)->next;
}

static void takeSent(void* data)
{
	*(Packet**)data = gSent;
	gSent = NULL;
	gSentEnd = &gSent;
}

static err_t transmit(struct netif* interface, struct pbuf* pbuf, const ip4_addr_t* to)
{
	uint8_t data[kMtu];
	(void)interface;
	(void)to;
	if (pbuf->tot_len > kMtu)
		worldFail("the device sends %u bytes", pbuf->tot_len);
	pbuf_copy_partial(pbuf, data, pbuf->tot_len, 0);
	worldChange(queueSent, makePacket(data, pbuf->tot_len));
	return ERR_OK;
}

void wireReceiver(void (*receive)(const uint8_t* packet, size_t length))
{
	gReceive = receive;
}

static Packet* collect(void)
{
	Packet* packets;
	worldChange(takeSent, &packets);
	return packets;
}

bool wirePump(void)
{
	bool moved = false;
	Packet* packets = collect();
	while (packets) {
		Packet* next = packets->next;
		send(packets, false);
		packets = next;
		moved = true;
	}
	while (gWire && (int32_t)(worldNow() - gWire->due) >= 0) {
		Packet* packet = gWire;
		gWire = packet->next;
		if (packet->toDevice)
			wireInject(packet->data, packet->length);
		else
			gReceive(packet->data, packet->length);
		free(packet);
		moved = true;
	}
	return moved;
}

bool wireNext(uint32_t* at)
{
	if (gWire)
		*at = gWire->due;
	return gWire != NULL;
}

void wireClear(void)
{
	Packet* packets = collect();
	while (packets || gWire) {
		Packet** from = packets ? &packets : &gWire;
		Packet* packet = *from;
		*from = packet->next;
		free(packet);
	}
}

/* The interface */

static err_t initialize(struct netif* interface)
{
	interface->name[0] = 'w';
	interface->name[1] = 'i';
	interface->mtu = kMtu;
	interface->output = transmit;
	interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_IGMP;
	return ERR_OK;
}

static void change(void* data)
{
	if (*(bool*)data) {
		netif_set_up(&gInterface);
		netif_set_link_up(&gInterface);
	}
	else
		netif_set_down(&gInterface);
}

static void open(void* data)
{
	bool up = true;
	ip4_addr_t address, mask, gateway;
	(void)data;
	ip4_addr_set_u32(&address, lwip_htonl(kDevice));
	IP4_ADDR(&mask, 255, 0, 0, 0);
	ip4_addr_set_any(&gateway);
	netif_add(&gInterface, &address, &mask, &gateway, NULL, initialize, tcpip_input);
	netif_set_default(&gInterface);
	change(&up);
}

void wireOpen(void)
{
	tcpip_init(open, NULL);
	worldQuiet();
}

void wireUp(bool up)
{
	tcpip_callback(change, &up);
	worldQuiet();
}
