/** Why the board started last, in a few words: "power on", "watchdog", "crash". */
declare function restartReason(): string;
export default restartReason;
