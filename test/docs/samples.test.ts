import { assert } from "chai";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/root.ts";
import { programs } from "../support/program.ts";

/** Where the samples are compiled: in the project, since their imports are the library's names. */
const FOLDER = join(root, "build/samples");
const FENCE = "```";

interface Sample {
	/** The document and the line that it begins at. */
	readonly place: string;
	readonly name: string;
	readonly source: string;
}

/** The TypeScript samples of a document. */
function samplesOf(path: string): Sample[] {
	const lines = readFileSync(join(root, path), "utf8").split("\n");
	return lines.flatMap((line, at) => {
		if (line !== `${FENCE}ts`) return [];
		const end = lines.indexOf(FENCE, at);
		const name = `${path.replaceAll(/[^a-zA-Z]+/g, "-")}-${at + 1}`;
		return [{ place: `${path}:${at + 1}`, name, source: `${lines.slice(at + 1, end).join("\n")}\n` }];
	});
}

function documents(): string[] {
	const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
	const examples = readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`);
	return ["README.md", "CONTRIBUTING.md", ...docs.map((name) => `docs/${name}`), ...examples];
}

describe("the documents' samples of TypeScript", function () {
	this.timeout(60_000);
	// A unit test runs in Node alone, and test/programs runs it.
	const samples = documents()
		.flatMap(samplesOf)
		.filter(({ source }) => !source.includes('from "node:test"'));
	const run = programs();

	before(async () => {
		rmSync(FOLDER, { recursive: true, force: true });
		mkdirSync(FOLDER, { recursive: true });
		for (const { name, source } of samples) writeFileSync(join(FOLDER, `${name}.ts`), source);
		writeFileSync(
			join(FOLDER, "tsconfig.json"),
			JSON.stringify({
				extends: relative(FOLDER, join(root, "tsconfig.base.json")),
				compilerOptions: { composite: false, rootDir: ".", outDir: "out", noUnusedLocals: false },
				include: ["*.ts", relative(FOLDER, join(root, "hosts/typings"))],
				references: [{ path: relative(FOLDER, join(root, "tsconfig.firmware.json")) }],
			}),
		);
	});

	it("are some", () => {
		assert.isAbove(samples.length, 5);
		assert.isAtLeast(samples.filter(({ place }) => place.startsWith("README.md")).length, 2);
	});

	it("compile", async () => {
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[join(root, "node_modules/typescript/bin/tsc"), "-p", FOLDER],
			{ cwd: root },
		).catch((error: { stdout: string }) => error);
		assert.equal(stdout, "");
	});

	for (const { place, name, source } of samples.filter(({ source }) => source.includes("device.serve(")))
		it(`serve, where they are programs: ${place}`, async () => {
			const compiled = readFileSync(join(FOLDER, `out/${name}.js`), "utf8");
			const simulator = await run(compiled);
			await simulator.until(() => simulator.output.includes("yieldcam is at "), "the program serves");
			const { status } = await fetch(`http://127.0.0.1:${simulator.port}/`);
			assert.include([200, 404], status);
			if (source.includes("/hello/:name"))
				assert.equal(await (await fetch(`http://127.0.0.1:${simulator.port}/hello/you`)).text(), "hello you\n");
		});
});
