import type { FrameSizeName } from "../../../src/camera/frame-sizes.ts";

/** What the launcher hands the firmware in place of a board's pins and Wi-Fi. */
declare const options: {
	/** IPv4, to listen at. */
	readonly address: string;
	/** 0: any free one. Absent, like the frame size and the quality, where the command line does not say. */
	readonly port?: number;
	/** Another port to listen at; absent: none. */
	readonly streamPort?: number;
	readonly frameSize?: FrameSizeName;
	readonly quality?: number;
	/** Of the program's manifest, and of the command line. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The folder that is the file storage; absent: none. */
	readonly files?: string;
	/** Whether faults were asked for. */
	readonly faults?: true;
	/** Controls that were given on the command line: for this run they stay so. */
	readonly fixed: readonly string[];
};
export default options;
