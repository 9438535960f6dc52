/* The `timer` module of the Moddable SDK, over the simulator's loop (native/natives.c). */
class Timer {
	static set(callback, delay, repeat) @ "xs_timer_set"
	static repeat(callback, interval) @ "xs_timer_repeat"
	static schedule(timer, delay, repeat) @ "xs_timer_schedule"
	static clear(timer) @ "xs_timer_clear"
}

export default Timer;
