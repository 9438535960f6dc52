import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { output, toolsEnvironment } from "#scripts/moddable/sdk.mjs";
import { writeTarget } from "#scripts/flash/target.mjs";
import { root } from "../support/root.ts";
import { type Esp32Tools, type Finished, run } from "./support.ts";

/** A build for a board, as far as it goes without Espressif's compiler. */
export class Esp32Build {
	/** The folder of mcconfig's generated files. */
	readonly folder: string;
	readonly #env: NodeJS.ProcessEnv;
	readonly #platform: string;

	readonly #app: string;

	/** A build of a folder's program, for the target that flashing composes or a target of the SDK. */
	constructor({ moddable, idf }: Esp32Tools, board: string, { sdkTarget = false, app = "." } = {}) {
		this.#app = app;
		this.#platform = sdkTarget ? `esp32/${board}` : writeTarget(board);
		this.#env = { ...toolsEnvironment(moddable), IDF_PATH: idf };
		this.folder = join(output, "tmp/esp32", board, "release", basename(join(root, app)));
	}

	/** Resolves the manifest into a makefile, settings and the configuration of esp-idf. */
	configure(): Finished {
		// Remove the files of an earlier build.
		rmSync(this.folder, { recursive: true, force: true });
		mkdirSync(output, { recursive: true });
		const finished = run("mcconfig", ["-p", this.#platform, "-o", output, join(root, this.#app, "manifest.json")], {
			env: this.#env,
		});
		// Espressif's build would write it; nothing here depends on its content.
		mkdirSync(join(this.#project, "build/config"), { recursive: true });
		writeFileSync(
			this.#sdkconfigHeader,
			sdkconfigHeader(readFileSync(join(this.#project, "sdkconfig.mc"), "utf8")),
		);
		return finished;
	}

	/** The commands that download Espressif's components. */
	get dependencies(): string {
		return /^BUILD_DEPENDENCIES = (.*)$/m.exec(readFileSync(join(this.folder, "makefile"), "utf8"))![1];
	}

	/** Runs make for one of its targets, without esp-idf's own part. */
	make(target: string, ...args: string[]): Finished {
		return run("make", [...args, "-o", this.#sdkconfigHeader, join(this.folder, target)], {
			cwd: this.folder,
			env: this.#env,
		});
	}

	get #project(): string {
		return join(this.folder, "xsProj-esp32s3");
	}

	get #sdkconfigHeader(): string {
		return join(this.#project, "build/config/sdkconfig.h");
	}
}

/** The settings as macros, without Kconfig's defaults. */
function sdkconfigHeader(sdkconfig: string): string {
	const settings = new Map([...sdkconfig.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
	return [...settings]
		.filter(([, value]) => value !== "" && value !== "n")
		.map(([name, value]) => `#define ${name} ${value === "y" ? 1 : value}\n`)
		.join("");
}
