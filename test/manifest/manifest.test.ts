import { tokenizer, tokTypes } from "acorn";
import { assert } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { moduleMap } from "../../hosts/sim/cli/module-map.ts";
import { root } from "../support/root.ts";

const board = { folder: "hosts/esp32s3", prefix: "yieldcam/esp32s3/" };

function read<T>(path: string): T {
	return JSON.parse(readFileSync(join(root, path), "utf8")) as T;
}

describe("the manifest", () => {
	it("compiles with the options of tsconfig.json", () => {
		const { typescript: { tsconfig } } = read<{ typescript: { tsconfig: { compilerOptions: Record<string, unknown> } } }>("manifest.json");
		const { types, ...manifest } = tsconfig.compilerOptions;
		const { compilerOptions } = read<{ compilerOptions: Record<string, unknown> }>("tsconfig.json");
		// What a build of all sources at once needs, in its own folder, and mcconfig sets for each file by itself.
		for (const own of ["composite", "rootDir", "outDir", "tsBuildInfoFile", "paths", "types"])
			delete compilerOptions[own];
		assert.deepEqual(manifest, compilerOptions);
		assert.deepEqual(types, ["$(MODDABLE)/xs/includes/xs", "./hosts/typings/xs-beyond"]);
	});

	// mcconfig's patterns for preloads match JavaScript only.
	it("preloads each module of src by name", () => {
		// What not every firmware needs has a manifest of its own, in its folder.
		const own = readdirSync(join(root, "src")).filter((folder) => existsSync(join(root, "src", folder, "manifest.json")));
		const modules = [...moduleMap({ root }).keys()].filter((specifier) => /^yieldcam\/(?!esp32s3)/.test(specifier));
		const ownerOf = (specifier: string) => own.find((folder) => specifier.startsWith(`yieldcam/${folder}/`));
		for (const folder of [undefined, ...own]) {
			const path = join("src", folder ?? "", "manifest.json");
			const { preload } = read<{ preload: string[] }>(path);
			assert.sameMembers(preload, modules.filter((specifier) => ownerOf(specifier) === folder), path);
		}
	});

	it("preloads each module of the board's network by name", () => {
		const modules = [...moduleMap({ root, folders: [board] }).keys()].filter((specifier) => specifier.startsWith("yieldcam/esp32s3/network/"));
		const { preload } = read<{ preload: string[] }>("hosts/esp32s3/manifest.json");
		assert.includeMembers(preload, modules);
	});
});

describe("the firmware's sources", () => {
	// See src/http/characters.ts. A route of one's own may take the risk, the library may not.
	it("have no regular expressions", () => {
		const found = [];
		for (const [specifier, path] of moduleMap({ root, folders: [board] })) {
			// Those that are not compiled are classes over natives, in XS's own syntax.
			if (!path.startsWith("build/"))
				continue;
			const source = readFileSync(join(root, path), "utf8");
			for (const { type, start, end } of tokenizer(source, { ecmaVersion: 2022, sourceType: "module" })) {
				if (type === tokTypes.regexp || source.slice(start, end) === "RegExp")
					found.push(`${specifier}: ${source.slice(start, end)}`);
			}
		}
		assert.deepEqual(found, []);
	});
});
