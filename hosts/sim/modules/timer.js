/* The Moddable SDK's module `timer`, on the simulator's loop (machine/timer.c). */
class Timer {
	static set(callback, delay, repeat) @ "xs_timer_set"
	static repeat(callback, interval) @ "xs_timer_repeat"
	static schedule(timer, delay, repeat) @ "xs_timer_schedule"
	static clear(timer) @ "xs_timer_clear"
}

export default Timer;
