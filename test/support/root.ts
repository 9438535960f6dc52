import { fileURLToPath } from "node:url";

/** The project's folder; the compiled tests are in build/test/support. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));
