/* The launcher's options for the firmware, which replace a board's pins and Wi-Fi. */
function text() @ "xs_sim_options";

export default Object.freeze(JSON.parse(text()));
