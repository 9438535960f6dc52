import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { formatModuleMap, moduleMap, moduleMapFile, writeModuleMap } from "../../../hosts/sim/cli/module-map.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the module map", () => {
	const { path: root } = temporaryFolder();

	before(() => {
		for (const [path, text] of Object.entries({
			"src/http/server.ts": "",
			"src/camera/driver.d.ts": "",
			"src/main.ts": "",
			"manifest.json": JSON.stringify({ include: "./hosts/manifest.json", modules: { main: "./src/main" } }),
			"hosts/manifest.json": JSON.stringify({ include: "$(MODULES)/files/manifest.json", preload: ["timer"] }),
			"examples/robot/manifest.json": JSON.stringify({
				include: "../../hosts/manifest.json",
				modules: { main: "./main", "robot/legs": "./legs" },
			}),
			"examples/robot/main.ts": "",
			"examples/robot/legs.ts": "",
			"examples/broken/manifest.json": JSON.stringify({ modules: { main: "./man" } }),
			"hosts/sim/modules/modules.json": JSON.stringify({ timer: "hosts/sim/modules/timer.js" }),
			"test/unit/http/server.test.ts": "",
			"build/src/http/deleted.js": "",
		})) {
			mkdirSync(dirname(join(root, path)), { recursive: true });
			writeFileSync(join(root, path), text);
		}
	});

	it("names every module of the firmware, compiled or native", () => {
		expect(Object.fromEntries(moduleMap({ root }))).to.deep.equal({
			main: "build/src/main.js",
			timer: "hosts/sim/modules/timer.js",
			"yieldcam/http/server": "build/src/http/server.js",
		});
	});

	it("names those of a program in place of the firmware's entry", () => {
		expect(Object.fromEntries(moduleMap({ root, app: "examples/robot" }))).to.deep.equal({
			main: "build/examples/robot/main.js",
			"robot/legs": "build/examples/robot/legs.js",
			timer: "hosts/sim/modules/timer.js",
			"yieldcam/http/server": "build/src/http/server.js",
		});
	});

	it("reports if a program's manifest names a missing file", () => {
		expect(() => moduleMap({ root, app: "examples/broken" })).to.throw(
			`${root}/examples/broken/manifest.json: "main" is "./man", and there is no ${root}/examples/broken/man.ts`,
		);
	});

	it("has a separate file for each program, even if two folders have the same name", () => {
		const files = [".", "examples/robot", "mine/robot", "examples-robot", "examples/robot/robot"].map(
			moduleMapFile,
		);
		expect(files[0]).to.equal("build/modules.map");
		expect(new Set(files)).to.have.lengthOf(5);
		for (const file of files.slice(1)) expect(file).to.match(/^build\/modules-(examples-)?robot-[0-9a-f]{8}\.map$/);
	});

	it("accepts further folders and overrides", () => {
		const map = moduleMap({
			root,
			folders: [{ folder: "test/unit", prefix: "test/unit/" }],
			overrides: { main: "build/test/unit/main.js" },
		});
		expect(map.get("main")).to.equal("build/test/unit/main.js");
		expect(map.get("test/unit/http/server.test")).to.equal("build/test/unit/http/server.test.js");
	});

	it("is written as tab-separated lines", () => {
		expect(
			formatModuleMap(
				new Map([
					["b", "2.js"],
					["a", "1.js"],
				]),
			),
		).to.equal("a\t1.js\nb\t2.js\n");
	});

	it("is written only when it changes", () => {
		const file = join(root, "modules.map");
		const past = new Date(2020, 0, 1);
		writeModuleMap(file, new Map([["a", "1.js"]]));
		utimesSync(file, past, past);
		writeModuleMap(file, new Map([["a", "1.js"]]));
		expect(statSync(file).mtime).to.deep.equal(past);
		writeModuleMap(file, new Map([["a", "2.js"]]));
		expect(readFileSync(file, "utf8")).to.equal("a\t2.js\n");
	});
});
