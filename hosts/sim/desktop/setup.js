import { setAbortHook } from "yieldcam/common/abort-hook";

/* Opens the simulated device in Moddable's desktop simulator, before `main` is imported. */
function open() @ "xs_sim_open";

export default function (done) {
	setAbortHook((line) => trace(`yieldcam: ${line}\n`));
	open();
	done();
}
