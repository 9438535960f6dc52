/** Storage for settings that survives a restart: the preferences on the board, a file in the simulator. */
export interface Store {
	/** Returns the last text written; undefined if there is none or it was cleared. Throws if the storage fails. */
	read(): string | undefined;
	write(text: string): void;
	clear(): void;
}
