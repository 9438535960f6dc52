import { assert } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import { root } from "../support/root.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipOverLwip, startUpdatable } from "../support/updates.ts";

describe("npm run update", function () {
	this.timeout(120_000);
	const { path } = temporaryFolder();
	let simulator: (Simulator & { readonly flash: string }) | undefined;

	before(function () {
		skipOverLwip(this);
	});

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	/** Runs the command with an image, if there is one. */
	async function update(image: Buffer | undefined, ...args: string[]): Promise<{ code: number; output: string }> {
		const file = join(path, "image.bin");
		if (image) writeFileSync(file, image);
		const child = spawn(process.execPath, ["scripts/update.mjs", ...args, ...(image ? ["--image", file] : [])], {
			cwd: root,
		});
		let output = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (text: string) => (output += text));
		const [code] = (await once(child, "close")) as [number];
		return { code, output };
	}

	it("installs an image, and waits until it has proven itself", async () => {
		simulator = await startUpdatable(path, { args: ["--admin-password", "an admin's one"] });
		const host = `127.0.0.1:${simulator.port}`,
			image = firmwareImage({ version: "0.2.0" });
		const { code, output } = await update(image, "--host", host);
		assert.equal(code, 1);
		assert.include(output, "--admin-password is missing or wrong");
		const second = await update(image, "--host", host, "--admin-password", "an admin's one");
		assert.equal(second.code, 0, second.output);
		assert.match(second.output, /^0\.1\.0 to 0\.2\.0 on simulator, \d+ bytes$/m);
		assert.match(second.output, /the firmware 0\.2\.0 runs\n$/);
	});

	it("says why the firmware before is back, or why the camera refuses an image", async () => {
		simulator = await startUpdatable(path);
		const host = `127.0.0.1:${simulator.port}`;
		const crashing = await update(firmwareImage({ version: "0.2.0", behavior: "crash" }), "--host", host);
		assert.equal(crashing.code, 1);
		assert.match(crashing.output, /the firmware 0\.1\.0 is back: it ended before it had proven itself: crash\n$/);
		const other = await update(firmwareImage({ board: "esp32s3_eye" }), "--host", host);
		assert.match(other.output, /for the board esp32s3_eye, and the camera is simulator\n$/);
		const page = await update(Buffer.alloc(10_000), "--host", host);
		assert.match(page.output, /the image is not one of this project, and the camera is simulator\n$/);
		const cut = firmwareImage({ version: "0.3.0" });
		const refused = await update(cut.subarray(0, cut.length - 32), "--host", host);
		assert.match(refused.output, /the camera refuses the image: the image is not whole/);
		assert.match((await update(undefined, "--host", host)).output, /there is no image for the board simulator/);
		assert.match((await update(undefined, "--host", "a b")).output, /--host is a name or an address/);
		assert.match((await update(undefined)).output, /--host is missing/);
	});
});
