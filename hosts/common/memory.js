/* Memory figures (memory.c): one source for the board and for the simulators. */
function heap(which) @ "xs_memory_heap";
function reserve(which) @ "xs_memory_reserve";
function region(psram, which) @ "xs_memory_region";
function open() @ "xs_memory_open";
function room(slots, bytes, collect) @ "xs_memory_room";
function settle() @ "xs_memory_settle";
function isName(text) @ "xs_memory_isName";

/* Returns undefined if there is no such memory, or if it is not counted. */
function regionOf(psram) {
	const size = region(psram, 0);
	return size ? { size, free: region(psram, 1), minimumFree: region(psram, 2) } : undefined;
}

function reserveOf() {
	const size = reserve(0);
	return size ? { size, used: reserve(1), peak: reserve(2) } : undefined;
}

export default function memory() {
	return {
		heap: {
			slots: { used: heap(0), size: heap(1) },
			chunks: { used: heap(2), size: heap(3) },
		},
		reserve: reserveOf(),
		internal: regionOf(false),
		psram: regionOf(true),
	};
}

export { open as openReserve };

export const machine = Object.freeze({ room, settle, isName });
