/** Returns why the board last started, in a few words: "power on", "watchdog", "crash". */
declare function restartReason(): string;
export default restartReason;
