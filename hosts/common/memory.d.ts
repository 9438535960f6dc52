import type { Machine } from "../../src/http/machine.ts";
import type { Memory } from "../../src/state/memory.ts";

/** How much memory there is, now. Cheap: nothing is collected or searched for it. */
declare function memory(): Memory;
export default memory;

/** Gives the heap a reserve, where the host has one and it is not there yet. */
export declare function openReserve(): void;

export declare const machine: Machine;
