import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { formatModuleMap, moduleMap, writeModuleMap } from "../../../hosts/sim/cli/module-map.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the module map", () => {
	const { path: root } = temporaryFolder();

	before(() => {
		for (const [path, text] of Object.entries({
			"src/http/server.ts": "",
			"src/camera/driver.d.ts": "",
			"hosts/sim/firmware/main.ts": "",
			"hosts/sim/firmware/network.ts": "",
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
			"main": "build/hosts/sim/firmware/main.js",
			"sim/network": "build/hosts/sim/firmware/network.js",
			"timer": "hosts/sim/modules/timer.js",
			"yieldcam/http/server": "build/src/http/server.js",
		});
	});

	it("takes further folders and overrides", () => {
		const map = moduleMap({
			root,
			folders: [{ folder: "test/unit", prefix: "test/unit/" }],
			overrides: { main: "build/test/unit/main.js" },
		});
		expect(map.get("main")).to.equal("build/test/unit/main.js");
		expect(map.get("test/unit/http/server.test")).to.equal("build/test/unit/http/server.test.js");
	});

	it("is written as tab-separated lines", () => {
		expect(formatModuleMap(new Map([["b", "2.js"], ["a", "1.js"]]))).to.equal("a\t1.js\nb\t2.js\n");
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
