/** The firmware and its updates, as `/api/state` reports them. */
export interface FirmwareState {
	readonly version: string;
	/** The name of the board that it was built for. */
	readonly board: string;
	/** The slot that it runs from. */
	readonly slot: string;
	/** Seconds that are left to prove itself; undefined if it is valid. */
	readonly probation: number | undefined;
	/** What it has not proven yet, if it is on probation. */
	readonly lacking: string | undefined;
	/** The update that is being received. */
	readonly update: { readonly received: number; readonly size: number } | undefined;
	/** What the last update came to. */
	readonly last: LastUpdate | undefined;
}

export interface LastUpdate {
	/** That of the image which was installed. */
	readonly version: string;
	/** "trying" while it is on probation, or about to be booted. */
	readonly result: "trying" | "valid" | "went back";
	/** Why it went back. */
	readonly reason?: string | undefined;
}
