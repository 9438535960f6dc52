/* Opens the simulated device in Moddable's desktop simulator, before `main` is imported. */
function open() @ "xs_sim_open";

export default function (done) {
	// Of an exception that ends the machine, the SDK says no more than that there was one.
	globalThis.abort = (why, error) => trace(`yieldcam: ${error?.message ?? why}\n`);
	open();
	done();
}
