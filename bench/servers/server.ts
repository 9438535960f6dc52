/** One of those that are compared. */
export interface BenchServer {
	readonly name: string;
	/** What is to be known to read its figures. */
	readonly note?: string;
	/** How many viewers it takes; undefined: any number. */
	readonly mostViewers?: number;
	/** Its rate is not the bench's to choose. */
	readonly ownRate?: boolean;
	start(frames: string, fps: number): Promise<RunningServer>;
}

export interface RunningServer {
	readonly port: number;
	/** The path of its stream. */
	readonly stream: string;
	/** The path of a small answer. */
	readonly status: string;
	/** Whose processor time and memory are the server's. */
	readonly processes: readonly number[];
	/** What runs beside it in place of hardware. */
	readonly aside: readonly number[];
	/** Microseconds of this machine's monotonic clock, less those of its X-Timestamp; undefined: not known. */
	readonly clockOffset: number | undefined;
	/** Whether each frame is to be one of the folder's. */
	readonly servesFolder: boolean;
	stop(): Promise<void>;
}
