import { expect } from "chai";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { allImportsOf, importsOf, programModules } from "#scripts/support/program-modules.mjs";
import { moduleMap } from "../../../hosts/sim/cli/module-map.ts";
import { root as project } from "../../support/root.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("a module's imports", () => {
	function specifiers(source: string): string[] {
		return importsOf(source).map(({ specifier, line }) => `${specifier}:${line}`);
	}

	it("are those of types, too, if all are asked for", () => {
		const source = [
			'import type { A } from "./a.ts";',
			'import type B from "./b.ts"',
			'import { type C } from "./c.ts";',
			'export type * from "./d.ts";',
			"export type { A }",
			'import e from "./e.ts";',
		].join("\n");
		expect(allImportsOf(source).map(({ specifier, isType }) => `${specifier} ${isType}`)).to.deep.equal([
			"./a.ts true",
			"./b.ts true",
			"./c.ts false",
			"./d.ts true",
			"./e.ts false",
		]);
	});

	it("are found in each form, with their lines", () => {
		const source = [
			'import "./a.ts";',
			"import b from './b.ts';",
			'import * as c from "./c.ts";',
			"import d, {",
			"\te,",
			"\ttype F,",
			'} from "./d.ts";',
			'export { g as h } from "./g.ts";',
			'export * from "./i.ts";',
			'const j = await import("./j.ts");',
			'import { type K } from "./k.ts"; import l from "./l.ts";',
		].join("\n");
		expect(specifiers(source)).to.deep.equal([
			"./a.ts:1",
			"./b.ts:2",
			"./c.ts:3",
			"./d.ts:7",
			"./g.ts:8",
			"./i.ts:9",
			"./j.ts:10",
			"./k.ts:11",
			"./l.ts:11",
		]);
	});

	it("are not those of types, nor the words in comments, texts and templates", () => {
		const source = [
			'import type { A } from "./a.ts";',
			'export type { B } from "./b.ts";',
			'import type C from "./c.ts";',
			'// import "./d.ts";',
			'/* import "./e.ts"; */',
			'const f = `import "./f.ts";`;',
			"const g = 'import \"./g.ts\";';",
			'export const h = "./h.ts";',
		].join("\n");
		expect(specifiers(source)).to.deep.equal([]);
	});
});

describe("a program's modules", () => {
	const { path } = temporaryFolder();
	const folder = join(path, "program");

	function program(files: Record<string, string>, modules: Record<string, string> = { main: "./main" }): void {
		rmSync(folder, { recursive: true, force: true });
		const all = {
			...files,
			"manifest.json": JSON.stringify({ include: join(project, "hosts/manifest.json"), modules }),
		};
		for (const [name, text] of Object.entries(all)) {
			mkdirSync(dirname(join(folder, name)), { recursive: true });
			writeFileSync(join(folder, name), text);
		}
	}

	it("are those of the manifest, and those that they import by relative paths, as XS names them", () => {
		program(
			{
				"main.ts": 'import "./a/b.ts"; import "robot/legs"; import "./c";',
				"a/b.ts": 'import "./d/e.ts"; import "../main.ts"; import type { F } from "./f.ts";',
				"a/d/e.ts": 'import "../../c.js";',
				"c.ts": "",
				"legs.ts": 'import "yieldcam/device";',
				"unused.ts": "",
			},
			{ main: "./main", "robot/legs": "./legs" },
		);
		const { own, listed, foreign } = programModules(folder);
		expect(Object.fromEntries(own)).to.deep.equal({
			main: "main",
			"robot/legs": "legs",
			"a/b": "a/b",
			"a/d/e": "a/d/e",
			c: "c",
		});
		expect(listed).to.deep.equal(["main", "robot/legs"]);
		expect(foreign).to.deep.equal([
			{ specifier: "robot/legs", place: "main.ts:1", isType: false },
			{ specifier: "yieldcam/device", place: "legs.ts:1", isType: false },
		]);
	});

	for (const [what, files, message] of [
		[
			"a file that is missing",
			{ "main.ts": '\nimport "./no.ts";' },
			"main.ts:2 imports ./no.ts, and there is no no.ts",
		],
		[
			"a file of another folder",
			{ "main.ts": 'import "../x.ts";' },
			"main.ts:1 imports ../x.ts, which is outside of the program's folder",
		],
		[
			"a file that is called like a module of the SDK",
			{ "main.ts": 'import "./timer.ts";', "timer.ts": "" },
			"timer.ts has the name of a module of the SDK: rename it",
		],
		[
			"a file that is called like a module of the board",
			{ "main.ts": 'import "./preference.ts";', "preference.ts": "" },
			"preference.ts has the name of a module of the SDK: rename it",
		],
		[
			"a module of Node's",
			{ "main.ts": 'import { readFileSync } from "fs";' },
			"main.ts:1 imports fs, which no manifest has: it is Node's, and a device has nothing of that",
		],
		[
			"a module that is for tests",
			{ "main.ts": 'import { request } from "yieldcam/testing/request";' },
			"main.ts:1 imports yieldcam/testing/request, which no manifest has: it is for tests alone",
		],
		[
			"a name that resembles a module's",
			{ "main.ts": 'import "yieldcam/http/requests";' },
			"main.ts:1 imports yieldcam/http/requests, which no manifest has: did you mean yieldcam/http/request?",
		],
		[
			"JSON",
			{ "main.ts": 'import data from "./data.json" with { type: "json" };' },
			"main.ts:1 imports ./data.json: export its content from a module of TypeScript",
		],
		["a module that nobody has", { "main.ts": 'import "wifi";' }, "main.ts:1 imports wifi, which no manifest has"],
	] as const)
		it(`are refused with ${what}`, () => {
			program(files);
			expect(() => moduleMap({ root: project, app: folder })).to.throw(message);
		});

	it("hear what their manifest lacks if it includes nothing", () => {
		program({ "main.ts": 'import "yieldcam/device";' });
		writeFileSync(join(folder, "manifest.json"), JSON.stringify({ modules: { main: "./main" } }));
		expect(() => moduleMap({ root: project, app: folder })).to.throw(
			/^main\.ts:1 imports yieldcam\/device, which a board would lack: add "\S*hosts\/manifest\.json" to "include" in /,
		);
	});

	it("may import what their manifest includes, and no other part of the library", () => {
		program({ "main.ts": 'import "yieldcam/push/pusher"; import "yieldcam/http/router"; import "timer";' });
		expect(() => moduleMap({ root: project, app: folder })).to.throw(
			/^main\.ts:1 imports yieldcam\/push\/pusher, which a board would lack: add "\S*src\/extras\/push\/manifest\.json" to "include" in /,
		);
		const manifest = {
			include: [join(project, "hosts/manifest.json"), join(project, "src/extras/push/manifest.json")],
			modules: { main: "./main" },
		};
		writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
		expect(moduleMap({ root: project, app: folder }).has("yieldcam/push/pusher")).to.equal(true);
	});
});
