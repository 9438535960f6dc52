/*
	lwIP's network: a TUN device, on the other end of which is Linux's TCP. lwIP has the
	address 127.0.0.1, and rules of Linux's route to the device what is for a port that
	lwIP uses. So clients find the firmware where they find it over the simulator's own
	sockets, and the rest of 127.0.0.0/8 is Linux's.

	That takes a network namespace in which such rules come before Linux's own routes, and
	whose programs leave these ports alone: scripts/testing/over-lwip.mjs makes it.
*/
#include "pcb-lwip.h"
#include "host.h"

#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcpip.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kMtu = 1500, kFirstTable = 1000, kLocalPorts = 1024, kListeners = 16, kMailboxPause = 500 /* microseconds */ };

static int gTunnel = -1;
static unsigned gTable; /* of routes, the device's own */
static struct netif gInterface;

/*
	A port of lwIP's that Linux gives to nobody else. It stays lwIP's when its listener closes,
	since connections of the port may not have ended.
*/
typedef struct {
	PcbListener* listener; /* NULL: it has closed */
	int reservation;
	uint16_t port; /* 0: not in use */
} Port;
static Port gPorts[kListeners];

__attribute__((format(printf, 1, 2))) static void run(const char* format, ...)
{
	char command[256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(command, sizeof command, format, arguments);
	va_end(arguments);
	if (system(command))
		hostFail("a network of lwIP's own needs root, iproute2 and a network namespace; this fails: %s", command);
}

/* What is for these ports is for lwIP. `verb` is add or del. */
static void route(const char* verb, unsigned first, unsigned last)
{
	run("ip rule %s pref 10 ipproto tcp to 127.0.0.1 dport %u-%u lookup %u", verb, first, last, gTable);
}

/* Each process has some ports of its own for outgoing connections, as long as there are no more than a dozen. */
uint16_t firstLocalPort(void)
{
	unsigned blocks = (TCP_LOCAL_PORT_RANGE_END - TCP_LOCAL_PORT_RANGE_START) / kLocalPorts;
	return (uint16_t)(TCP_LOCAL_PORT_RANGE_START + gTable % blocks * kLocalPorts);
}

/* Packets */

static err_t transmit(struct netif* interface, struct pbuf* pbuf, const ip4_addr_t* to)
{
	uint8_t packet[kMtu];
	u16_t length = pbuf_copy_partial(pbuf, packet, sizeof packet, 0);
	(void)interface;
	(void)to;
	/* A full queue loses the packet. */
	if (write(gTunnel, packet, length) < 0 && errno != EAGAIN)
		return ERR_IF;
	return ERR_OK;
}

static void* receive(void* unused)
{
	(void)unused;
	for (;;) {
		uint8_t packet[kMtu];
		ssize_t length = read(gTunnel, packet, sizeof packet);
		struct pbuf* pbuf;
		if (length < 0 && errno != EINTR)
			return NULL;
		/* Linux's IPv6 looks for neighbors. */
		if (length <= 0 || packet[0] >> 4 != 4)
			continue;
		pbuf = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_RAM);
		if (!pbuf)
			continue;
		pbuf_take(pbuf, packet, (u16_t)length);
		/* lwIP's mailbox may be full. A radio gives a board less at once; here the packets wait at Linux's end. */
		while (gInterface.input(pbuf, &gInterface) != ERR_OK)
			usleep(kMailboxPause);
	}
}

static err_t initialize(struct netif* interface)
{
	interface->name[0] = 't';
	interface->name[1] = 'u';
	interface->mtu = kMtu;
	interface->output = transmit;
	return ERR_OK;
}

static void addInterface(void* semaphore)
{
	ip4_addr_t address, mask;
	IP4_ADDR(&address, 127, 0, 0, 1);
	IP4_ADDR(&mask, 255, 0, 0, 0);
	netif_add(&gInterface, &address, &mask, IP4_ADDR_ANY4, NULL, initialize, tcpip_input);
	netif_set_default(&gInterface);
	netif_set_up(&gInterface);
	netif_set_link_up(&gInterface);
	sys_sem_signal(semaphore);
}

/* The device */

