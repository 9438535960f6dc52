/* Prints to the board's console, because the SDK's trace is silent in release builds. */
function print(text) @ "xs_console_print";

export default print;
