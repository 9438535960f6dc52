import type { UpdateRecord } from "../../../src/device/slots.ts";

/** Returns whether there is a simulated flash, so that the firmware can be updated. */
export declare function present(): boolean;
/** Returns what the image in the slot does in place of serving: "crash", "hang", "no-address"; or "". */
export declare function behavior(): string;
/** Returns why the firmware last started, in a few words. */
export declare function reason(): string;
/** Restarts the firmware, and does not return. */
export declare function restart(reason: string): never;
export declare const record: UpdateRecord;
