import type { Directory } from "../../src/device/files.ts";

/**
 * A directory of the operating system's, as the root of a storage: on the board where an SD card is mounted. Throws
 * where there is none of that path.
 */
declare const RootDirectory: new (path: string) => Directory;
export default RootDirectory;