static void openTunnel(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	const char* name = request.ifr_name;
	pthread_t thread;
	sys_sem_t added;
	gTunnel = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (gTunnel < 0 || ioctl(gTunnel, TUNSETIFF, &request) < 0)
		hostFail("no TUN device: %s", strerror(errno));
	gTable = kFirstTable + if_nametoindex(name);
	/* Packets with addresses of 127.0.0.0/8 may come from it, though these are the machine's own. */
	run("cd /proc/sys/net/ipv4/conf/%s && echo 1 > route_localnet && echo 1 > accept_local && echo 0 > rp_filter",
		name);
	run("ip link set %s up && ip route add 127.0.0.0/8 dev %s src 127.1.1.1 table %u", name, name, gTable);
	route("add", firstLocalPort(), firstLocalPort() + kLocalPorts - 1u);
	sys_sem_new(&added, 0);
	tcpip_init(addInterface, &added);
	sys_arch_sem_wait(&added, 0);
	sys_sem_free(&added);
	if (pthread_create(&thread, NULL, receive, NULL))
		hostFail("no thread");
	pthread_detach(thread);
}

/* The linker puts this before the board's. There, the network is up long before a socket is made. */
bool __real_openLwip(void);
bool __wrap_openLwip(void);
bool __wrap_openLwip(void)
{
	if (gTunnel < 0)
		openTunnel();
	return __real_openLwip();
}

/* Ports */

/* Takes a port from Linux: any if it is 0. Returns -1 if another program has it. */
static int reserve(const char* address, uint16_t* port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t size = sizeof at;
	int on = 1, reservation = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ip4_addr_t numbers;
	if (ip4addr_aton(address, &numbers))
		at.sin_addr.s_addr = ip4_addr_get_u32(&numbers);
	setsockopt(reservation, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(reservation, (struct sockaddr*)&at, sizeof at) < 0) {
		close(reservation);
		return -1;
	}
	getsockname(reservation, (struct sockaddr*)&at, &size);
	*port = ntohs(at.sin_port);
	return reservation;
}

static void giveBack(Port* place)
{
	if (place->port) {
		route("del", place->port, place->port);
		close(place->reservation);
	}
	*place = (Port){ 0 };
}

/* Returns the place of a closed port, or one that is free or has been closed for long. NULL if there is none. */
static Port* findPlace(uint16_t port)
{
	static size_t next;
	for (Port* place = gPorts; port && place < gPorts + kListeners; place++)
		if (place->port == port && !place->listener)
			return place;
	for (size_t i = 0; i < kListeners; i++) {
		Port* place = gPorts + next++ % kListeners;
		if (!place->listener) {
			giveBack(place);
			return place;
		}
	}
	return NULL;
}

PcbListener* __real_pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error);
PcbListener* __wrap_pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error);
PcbListener* __wrap_pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	Port* place = findPlace(port);
	if (!place) {
		snprintf(error, sizeof(PcbText), "no socket");
		return NULL;
	}
	if (!place->port) {
		place->reservation = reserve(address, &port);
		if (place->reservation < 0) {
			snprintf(error, sizeof(PcbText), "port %u on %s is in use", port, address);
			return NULL;
		}
	}
	place->listener = __real_pcbListen(address, port, owner, notify, error);
	if (!place->listener) {
		if (!place->port)
			close(place->reservation);
		return NULL;
	}
	if (!place->port)
		route("add", port, port);
	place->port = port;
	return place->listener;
}

void __real_pcbListenerClose(PcbListener* listener);
void __wrap_pcbListenerClose(PcbListener* listener);
void __wrap_pcbListenerClose(PcbListener* listener)
{
	for (Port* place = gPorts; place < gPorts + kListeners; place++)
		if (place->listener == listener)
			place->listener = NULL;
	__real_pcbListenerClose(listener);
}

/* Control blocks, for the report */

typedef struct {
	LwipCall call; /* first: the functions cast back */
	size_t count;
} CountCall;

static err_t countBlocks(LwipCall* call)
{
	/* Those that are closed, or half open. */
	for (const struct tcp_pcb* pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		((CountCall*)call)->count += pcb->recv != pcbReceived;
	return ERR_OK;
}

size_t pcbCount(void)
{
	/* Those of the script, also if lwIP has none for them any more. */
	CountCall call = { .count = MEMP_NUM_TCP_PCB - pcbLeft() };
	if (gTunnel >= 0)
		callLwip(countBlocks, &call.call);
	return call.count;
}

static err_t abortBlocks(LwipCall* call)
{
	(void)call;
	while (tcp_active_pcbs)
		tcp_abort(tcp_active_pcbs);
	return ERR_OK;
}

/* What is left of closed connections ends with the process. */
void pcbCloseAll(void)
{
	LwipCall call = { 0 };
	if (gTunnel >= 0)
		callLwip(abortBlocks, &call);
	for (Port* place = gPorts; place < gPorts + kListeners; place++)
		giveBack(place);
}
