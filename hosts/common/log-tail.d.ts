/** Returns the last lines of the log, whole ones, as UTF-8: at most 4,096 bytes. */
declare function logTail(): ArrayBuffer;
export default logTail;

/** Adds a line, given without its line end. It is cut to 1,024 bytes, and the oldest lines make room for it. */
export declare function append(line: string): void;
