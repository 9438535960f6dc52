/* The `mc/config` module: on the board the manifest's "config", here the launcher's options. */
function text() @ "xs_sim_config";

export default Object.freeze(JSON.parse(text()));
