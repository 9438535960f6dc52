/* Steps of the machine's thread, between which lwIP's may come. */
#include "world.h"
#include "xs.h"

#include "pcb.h"

#include "lwip/priv/tcpip_priv.h"
#include "lwip/sys.h"

static long gUntilStep;
static void (*gStep)(void*);
static void* gStepData;

void scriptAtStep(long which, void (*function)(void*), void* data)
{
	gUntilStep = which;
	gStep = function;
	gStepData = data;
}

bool scriptStepped(void)
{
	return !gStep;
}

static void takeStep(void)
{
	void (*function)(void*);
	if (!gIsMachine || !gStep || --gUntilStep > 0)
		return;
	function = gStep;
	gStep = NULL;
	function(gStepData);
	worldLwipQuiet();
}

err_t __real_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call);
err_t __wrap_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call);
err_t __wrap_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call)
{
	takeStep();
	return __real_tcpip_api_call(function, call);
}

void __real_sys_mutex_lock(sys_mutex_t* mutex);
void __wrap_sys_mutex_lock(sys_mutex_t* mutex);
void __wrap_sys_mutex_lock(sys_mutex_t* mutex)
{
	takeStep();
	__real_sys_mutex_lock(mutex);
}

/* Between these, too: they read what lwIP's thread writes. */
#define STEP_BEFORE(type, name, parameter, argument) \
	type __real_##name(parameter); \
	type __wrap_##name(parameter); \
	type __wrap_##name(parameter) \
	{ \
		takeStep(); \
		return __real_##name(argument); \
	}
STEP_BEFORE(bool, pcbEnded, const Pcb* pcb, pcb)
STEP_BEFORE(bool, pcbReset, const Pcb* pcb, pcb)
STEP_BEFORE(size_t, pcbRoom, Pcb* pcb, pcb)
STEP_BEFORE(size_t, pcbPending, const PcbListener* listener, listener)
