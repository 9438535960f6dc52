/** A pool of the script's heap. */
export interface HeapPool {
	/** With what the next garbage collection frees. */
	readonly used: number;
	/** All that there is. Where the heap may grow, as much as there is now. */
	readonly size: number;
}

/** A kind of the board's memory (esp-idf's esp_heap_caps.h), in bytes. */
export interface MemoryRegion {
	readonly size: number;
	readonly free: number;
	/** The least that was ever free. */
	readonly minimumFree: number;
}

/** How much memory there is. */
export interface Memory {
	/** The script's, as XS counts it. */
	readonly heap: {
		/** What objects and properties take: a number of slots, of 16 bytes each on the board. */
		readonly slots: HeapPool;
		/** What strings, arrays and buffers take, in bytes. */
		readonly chunks: HeapPool;
	};
	/** Memory that the heap grows into where its own runs out, in bytes. In use, it means that too much was asked of the device. Undefined where there is none. */
	readonly reserve?:
		| {
				readonly size: number;
				/** What the heap has grown by, and not given back: it does when a collection finds nothing there alive. */
				readonly used: number;
				/** The most that it ever had. */
				readonly peak: number;
		  }
		| undefined;
	/** The chip's own memory; undefined where it is not counted. */
	readonly internal?: MemoryRegion | undefined;
	/** Undefined where there is none, or it is not counted. */
	readonly psram?: MemoryRegion | undefined;
}
