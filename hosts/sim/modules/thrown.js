/* Where a value was thrown that has no stack: see machine/thrown.c. */
function thrown(value) @ "xs_sim_thrown";

export default thrown;
