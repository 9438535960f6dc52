import { assert } from "chai";
import { launch, outcome } from "../support/launcher.ts";
import { root } from "../support/root.ts";
import { hostBinary, Simulator } from "../support/simulator.ts";
import { TypedProgram } from "../support/typed-program.ts";

const TROUBLE = `export interface Thing {
	readonly part: { readonly name: string };
}

/** A type that takes no place in the compiled file. */
export type Nothing = never;

export function trouble(): Nothing {
	throw new TypeError("deep trouble"); // trouble
}
`;

const WAIT = `export function wait(ms: number): void {
	for (const end = Date.now() + ms; Date.now() < end; );
}
`;

/** Each line that a stack has to name ends with a comment that the test looks for. */
const MAIN = `import Timer from "timer";
import device from "yieldcam/device";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { type Thing, trouble } from "./lib/trouble.ts";
import { wait } from "./lib/wait.ts";

const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)); // fibonacci

async function rejectAtOnce(): Promise<void> {
	trouble(); // at once
}

async function rejectLater(): Promise<void> {
	await Promise.resolve();
	trouble(); // later
}

async function* blocks(): AsyncGenerator<string> {
	yield "one\\n";
	await Promise.resolve();
	trouble(); // generator
}

function fine(): Response {
	return new Response("fine\\n");
}

device.serve(() =>
	new Router()
		.get("/fine", fine)
		.get("/handler", () => {
			trouble(); // handler
		})
		.get("/async", async () => {
			await Promise.resolve();
			const thing = JSON.parse("{}") as Thing;
			return new Response(thing.part.name); // async
		})
		.get("/generator", () => new Response(blocks()))
		.get("/at-once", () => {
			void rejectAtOnce();
			return fine();
		})
		.get("/later", () => {
			void rejectLater();
			return fine();
		})
		.get("/handled", () => {
			const promise = rejectAtOnce();
			void Promise.resolve().then(() => promise.catch(() => {}));
			return fine();
		})
		.get("/object", () => {
			throw { code: 5 }; // object
		})
		.get("/thrown", async () => {
			await null;
			throw undefined; // thrown
		})
		.get("/rejected", () => {
			const rejected = Promise.reject(null); // rejected
			return rejected;
		})
		.get(
			"/late",
			() =>
				new Promise((_resolve, reject) => {
					Timer.set(() => {
						reject("later"); // rejected later
					}, 1);
				}),
		)
		.get("/nothing", () => {
			void Promise.reject(); // nothing
			return fine();
		})
		.get("/cause", () => {
			try {
				trouble(); // cause
			} catch (cause) {
				const error = new Error("outer", { cause });
				error.cause = Object.assign(new Error("inner", { cause: error }), {});
				throw error;
			}
		})
		.get("/deep", () => {
			const depth = (from: number): number => from + depth(from + 1); // deep
			return new Response(String(depth(0)));
		})
		.get("/full", () => {
			const all: string[][] = [];
			for (;;) {
				all.push(new Array<string>(100).fill("")); // full
			}
		})
		.get("/timer", () => {
			Timer.set(() => {
				trouble(); // timer
			}, 1);
			return fine();
		})
		.get("/loop", () => {
			let sum = 0;
			while (sum >= 0) {
				sum += 1; // loop
			}
			return fine();
		})
		.get("/line", () => {
			for (;;); // line
		})
		.get("/wait", () => {
			wait(600_000);
			return fine();
		})
		.get("/regexp", () => {
			/^(a+)+$/.test("a".repeat(60) + "!"); // regexp
			return fine();
		})
		.get("/fibonacci", () => new Response(String(fibonacci(50))))
		.get("/native", () => {
			Array.prototype.indexOf.call({ length: 1e15 }, 5); // native
			return fine();
		}),
);
`;

/** The line that ends with this comment. */
function line(comment: string, source = MAIN): number {
	return source.split("\n").findIndex((text) => text.endsWith(`// ${comment}`)) + 1;
}

