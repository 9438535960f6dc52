import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder of the suite, deleted at its end. Call it in `describe`. */
export function temporaryFolder(): { readonly path: string } {
	const path = mkdtempSync(join(tmpdir(), "yieldcam-test-"));
	after(() => rmSync(path, { recursive: true }));
	return { path };
}
