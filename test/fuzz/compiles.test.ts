import { assert } from "chai";
import { run } from "../support/tools-run.ts";

/** Only `npm run fuzz` links libFuzzer's programs, with clang. They use interfaces of the simulated device, which change. */
describe("libFuzzer's programs", function () {
	this.timeout(120_000);

	it("compile", async () => {
		const folder = "fuzz-compiled",
			objects = ["host", "bitmap", "fail"].map((name) => `../../../build/${folder}/host-fuzz-${name}.o`);
		const { code, stdout, stderr } = await run(
			"make",
			...["-C", "test/fuzz/host", `VARIANT=${folder}`, `OUT=../../../build/${folder}`],
			...["CC=cc", "OPTIMIZE=-O0", "HOST_SANITIZE=", ...objects],
		);
		assert.equal(code, 0, `${stdout.toString()}${stderr}`);
	});
});
