import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { programModules } from "../support/program-modules.mjs";
import { refuseInternal } from "../support/public-modules.mjs";
import { programOutput } from "../support/program-output.mjs";
import { root } from "../support/root.mjs";

/**
 * Returns the manifest that a program is built with: its own, or if it imports modules that this does not name, one that
 * adds them. mcconfig finds only modules that a manifest names.
 *
 * @param {string} app The folder, relative to the project's.
 */
export function programManifest(app) {
	const folder = resolve(root, app),
		manifest = join(folder, "manifest.json");
	const { own, foreign, listed } = programModules(folder);
	refuseInternal(foreign);
	const unlisted = [...own].filter(([specifier]) => !listed.includes(specifier));
	if (unlisted.length === 0) return manifest;
	// mcconfig names its output after the manifest's folder.
	const place = join(programOutput(app), basename(folder));
	mkdirSync(place, { recursive: true });
	const file = join(place, "manifest.json");
	const modules = Object.fromEntries(unlisted.map(([specifier, path]) => [specifier, join(folder, path)]));
	writeFileSync(file, `${JSON.stringify({ include: manifest, modules }, null, "\t")}\n`);
	return file;
}
