/* Opens the simulated device in Moddable's desktop simulator, before `main` is imported. */
function open() @ "xs_sim_open";

export default function (done) {
	// If an exception ends the machine, the SDK does not print its message.
	globalThis.abort = (why, error) => trace(`yieldcam: ${error?.message ?? why}\n`);
	open();
	done();
}
