import type { Bytes } from "../http/io.ts";
import type { Part } from "./part.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Writes the parts of one viewer who wants them otherwise than all others get them, with more fields, say.
 * It costs that viewer some strings a frame, and the others nothing.
 */
export interface PartWriter {
	/**
	 * What the viewer is sent for a frame: the part's head, the JPEG, and the delimiter after it; before
	 * the first part (`viewer.sent` is 0), the opening delimiter as well.
	 */
	write(part: Part, viewer: Viewer): readonly Bytes[];
}
