import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/root.mjs";

// All that the other commands make, but the packages.
rmSync(join(root, "build"), { recursive: true, force: true });
