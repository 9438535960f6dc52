import type { Memory } from "../../src/state/memory.ts";

/** How much memory there is, now. Cheap: nothing is collected or searched for it. */
declare function memory(): Memory;
export default memory;
