import { assert } from "chai";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../support/root.ts";

type Exports = Record<string, string | { readonly internal: string }>;

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

/** The modules that package.json exports to everybody. */
const published = Object.entries((read("package.json") as { exports: Exports }).exports).filter(
	([, target]) => typeof target === "string" && target.endsWith(".js"),
) as [specifier: string, file: string][];

/** The modules that the API reference describes, without ".ts", relative to the project's folder. */
function described(): string[] {
	const { entryPoints } = read("docs/reference/typedoc.json") as { entryPoints: string[] };
	return entryPoints
		.flatMap((pattern) => expand(join(root, "docs/reference", pattern)))
		.map((path) => relative(root, path).replace(/\.ts$/, ""));
}

/** Expands the one group of alternatives in braces, if there is one. */
function expand(pattern: string): string[] {
	const [before, names, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern)?.slice(1) ?? [];
	return names === undefined ? [pattern] : names.split(",").map((name) => before + name + after);
}

describe("the package's exports", () => {
	it("are what the API reference describes", () => {
		assert.sameMembers(
			published.map(([, file]) => file.replace(/^\.\/build\//, "").replace(/\.js$/, "")),
			described(),
		);
	});

	it("are named after their folders, without that of the extras", () => {
		for (const [specifier, file] of published)
			assert.equal(specifier, file.replace(/^\.\/build\/src\/(extras\/)?/, "./").replace(/\.js$/, ""));
	});

	it("have all that the samples and the examples import", () => {
		const names = new Set(published.map(([specifier]) => specifier.slice(2)));
		const files = readdirSync(root + "docs")
			.filter((name) => name.endsWith(".md"))
			.map((name) => `docs/${name}`)
			.concat("README.md")
			.concat(readdirSync(root + "examples").map((name) => `examples/${name}/main.ts`));
		assert.isAbove(files.length, 10);
		for (const file of files)
			for (const [, name] of readFileSync(join(root, file), "utf8").matchAll(/ from "yieldcam\/([^"]+)"/g))
				if (name !== "device") assert.isTrue(names.has(name), `${file}: yieldcam/${name}`);
	});

	it("leave out what the condition `internal` adds for the tests", () => {
		const load = (...args: string[]): string =>
			execFileSync(
				process.execPath,
				[...args, "--input-type=module", "--eval", 'await import("yieldcam/http/engine/budget")'],
				{ cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
			);
		assert.throws(() => load(), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
		assert.equal(load("--conditions=internal"), "");
	});
});
