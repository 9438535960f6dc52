/** A pool of the script's heap. */
export interface HeapPool {
	/** Includes what the next garbage collection will free. */
	readonly used: number;
	/** Total size. If the heap can grow, the current size. */
	readonly size: number;
}

/** One kind of the board's memory (esp-idf's esp_heap_caps.h), in bytes. */
export interface MemoryRegion {
	readonly size: number;
	readonly free: number;
	/** The lowest value that `free` ever had. */
	readonly minimumFree: number;
}

/** How much memory there is. */
export interface Memory {
	/** The script's heap, as XS counts it. */
	readonly heap: {
		/** For objects and properties: a number of slots, of 16 bytes each on the board. */
		readonly slots: HeapPool;
		/** For strings, arrays and buffers, in bytes. */
		readonly chunks: HeapPool;
	};
	/**
	 * Memory, in bytes, that the heap grows into if its own runs out. If it is in use, the device was overloaded.
	 * Undefined if the host has none.
	 */
	readonly reserve?:
		| {
				readonly size: number;
				/**
				 * What the heap has grown by and not returned. It returns memory when a collection finds nothing alive
				 * there.
				 */
				readonly used: number;
				/** The highest value that `used` ever had. */
				readonly peak: number;
		  }
		| undefined;
	/** The chip's internal memory; undefined if it is not counted. */
	readonly internal?: MemoryRegion | undefined;
	/** Undefined if there is none, or if it is not counted. */
	readonly psram?: MemoryRegion | undefined;
}
