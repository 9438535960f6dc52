/* Why the board started, in esp-idf's knowledge (restart-reason.c). */
function reason() @ "xs_restart_reason";

export default reason;
