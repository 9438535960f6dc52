/**
 * Prints text on the board's console, the serial line or USB, as it is. In debug builds that line is the
 * debugger's and this prints nowhere; there the SDK's `trace` reaches its log.
 */
declare function print(text: string): void;
export default print;
