/** Where settings outlive a restart: the preferences on the board, a file in the simulator. */
export interface Store {
	/** What was written last; undefined where nothing was, or it was cleared. Throws where the storage fails. */
	read(): string | undefined;
	write(text: string): void;
	clear(): void;
}
