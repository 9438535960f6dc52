import { assert } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { moduleMap } from "../../hosts/sim/cli/module-map.ts";
import { root } from "../support/root.ts";

const BOARD = { folder: "hosts/esp32s3", prefix: "yieldcam/esp32s3/" };

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what is in the file
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
		// Options that a build of all sources at once needs, in its own folder, and that mcconfig sets for each file.
		for (const own of ["composite", "rootDir", "outDir", "tsBuildInfoFile", "paths", "types", "sourceMap"])
			delete compilerOptions[own];
		assert.deepEqual(manifest, compilerOptions);
		assert.deepEqual(types, ["$(MODDABLE)/xs/includes/xs", "./typings/xs-beyond"]);
	});

	// mcconfig's patterns for preloads match JavaScript only. A folder with its own manifest is in the firmware of
	// programs that include that manifest.
	it("preloads each module of src by name, in its folder's own manifest or in that of src", () => {
		const expected = new Map<string, string[]>();
		for (const [specifier, path] of moduleMap({ root })) {
			// A device does not exist yet when the firmware is linked, and a preloaded module cannot change.
			if (
				!/^yieldcam\/(?!common|esp32s3|device$)/.test(specifier) ||
				/from "yieldcam\/device";|^let /m.test(readFileSync(join(root, path), "utf8"))
			)
				continue;
			const [, folder] = specifier.split("/");
			const own = `src/extras/${folder}/manifest.json`;
			const manifest = existsSync(join(root, own)) ? own : "src/manifest.json";
			expected.set(manifest, [...(expected.get(manifest) ?? []), specifier]);
		}
		for (const [manifest, modules] of expected) {
			const { preload, include = "" } = read<{ preload: string[]; include?: string }>(manifest);
			// A part of the folder that the hosts need has a manifest beside it.
			const part = include.startsWith("./")
				? read<{ preload: string[] }>(join(dirname(manifest), include)).preload
				: [];
			assert.sameMembers(
				preload.concat(part).filter((specifier) => specifier.startsWith("yieldcam/")),
				modules,
				manifest,
			);
		}
	});

	it("preloads by name each module of the board's network and power that is not the SDK's", () => {
		const modules = [...moduleMap({ root, folders: [BOARD] }).keys()].filter(
			(specifier) =>
				(specifier.startsWith("yieldcam/esp32s3/network/") ||
					specifier.startsWith("yieldcam/esp32s3/power/")) &&
				!specifier.endsWith("/sdk-io"),
		);
		const { preload } = read<{ preload: string[] }>("hosts/esp32s3/manifest.json");
		assert.includeMembers(preload, modules);
	});

	it("gives each of the extras its own modules", () => {
		// Tests import "testing", and no device.
		const folders = readdirSync(join(root, "src/extras")).filter((name) => name !== "testing");
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
				`src/extras/${folder}/manifest.json`,
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
