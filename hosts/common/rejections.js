/* Rejections that nobody handles (rejections.c): one source for the board and for the simulators. */
function eachRejection(callback) @ "xs_rejections_each";

export default eachRejection;
