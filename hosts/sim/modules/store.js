/* Storage that survives a restart of the firmware (native/store.c). */
function read() @ "xs_sim_store_read";
function write(text) @ "xs_sim_store_write";
function clear() @ "xs_sim_store_clear";

export default Object.freeze({ read, write, clear });
