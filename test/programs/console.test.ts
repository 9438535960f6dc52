import { assert } from "chai";
import { TypedProgram } from "../support/typed-program.ts";

describe("a program's console", function () {
	this.timeout(60_000);
	const program = new TypedProgram();

	it("logs texts, numbers, objects and errors, by each of its methods", async () => {
		program.write({
			"early.ts": `console.log("before anything else");
`,
			"main.ts": `import "./early.ts";
import "yieldcam/device";
const circle: { self?: unknown } = {};
circle.self = circle;
console.log("a", 1, true, undefined, null, { b: [2, "c"] });
console.info(circle, Symbol("d"));
console.log(new Uint8Array(100_000), { bytes: new ArrayBuffer(9), error: new Error("within") });
console.warn();
console.error("failed:", new RangeError("too far"));
console.log("end");
`,
		});
		program.start();
		await program.prints(/^end$/m);
		assert.include(
			program.output,
			[
				"before anything else",
				'a 1 true undefined null {"b":[2,"c"]}',
				"an object that has no JSON: cyclic value Symbol(d)",
				'100000 bytes {"bytes":"9 bytes","error":"Error: within"}',
				"",
				"failed: RangeError: too far",
			].join("\n"),
		);
		assert.match(program.output, /^ at .*main\.ts:9\)?$/m);
	});
});
