import type { Directory } from "../../src/device/files.ts";

/**
 * A directory of the operating system, as the root of a storage; on the board, the mount point of an SD card. Throws if
 * there is no directory at the path.
 */
declare const RootDirectory: new (path: string) => Directory;
export default RootDirectory;
