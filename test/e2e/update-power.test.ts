import { assert } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import { writeFlash } from "../../hosts/sim/cli/flash-file.ts";
import { freePort } from "../support/free-port.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipOverLwip, startOn, stateOf, stateUntil, upload } from "../support/updates.ts";

/** Sends an image, and lets it prove itself. Resolves to whether the power has failed before that. */
async function updateUntilCut(simulator: Simulator, image: Buffer): Promise<boolean> {
	const cut = simulator.exit.then(() => true);
	try {
		await simulator.until(() => simulator.output.includes("yieldcam is at "), "it serves");
		const { status } = await upload(simulator.url, image);
		if (status !== 202) return await cut;
	} catch {
		return cut;
	}
	await stateUntil(simulator.url, (state) => state.firmware?.last?.result === "valid", "it is valid");
	simulator.process.kill("SIGKILL");
	await cut;
	return false;
}

describe("the power that fails during an update", function () {
	this.timeout(240_000);
	const { path } = temporaryFolder();
	let simulator: Simulator | undefined;

	before(function () {
		skipOverLwip(this);
	});

	afterEach(() => simulator?.stop());

	it("leaves firmware that boots, and the settings", async () => {
		const flash = join(path, "flash"),
			settingsFile = join(path, "settings.json"),
			settings = ["--settings", settingsFile],
			image = firmwareImage({ version: "0.2.0", size: 0x3000 });
		writeFlash(flash, firmwareImage());
		simulator = await startOn(flash, { args: settings });
		const changed = await fetch(`${simulator.url}/api/settings`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: '{"name":"Shed"}',
		});
		assert.equal(changed.status, 200);
		// It is written after a pause.
		while (!existsSync(settingsFile)) await new Promise((resolve) => setTimeout(resolve, 50));
		await simulator.stop();
		const versions = new Set<string>();
		// What to boot is written at the first start; then come four sectors, and what to boot again.
		for (let cut = 1, isCut = true; isCut; cut++) {
			writeFlash(flash, firmwareImage());
			const first = await Simulator.spawn([...settings, "--port", String(await freePort()), "probation=60"], {
				host: ["--flash", flash, "--power-cut", String(cut)],
			});
			isCut = await updateUntilCut(first, image);
			simulator = await startOn(flash, { args: settings });
			const { firmware, name } = await stateOf(simulator.url);
			assert.equal(name, "Shed", `cut ${cut}`);
			assert.include(["0.1.0", "0.2.0"], firmware!.version, `cut ${cut}`);
			versions.add(firmware!.version);
			await simulator.stop();
			simulator = undefined;
		}
		assert.sameMembers([...versions], ["0.1.0", "0.2.0"]);
	});
});
