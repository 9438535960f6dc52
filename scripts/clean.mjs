import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/root.mjs";

// Everything that the other commands create, except the packages.
rmSync(join(root, "build"), { recursive: true, force: true });
