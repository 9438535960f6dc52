import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { programs, printed } from "../support/program.ts";
import type { Simulator } from "../support/simulator.ts";

const { jsonDepth, jsonSlots } = DEFAULT_LIMITS;

/** What programs do to a value that a client has sent. */
const USES = {
	number: "Number(value)",
	string: "String(value)",
	sum: "1 + value",
	template: "`${value}`",
	compare: "value > 1",
	join: "value.join()",
	strings: "value.map(String)",
	stringify: "JSON.stringify(value)",
	flat: "value.flat(Infinity).length",
	greatest: "Math.max(...value)",
	push: "[].push(...value)",
	concat: "[].concat(...value).length",
	apply: "Math.max.apply(null, value)",
	codes: "String.fromCharCode(...value)",
	sort: "value.sort().length",
	walk: "(function walk(v) { return Array.isArray(v) ? v.reduce((sum, each) => sum + walk(each), 1) : 1; })(value)",
};

const PROGRAM = `
	import Listener from "embedded:io/socket/listener";
	import { Response } from "yieldcam/http/response";
	import { Router } from "yieldcam/http/router";
	import { Server } from "yieldcam/http/server";

	const router = new Router().get("/", () => new Response("here"));
	${Object.entries(USES)
		.map(
			([name, use]) => `router.post("/${name}", async (request) => {
		const { value } = await request.json(["value"]);
		return new Response(String(${use}).slice(0, 20));
	});`,
		)
		.join("\n\t")}
	const server = new Server({ io: Listener, port: 0, handler: router, address: "127.0.0.1" });
	trace("port " + server.port + "\\n");
`;

/** The values that fit into the limits of JSON, and take most of the stack. */
const VALUES = {
	"the deepest list": "[".repeat(jsonDepth - 1) + "1" + "]".repeat(jsonDepth - 1),
	"the longest list": JSON.stringify(Array.from({ length: jsonSlots - 6 }, (_, i) => i % 10)),
	"the deepest list of lists": `[${"1,".repeat(20)}`.repeat(jsonDepth - 1) + "1" + "]".repeat(jsonDepth - 1),
};

describe("a value that a client has sent", function () {
	this.timeout(60_000);
	const run = programs();

	async function post(simulator: Simulator, port: number, path: string, value: string): Promise<number> {
		const { status } = await fetch(`http://127.0.0.1:${port}/${path}`, {
			method: "POST",
			body: `{"value":${value}}`,
			headers: { Connection: "close" },
		}).catch(() => ({ status: 0 }));
		assert.isNull(simulator.process.exitCode, `${path}: ${simulator.errors.slice(-300)}`);
		return status;
	}

	for (const [what, value] of Object.entries(VALUES)) {
		it(`can be used in any common way without an end of the machine: ${what}`, async () => {
			const simulator = await run(PROGRAM);
			const port = Number(await printed(simulator, "port "));
			for (const path of Object.keys(USES)) assert.equal(await post(simulator, port, path, value), 200, path);
			const { stackPeak, stack } = await simulator.report();
			assert.isBelow(stackPeak!, stack!);
		});
	}
});
