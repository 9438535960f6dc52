import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, with a slash at its end. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whether it is an installed package, whose TypeScript is compiled already: npm packs no lock file. */
export const installed = !existsSync(join(root, "package-lock.json"));

/**
 * The folder of everything that the commands build. An installed package may be read-only, and programs share it, so
 * `yieldcam` names a folder of the program's own.
 */
export const output = installed ? resolve(process.env.YIELDCAM_BUILD ?? "build") : join(root, "build");

/** How the commands are called, for messages. */
export const START = installed ? "npx yieldcam start" : "npm start --";
export const FLASH = installed ? "npx yieldcam flash" : "npm run flash --";
