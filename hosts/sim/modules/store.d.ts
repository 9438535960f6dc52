import type { Store } from "../../../src/settings/store.ts";

/** The file that `--settings` names; without it, nothing outlives a restart. */
declare const store: Store;
export default store;
