import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of the suite's own, gone when the suite is. Call it in `describe`. */
export function temporaryFolder(): { readonly path: string } {
	const path = mkdtempSync(join(tmpdir(), "yieldcam-test-"));
	after(() => rmSync(path, { recursive: true }));
	return { path };
}
