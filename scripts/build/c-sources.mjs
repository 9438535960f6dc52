import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { output } from "../support/root.mjs";
import { Progress } from "../support/progress.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";
import { unlessFresh } from "./fresh.mjs";
import { npmReason, runNpm } from "./npm.mjs";

/**
 * The npm packages that contain the C sources of XS and of libjpeg. They are not dependencies: npm would compile one of
 * them for minutes, and install the hundred packages that the other one needs.
 */
const PACKAGES = [
	{
		folder: "xs",
		name: "@agoric/xsnap@0.15.0",
		sha512: "ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==",
		/** The part of the package that is unpacked. */
		part: "package/moddable/xs",
	},
	{
		folder: "libjpeg",
		name: "muhammara@6.0.6",
		sha512: "wqN47a1v2tsiOKnqi5Wj2iWb9uCAGJS4SfpPekxumEBmc3F+2eznWgzt8E1Sru3M2tflX4V3F5TqDsiyg/WtRw==",
		part: "package/src/deps/LibJpeg",
	},
];

/** Fetches the C sources that the simulator's host is built from, unless they are there. */
export function fetchSources() {
	return unlessFresh(
		{
			name: "c-sources",
			inputs: [{ path: "scripts/build/c-sources.mjs" }],
			outputs: ["sources/xs/sources/xsAll.h", "sources/libjpeg/jpeglib.h"],
		},
		async () => {
			const progress = new Progress("Fetching the C sources of XS and libjpeg");
			mkdirSync(join(output, "sources"), { recursive: true });
			try {
				for (const source of PACKAGES) await fetchPackage(source);
			} catch (error) {
				progress.fail();
				throw error;
			}
			progress.end();
		},
	);
}

/** @param {typeof PACKAGES[number]} source */
async function fetchPackage({ folder, name, sha512, part }) {
	const place = mkdtempSync(join(output, "sources/fetched-"));
	try {
		const { code, lines } = await runNpm(["pack", name, "--prefer-offline", "--pack-destination", place]);
		if (code !== 0) throw new CommandError(`npm could not fetch ${name}: ${npmReason(lines)}`);
		const archive = join(place, /** @type {string} */ (lines.filter((line) => line.endsWith(".tgz")).at(-1)));
		if (createHash("sha512").update(readFileSync(archive)).digest("base64") !== sha512)
			throw new CommandError(`npm fetched another ${name} than the one that yieldcam was built with`);
		const unpacked = await runTool("tar", ["-xzf", archive, "-C", place, part]);
		if (unpacked.code !== 0) throw new CommandError(`tar could not unpack ${name}: ${unpacked.lines.join(" ")}`);
		rmSync(join(output, "sources", folder), { recursive: true, force: true });
		renameSync(join(place, part), join(output, "sources", folder));
	} finally {
		rmSync(place, { recursive: true, force: true });
	}
}
