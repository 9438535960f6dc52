import { assert } from "chai";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipOverLwip, startUpdatable, stateOf, stateUntil, upload } from "../support/updates.ts";

describe("an update over the air", function () {
	this.timeout(120_000);
	const { path } = temporaryFolder();
	let simulator: (Simulator & { readonly flash: string }) | undefined;

	before(function () {
		skipOverLwip(this);
	});

	afterEach(() => simulator?.stop());

	it("boots from the other slot, and stays once it has proven itself", async () => {
		simulator = await startUpdatable(path);
		const { url } = simulator;
		assert.deepInclude((await stateOf(url)).firmware, { version: "0.1.0", board: "simulator", slot: "ota_0" });
		const { status, content } = await upload(url, firmwareImage({ version: "0.2.0" }));
		assert.equal(status, 202, content);
		assert.deepEqual(JSON.parse(content), { version: "0.2.0", restarts: true });
		const { firmware } = await stateUntil(
			url,
			(state) => state.firmware?.last?.result === "valid",
			"the new firmware is valid",
		);
		assert.deepInclude(firmware, { version: "0.2.0", slot: "ota_1" });
		assert.notProperty(firmware, "probation");
		// And back to the first slot.
		assert.equal((await upload(url, firmwareImage({ version: "0.3.0" }))).status, 202);
		const { firmware: third } = await stateUntil(
			url,
			(state) => state.firmware?.version === "0.3.0" && state.firmware.last?.result === "valid",
			"the third firmware is valid",
		);
		assert.equal(third!.slot, "ota_0");
	});

	for (const [behavior, reason] of [
		["crash", /ended before it had proven itself: crash/],
		["hang", /ended before it had proven itself: restarted by the firmware/],
		["no-address", /no proof in time of an address/],
	] as const) {
		it(`goes back if the new firmware does this: ${behavior}`, async () => {
			simulator = await startUpdatable(path, { probation: 4 });
			const { url } = simulator;
			assert.equal((await upload(url, firmwareImage({ version: "0.2.0", behavior }))).status, 202);
			const { firmware } = await stateUntil(
				url,
				(state) => state.firmware?.last?.result === "went back",
				"the old firmware is back",
			);
			assert.deepInclude(firmware, { version: "0.1.0", slot: "ota_0" });
			assert.equal(firmware!.last!.version, "0.2.0");
			assert.match(firmware!.last!.reason!, reason);
			// It can be updated again.
			assert.equal((await upload(url, firmwareImage({ version: "0.4.0" }))).status, 202);
			await stateUntil(url, (state) => state.firmware?.version === "0.4.0", "the next update boots");
		});
	}
});
