import type { Store } from "../../../src/settings/store.ts";

/** The settings in the file that `--settings` names. Without it, nothing survives a restart. */
declare const store: Store;
export default store;

/** The network that somebody has chosen, in a file beside the settings. */
export declare const networkStore: Store;
