/**
 * Prints text unchanged on the board's console: the serial line or USB. In debug builds the debugger uses that line,
 * and this function prints nothing; the SDK's `trace` then writes to the debugger's log.
 */
declare function print(text: string): void;
export default print;
