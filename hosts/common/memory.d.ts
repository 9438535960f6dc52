import type { Machine } from "../../src/http/machine.ts";
import type { Memory } from "../../src/state/memory.ts";

/** Returns the current memory figures. It is cheap: it collects and searches nothing. */
declare function memory(): Memory;
export default memory;

/** Adds a reserve to the heap, if the host has one and it is not open yet. */
export declare function openReserve(): void;

export declare const machine: Machine;
