/* What the launcher hands the firmware in place of a board's pins and Wi-Fi. */
function text() @ "xs_sim_options";

export default Object.freeze(JSON.parse(text()));
