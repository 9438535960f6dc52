/* Why the board started, according to esp-idf (restart-reason.c). */
function reason() @ "xs_restart_reason";

export default reason;
