import { tokenizer, type TokenType, tokTypes } from "acorn";
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
	it("compiles with the options of tsconfig.base.json", () => {
		const {
			typescript: { tsconfig },
		} = read<{ typescript: { tsconfig: { compilerOptions: Record<string, unknown> } } }>("hosts/manifest.json");
		const { types, ...manifest } = tsconfig.compilerOptions;
		const { compilerOptions } = read<{ compilerOptions: Record<string, unknown> }>("tsconfig.base.json");
		// What a build of all sources at once needs, in its own folder, and mcconfig sets for each file by itself.
		for (const own of ["composite", "rootDir", "outDir", "tsBuildInfoFile", "paths", "types"])
			delete compilerOptions[own];
		assert.deepEqual(manifest, compilerOptions);
		assert.deepEqual(types, ["$(MODDABLE)/xs/includes/xs", "./typings/xs-beyond"]);
	});

	// mcconfig's patterns for preloads match JavaScript only. A folder with a manifest of its own is in the firmware of
	// those who include that.
	it("preloads each module of src by name, in its folder's own manifest or in that of src", () => {
		const expected = new Map<string, string[]>();
		for (const [specifier, path] of moduleMap({ root })) {
			// A device is not there yet when the firmware is linked.
			if (
				!/^yieldcam\/(?!esp32s3|device$)/.test(specifier) ||
				/from "yieldcam\/device";/.test(readFileSync(join(root, path), "utf8"))
			)
				continue;
			const [, folder] = specifier.split("/");
			const own = `src/${folder}/manifest.json`;
			const manifest = existsSync(join(root, own)) ? own : "src/manifest.json";
			expected.set(manifest, [...(expected.get(manifest) ?? []), specifier]);
		}
		for (const [manifest, modules] of expected) {
			const { preload } = read<{ preload: string[] }>(manifest);
			assert.sameMembers(
				preload.filter((specifier) => specifier.startsWith("yieldcam/")),
				modules,
				manifest,
			);
		}
	});

	it("preloads each module of the board's network by name", () => {
		const modules = [...moduleMap({ root, folders: [board] }).keys()].filter((specifier) =>
			specifier.startsWith("yieldcam/esp32s3/network/"),
		);
		const { preload } = read<{ preload: string[] }>("hosts/esp32s3/manifest.json");
		assert.includeMembers(preload, modules);
	});

	it("leaves to a folder of src with a manifest what is in it", () => {
		const folders = readdirSync(join(root, "src")).filter((folder) =>
			existsSync(join(root, "src", folder, "manifest.json")),
		);
		assert.isNotEmpty(folders);
		const firmware = read<{ modules: Record<string, string>; preload: string[] }>("src/manifest.json");
		for (const folder of folders) {
			const prefix = `yieldcam/${folder}/`,
				inFolder = (specifier: string) => specifier.startsWith(prefix);
			assert.deepEqual(
				[...firmware.preload, ...Object.keys(firmware.modules)].filter(inFolder),
				[],
				"in src/manifest.json",
			);
			const { modules, preload } = read<{ modules: Record<string, string>; preload: string[] }>(
				`src/${folder}/manifest.json`,
			);
			assert.equal(modules[`${prefix}*`], "./*");
			assert.deepEqual(
				preload.filter((specifier) => specifier.startsWith("yieldcam/") && !inFolder(specifier)),
				[],
				`in src/${folder}/manifest.json`,
			);
		}
	});
});

describe("the firmware's sources", () => {
	/** The tokens of each module of ours, as JavaScript; classes over natives are in XS's own syntax. */
	function* sources(): Generator<[specifier: string, tokens: { type: TokenType; text: string }[]]> {
		for (const [specifier, path] of moduleMap({ root, folders: [board] })) {
			if (!path.startsWith("build/")) continue;
			const source = readFileSync(join(root, path), "utf8");
			const tokens = [...tokenizer(source, { ecmaVersion: 2022, sourceType: "module" })];
			yield [specifier, tokens.map(({ type, start, end }) => ({ type, text: source.slice(start, end) }))];
		}
	}

	// See src/http/characters.ts. A route of one's own may take the risk, the library may not.
	it("have no regular expressions", () => {
		const found = [];
		for (const [specifier, tokens] of sources())
			found.push(
				...tokens
					.filter(({ type, text }) => type === tokTypes.regexp || text === "RegExp")
					.map(({ text }) => `${specifier}: ${text}`),
			);
		assert.deepEqual(found, []);
	});

	// On XS each instance has a slot for every #method of its class (fxDefinePrivateProperty, xsProperty.c): a fifth of what
	// a connection took. Methods that TypeScript keeps private stand on the prototype, in flash.
	it("have private methods by TypeScript's word, and fields by JavaScript's", () => {
		const found = [];
		for (const [specifier, tokens] of sources()) {
			for (const [i, { type, text }] of tokens.entries()) {
				const before = tokens[i - 1]?.text ?? "";
				if (
					type === tokTypes.privateId &&
					tokens[i + 1]?.text === "(" &&
					![".", "?.", "static"].includes(before)
				)
					found.push(`${specifier}: ${text}`);
			}
		}
		assert.deepEqual(found, []);
	});

	// See src/http/ascii.ts.
	it("fold and trim text by ASCII alone", () => {
		const functions = [
			"toLowerCase",
			"toUpperCase",
			"toLocaleLowerCase",
			"toLocaleUpperCase",
			"trim",
			"trimStart",
			"trimEnd",
			"localeCompare",
			"normalize",
		];
		const excepted = ["yieldcam/http/ascii"];
		const found = [];
		for (const [specifier, tokens] of sources()) {
			if (excepted.includes(specifier) || specifier.startsWith(board.prefix)) continue;
			for (const [i, { text }] of tokens.entries()) {
				if (functions.includes(text) && [".", "?."].includes(tokens[i - 1]?.text ?? ""))
					found.push(`${specifier}: ${text}`);
			}
		}
		assert.deepEqual(found, []);
	});
});