describe("an error in a program", function () {
	this.timeout(60_000);
	const program = new TypedProgram();
	const get = async (path: string): Promise<Response> => fetch(`${await program.url()}${path}`);

	beforeEach(() => {
		program.write({ "main.ts": MAIN, "lib/trouble.ts": TROUBLE, "lib/wait.ts": WAIT });
	});

	it("is logged with the lines of the TypeScript, from a handler: 500", async () => {
		program.start();
		assert.equal((await get("/handler")).status, 500);
		await program.prints(/^GET \/handler: TypeError: deep trouble\n at trouble \(lib\/trouble\.ts:9\)\n/m);
		assert.match(program.output, new RegExp(`^ at .*\\(?main\\.ts:${line("handler")}\\)?$`, "m"));
	});

	it("the same, after an await: 500", async () => {
		program.start();
		assert.equal((await get("/async")).status, 500);
		await program.prints(new RegExp(`^GET /async: TypeError: .*\n at .*\\(?main\\.ts:${line("async")}\\)?$`, "m"));
	});

	it("the same, from a generator: the stream ends", async () => {
		program.start();
		const response = await get("/generator");
		await response.text().catch(() => {});
		await program.prints(
			new RegExp(
				`^GET /generator: TypeError: deep trouble\n at trouble \\(lib/trouble\\.ts:9\\)\n at blocks \\(main\\.ts:${line("generator")}\\)$`,
				"m",
			),
		);
	});

	for (const [path, comment, name] of [
		["/at-once", "at once", "rejectAtOnce"],
		["/later", "later", "rejectLater"],
	])
		it(`that is a rejection without a handler is logged when it happens, and nothing ends: ${path}`, async () => {
			program.start();
			assert.equal(await (await get(path)).text(), "fine\n");
			await program.prints(
				new RegExp(
					`^yieldcam-sim: unhandled rejection: TypeError: deep trouble\n at trouble \\(lib/trouble\\.ts:9\\)\n at ${name} \\(main\\.ts:${line(comment)}\\)$`,
					"m",
				),
			);
			assert.equal(await (await get("/fine")).text(), "fine\n");
			assert.equal(await program.stop(), 0);
		});

	it("that is a rejection whose handler comes in another promise's turn is not logged", async () => {
		program.start();
		await (await get("/handled")).text();
		await (await get("/later")).text();
		await program.prints(/unhandled rejection/);
		assert.lengthOf(program.output.match(/unhandled rejection/g)!, 1);
	});

	it("ends the simulator from a timer, with its stack", async () => {
		program.start();
		await get("/timer");
		assert.equal(await program.end(), 1);
		assert.match(
			program.output,
			new RegExp(
				`^yieldcam-sim: TypeError: deep trouble\n at trouble \\(lib/trouble\\.ts:9\\)\n at .*main\\.ts:${line("timer")}`,
				"m",
			),
		);
	});

	it("ends the simulator at the start, with its stack", async () => {
		program.write({ "main.ts": 'import { trouble } from "./lib/trouble.ts";\n\ntrouble();\n' });
		program.start();
		assert.equal(await program.end(), 1);
		assert.match(
			program.output,
			/^yieldcam-sim: TypeError: deep trouble\n at trouble \(lib\/trouble\.ts:9\)\n at .*main\.ts:3/m,
		);
	});

	it("that leaves it without a server is named", async () => {
		program.write({ "main.ts": 'import device from "yieldcam/device";\n\ndevice.log("ready");\n' });
		program.start();
		await program.prints(
			/^ready\nyieldcam: the program runs, and serves nothing: it has not called device.serve\n$/m,
		);
	});

	it("has its causes, even if it is one of them", async () => {
		program.start();
		assert.equal((await get("/cause")).status, 500);
		await program.prints(
			/^GET \/cause: Error: outer\n(?: at .*\n)+caused by: Error: inner\n(?: at .*\n)+caused by: Error: outer\n/m,
		);
	});

	it("that is not an Error is described as well, and has its place", async () => {
		program.start();
		for (const [path, text, comment] of [
			["/object", '\\{"code":5\\}', "object"],
			["/thrown", "undefined", "thrown"],
			["/rejected", "null", "rejected"],
			["/late", "later", "rejected later"],
		]) {
			assert.equal((await get(path)).status, 500);
			await program.prints(
				new RegExp(
					`^GET ${path}: ${text}, which is not an Error\\n at .*\\(?main\\.ts:${line(comment)}\\)?$`,
					"m",
				),
			);
		}
		await (await get("/nothing")).text();
		await program.prints(
			new RegExp(
				`^yieldcam-sim: unhandled rejection: undefined, which is not an Error\\n at .*main\\.ts:${line("nothing")}`,
				"m",
			),
		);
	});

	for (const [thrown, text] of [
		['new Error("no")', "Error: no\\n"],
		["new Error()", "Error\\n"],
		['Object.assign(new Error("no"), { name: "NoLegs" })', "NoLegs: no\\n"],
		['"no"', '"no", which is not an Error\\n'],
		[
			'{ a: 1, b: ["x", null], c: { d: { e: {} } } }',
			'\\{"a":1,"b":\\["x",null\\],"c":\\{"d":\\{…\\}\\}\\}, which is not an Error\\n',
		],
		["undefined", "undefined, which is not an Error\\n"],
		["5", "5, which is not an Error\\n"],
	]) {
		it(`says what ends the simulator at the start, and where: throw ${thrown}`, async () => {
			program.write({ "main.ts": `function fail(): never {\n\tthrow ${thrown};\n}\n\nfail();\n` });
			program.start();
			assert.equal(await program.end(), 1);
			assert.match(
				program.output,
				new RegExp(`^yieldcam-sim: ${text} at fail \\(main\\.ts:2\\)\n at .*main\\.ts:5`, "m"),
			);
		});

		it(`says with what a promise is rejected, and where: ${thrown}`, async () => {
			program.write({
				"main.ts": `function fail(): never {\n\tthrow ${thrown};\n}\n
void Promise.reject(${thrown});
void (async () => {
	await null;
	fail();
})();
`,
			});
			program.start();
			const rejection = `^yieldcam-sim: unhandled rejection: ${text}`;
			await program.prints(new RegExp(`${rejection}(?: at .*\n)? at .*main\\.ts:5`, "m"));
			await program.prints(new RegExp(`${rejection} at fail \\(main\\.ts:2\\)\n at .*main\\.ts:8`, "m"));
		});
	}

	for (const [path, comment, what] of [
		["/deep", "deep", "stack overflowed"],
		["/full", "full", "heap is full"],
	])
		it(`that a board would not survive has its place: ${path}`, async () => {
			program.start();
			await get(path).catch(() => {});
			assert.equal(await program.end(), 1);
			assert.match(
				program.output,
				new RegExp(`^yieldcam-sim: the machine's ${what}.*\\n at .*\\(?main\\.ts:${line(comment)}\\)?$`, "m"),
			);
		});

	it("in a listener of the controls is logged, and the change succeeds", async () => {
		program.write({
			"main.ts": `import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";

device.serve(() => {
	const app = new App(new Camera(device.camera), device);
	app.controls.onChange(() => {
		throw new Error("in a listener");
	});
	return app;
});
`,
		});
		program.start();
		assert.equal((await get("/control?var=hmirror&val=1")).status, 200);
		await program.prints(/^yieldcam-sim: unhandled rejection: Error: in a listener\n at .*main\.ts:8/m);
	});

	it("that is a wrong option has no stack", async () => {
		program.start();
		const { port } = new URL(await program.url());
		const { code, stderr } = await outcome(launch(hostBinary, program.folder, "--port", port));
		assert.equal(code, 1);
		assert.match(stderr, /^yieldcam-sim: port \d+ on 127\.0\.0\.1 is in use: [^\n]*\n$/);
	});

	for (const [what, path, place] of [
		["loops over several lines", "/loop", `main\\.ts:(?:${line("loop") - 1}|${line("loop")})`],
		["loops within a line", "/line", `main\\.ts:${line("line")}`],
		["loops in another module", "/wait", "wait \\(lib/wait\\.ts:2"],
		["matches a regular expression", "/regexp", `main\\.ts:${line("regexp")}`],
		["calls itself", "/fibonacci", `fibonacci \\(main\\.ts:${line("fibonacci")}`],
		["is in one of the engine's functions", "/native", `main\\.ts:${line("native")}`],
	])
		it(`that is a handler which never yields is named: it ${what}`, async () => {
			program.start();
			const controller = new AbortController();
			const never = fetch(`${await program.url()}${path}`, { signal: controller.signal }).catch(() => {});
			await program.prints(
				new RegExp(
					`^yieldcam-sim: the program has not yielded for 5 seconds; now it is\n at [^\n]*${place}`,
					"m",
				),
			);
			controller.abort();
			await never;
			// The launcher kills what does not stop.
			assert.equal(await program.stop(), 1);
		});

	it("costs no memory before it happens: the heap is the same with lines and without", async () => {
		const heaps = [];
		for (const host of [[], ["--lines", root]]) {
			const simulator = await Simulator.start([], { host });
			await (await fetch(`${simulator.url}/api/state`)).text();
			const { slots, chunks } = await simulator.idle(200);
			await simulator.stop();
			heaps.push({ slots, chunks });
		}
		assert.deepEqual(heaps[1], heaps[0]);
	});
});
