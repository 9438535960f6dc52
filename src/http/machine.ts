/**
 * What the server asks of its machine, whose memory is limited: when XS runs out of memory it throws nothing, it ends.
 */
export interface Machine {
	/**
	 * Reports whether the given number of slots and bytes of the heap are free, not counting the reserve. If they are
	 * not, first collects garbage, if enough was allocated since the last collection.
	 *
	 * @param collect Collects in any case, because the caller has just released something.
	 */
	room(slots: number, bytes: number, collect?: boolean): boolean;
	/**
	 * If the heap has grown into its reserve, collects garbage and frees what is no longer needed. Returns the bytes of
	 * the reserve that it keeps.
	 */
	settle(): number;
	/**
	 * Reports whether a property name is in use already. Each new name takes memory for as long as the machine runs.
	 */
	isName(text: string): boolean;
	/**
	 * Returns what the log says, behind the value, of where one was thrown that is not an Error: such a value has no stack. Returns
	 * "" for an Error, and if the place is unknown.
	 */
	readonly thrown?: (value: unknown) => string;
}

/** A host whose memory is practically unlimited. */
export const UNLIMITED_MACHINE: Machine = Object.freeze({
	room: () => true,
	settle: () => 0,
	isName: () => true,
});
