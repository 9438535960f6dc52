/** The two slots of the firmware: what runs, and the one that an update is written to (hosts/common/update). */
export interface Slots {
	/** Returns how many bytes an image may have; 0 if the flash has no second slot, or what runs was built without a name. */
	size(): number;
	/** Returns the version of what runs. */
	version(): string;
	/** Returns the name of the board that it was built for. */
	board(): string;
	/** Returns the name of the slot that runs. */
	slot(): string;
	/** Returns whether what runs has to call itself valid, or the next start goes back to the other slot. */
	onProbation(): boolean;
	/** Returns what became of the other slot's image: 0 unknown, 1 it gave up, 2 it ended before it was valid. */
	otherEnded(): number;
	/** Begins an update of so many bytes. Erases nothing yet. Throws an Error with the reason if it cannot. */
	open(size: number): void;
	/**
	 * Adds bytes of the image. Returns whether it has written to the flash. Throws an Error with the reason if the image is not
	 * for this device, before anything is erased, or if the flash fails; that ends the update.
	 */
	write(bytes: Uint8Array): boolean;
	/** Checks the whole image, has it boot next, and returns its version. Throws as `write` does. */
	finish(): string;
	/** Ends an update that is not finished. Further calls do nothing. */
	close(): void;
	/** Calls what runs valid. Throws an Error if the flash fails. */
	confirm(): void;
	/** Goes back to the other slot, and restarts. Returns if there is nothing to go back to. */
	giveUp(): void;
	/** Has what runs give up after so many milliseconds, whatever the script does, unless it is valid by then. */
	watch(milliseconds: number): void;
	restart(): void;
	/** A text of up to 256 bytes that outlasts a restart. */
	readonly record: UpdateRecord;
}

export interface UpdateRecord {
	/** Returns undefined if there is none. */
	read(): string | undefined;
	write(text: string): void;
}
