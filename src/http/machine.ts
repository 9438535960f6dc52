/**
 * What the server asks of the machine that it runs on, whose memory has an end: XS throws nothing when
 * it runs out, it ends.
 */
export interface Machine {
	/**
	 * Whether so many slots and bytes of the heap are free, the reserve left out. Where they are not it collects garbage
	 * first, if enough was allocated since the last collection.
	 *
	 * @param collect Collect in any case: something was let go of just now.
	 */
	room(slots: number, bytes: number, collect?: boolean): boolean;
	/**
	 * Where the heap has grown into its reserve, collects garbage and gives back what is not needed any more. Returns the
	 * bytes that it keeps.
	 */
	settle(): number;
	/** Whether a property name is in use already. Each new one takes memory for as long as the machine lives. */
	isName(text: string): boolean;
}

/** For a host whose memory has no end to speak of. */
export const UNLIMITED_MACHINE: Machine = Object.freeze({
	room: () => true,
	settle: () => 0,
	isName: () => true,
});
