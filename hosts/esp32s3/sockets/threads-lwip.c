/*
	The two threads: calls of the machine's into lwIP's, and messages in the other direction.

	The machine's thread calls by tcpip_api_call(), a message and a wait, so that no block
	of lwIP's is ever used by two threads. lwIP's thread never waits for the machine's. So a
	message for which the machine's queue has no room is late: it waits in a list, and
	lwIP's thread tries again until none is.
*/
#include "pcb-lwip.h"

#include "xsHost.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#if LWIP_TCPIP_CORE_LOCKING
	#error "lwIP would run calls in the machine's thread, which has to be told from lwIP's"
#endif

enum { kLatePause = 100 /* milliseconds until the machine's queue is tried again */ };

static bool gOpen;
static __thread bool gIsLwip; /* whether this is lwIP's thread */

/* Messages that the machine's queue had no room for, in their order; under gLock. */
static PcbMessage *gLate, **gLateEnd = &gLate;
static sys_mutex_t gLock;
static bool gArmed; /* lwIP's thread only */

/* Calls */

void callLwip(tcpip_api_call_fn run, LwipCall* call)
{
	tcpip_api_call(run, call);
}

static err_t markThread(LwipCall* call)
{
	(void)call;
	gIsLwip = true;
	return ERR_OK;
}

bool openLwip(void)
{
	LwipCall call = { 0 };
	if (!gOpen && pcbOpenInput() && sys_mutex_new(&gLock) == ERR_OK) {
		gOpen = true;
		callLwip(markThread, &call);
	}
	return gOpen;
}

/* Messages */

/* Posts the late messages. Returns whether some remain. Locked. */
static bool postLate(void)
{
	while (gLate) {
		PcbMessage* next = gLate->next;
		/* The only kind of post that does not wait. It may be called by tasks, too. */
		if (modMessagePostToMachineFromISR(gLate->the, gLate->deliver, gLate->refcon))
			return true;
		gLate = next;
	}
	gLateEnd = &gLate;
	return false;
}

static void tryAgain(void* unused);

static err_t arm(LwipCall* call)
{
	(void)call;
	if (!gArmed)
		sys_timeout(kLatePause, tryAgain, NULL);
	gArmed = true;
	return ERR_OK;
}

static void tryAgain(void* unused)
{
	bool late;
	(void)unused;
	gArmed = false;
	sys_mutex_lock(&gLock);
	late = postLate();
	sys_mutex_unlock(&gLock);
	if (late)
		arm(NULL);
}

bool pcbPost(PcbMessage* message)
{
	LwipCall call = { 0 };
	bool late;
	sys_mutex_lock(&gLock);
	message->next = NULL;
	*gLateEnd = message;
	gLateEnd = &message->next;
	late = postLate();
	sys_mutex_unlock(&gLock);
	if (late && gIsLwip)
		arm(NULL);
	else if (late)
		callLwip(arm, &call);
	return true;
}
