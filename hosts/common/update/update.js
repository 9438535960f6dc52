/* Updates of the firmware (update.c). */
function size() @ "xs_update_size";
function version() @ "xs_update_version";
function board() @ "xs_update_board";
function slot() @ "xs_update_slot";
function onProbation() @ "xs_update_onProbation";
function otherEnded() @ "xs_update_otherEnded";
function open(size) @ "xs_update_open";
function write(bytes) @ "xs_update_write";
function finish() @ "xs_update_finish";
function close() @ "xs_update_close";
function confirm() @ "xs_update_confirm";
function giveUp() @ "xs_update_giveUp";
function restart() @ "xs_update_restart";
function watch(milliseconds) @ "xs_update_watch";

export default Object.freeze({
	size,
	version,
	board,
	slot,
	onProbation,
	otherEnded,
	open,
	write,
	finish,
	close,
	confirm,
	giveUp,
	watch,
	restart,
});
