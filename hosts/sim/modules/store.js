/* Storage that survives a restart of the firmware (native/store.c): texts by name. */
function read(name) @ "xs_sim_store_read";
function write(name, text) @ "xs_sim_store_write";
function clear(name) @ "xs_sim_store_clear";

function named(text) {
	// xsl keeps closures in flash if all that they refer to is constant.
	const name = text;
	return Object.freeze({
		read: () => read(name),
		write: (content) => write(name, content),
		clear: () => clear(name),
	});
}

/* The network that somebody has chosen. */
export const networkStore = named("network");

export default named("");
