/* The last lines of the log (log-tail.c). */
function append(line) @ "xs_log_tail_append";
function logTail() @ "xs_log_tail_read";

export { append };
export default logTail;
