import type { BoardPins } from "../../common/pins/board-pins.ts";
import type { FrameSizeName } from "../../../src/camera/frame-sizes.ts";
import type { NetworkInRange } from "../air.ts";
import type { Limits } from "../../../src/http/limits.ts";

/** The launcher's options for the firmware, which replace a board's pins and Wi-Fi. */
declare const options: {
	/** The IPv4 address to listen on. */
	readonly address: string;
	/** 0: any free port. Absent, like frame size and quality, if the command line does not set it. */
	readonly port?: number;
	/** A second port to listen on. Default: none. */
	readonly streamPort?: number;
	/** The port of RTSP; 0: any free port. */
	readonly rtspPort?: number;
	readonly frameSize?: FrameSizeName;
	readonly quality?: number;
	/** The configuration from the program's manifest and from the command line. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The folder for file storage. Default: none. */
	readonly files?: string;
	/** The board whose pins and LEDs the simulator has. Default: its own. */
	readonly board?: BoardPins;
	/** The networks in range of the simulated Wi-Fi. Default: there is no Wi-Fi. */
	readonly wifi?: readonly NetworkInRange[];
	/** Whether the command line requests faults. */
	readonly faults?: true;
	/** The server's limits in place of a board's. Default: the board's. */
	readonly limits?: Partial<Limits>;
	/** The controls set on the command line, which stay fixed for this run. */
	readonly fixed: readonly string[];
};
export default options;
