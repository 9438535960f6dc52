import type { Bytes } from "../http/io.ts";
import type { Part } from "./part.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Writes the parts of one viewer that needs them in a different form, such as with more fields. It costs that viewer
 * some strings for each frame, and the others nothing.
 */
export interface PartWriter {
	/** Whether it writes each part as `part.next`, so that no part needs to be asked for. */
	readonly plain?: boolean;
	/**
	 * Returns what to send for a frame: the part's head, the JPEG, and the delimiter after it. Before the first part
	 * (`viewer.sent` is 0), it begins with the opening delimiter.
	 */
	write(part: Part, viewer: Viewer): readonly Bytes[];
}
