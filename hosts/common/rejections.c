/* See rejections.h. XS keeps them in a list of two slots for each (xsPromise.c, fxAddUnhandledRejection). */
#include "rejections.h"

/* Marks an entry that was there at the last check. XS itself sets no flags there. */
#define kSeen XS_DONT_ENUM_FLAG

bool rejectionTake(txMachine* the, txFlag flags, txSlot* reason)
{
	txSlot** address = &mxUnhandledPromises.value.reference->next;
	txSlot* slot;
	while ((slot = *address)) {
		txSlot* value = slot->next;
		if ((slot->flag & flags) == flags) {
			reason->kind = value->kind;
			reason->value = value->value;
			*address = value->next;
			return true;
		}
		address = &value->next;
	}
	return false;
}

/*
	Calls a function with the reason of each rejection that has had no handler since the
	last call, and takes it from the list: a promise may get its handler in the turn of
	the loop in which it is rejected.
*/
void xs_rejections_each(txMachine* the)
{
	txSlot* slot;
	mxPushUndefined();
	while (rejectionTake(the, kSeen, the->stack)) {
		/* THIS and FUNCTION, and the argument on top */
		txSlot* reason = the->stack;
		mxPushUndefined();
		mxPushSlot(mxArgv(0));
		mxCall();
		mxPushSlot(reason);
		mxRunCount(1);
		mxPop();
	}
	mxPop();
	for (slot = mxUnhandledPromises.value.reference->next; slot; slot = slot->next->next)
		slot->flag |= kSeen;
}
