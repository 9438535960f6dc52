/* What the simulator has of the board around updates (native/firmware.c). */
function present() @ "xs_sim_firmware_present";
function behavior() @ "xs_sim_firmware_behavior";
function readRecord() @ "xs_sim_firmware_readRecord";
function writeRecord(text) @ "xs_sim_firmware_writeRecord";
function reason() @ "xs_sim_firmware_reason";
function restart(reason) @ "xs_sim_firmware_restart";

export { behavior, present, reason, restart };
export const record = Object.freeze({ read: readRecord, write: writeRecord });
