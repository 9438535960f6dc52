/* How much memory there is (memory.c): one source for the board and for the simulators. */
function heap(which) @ "xs_memory_heap";
function region(psram, which) @ "xs_memory_region";

/* Undefined where there is none, or none that is counted. */
function regionOf(psram) {
	const size = region(psram, 0);
	return size ? { size, free: region(psram, 1), minimumFree: region(psram, 2) } : undefined;
}

export default function memory() {
	return {
		heap: {
			slots: { used: heap(0), size: heap(1) },
			chunks: { used: heap(2), size: heap(3) },
		},
		internal: regionOf(false),
		psram: regionOf(true),
	};
}
