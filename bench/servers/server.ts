/** A server in the comparison. */
export interface BenchServer {
	readonly name: string;
	/** Information for reading its figures. */
	readonly note?: string;
	/** The maximum number of viewers. Default: no limit. */
	readonly mostViewers?: number;
	/** Whether the server sets its rate itself, and the bench cannot. */
	readonly ownRate?: boolean;
	start(frames: string, fps: number): Promise<RunningServer>;
}

export interface RunningServer {
	readonly port: number;
	/** The path of its stream. */
	readonly stream: string;
	/** The path of a small response. */
	readonly status: string;
	/** The server's processes, for its processor time and memory. */
	readonly processes: readonly number[];
	/** The processes that replace hardware. */
	readonly aside: readonly number[];
	/** This machine's monotonic clock minus that of X-Timestamp, in microseconds, or undefined if not known. */
	readonly clockOffset: number | undefined;
	/** Whether each frame has to be one of the folder's. */
	readonly servesFolder: boolean;
	stop(): Promise<void>;
}
