import {
	createReadStream,
	createWriteStream,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar-fs";
import { root } from "./root.ts";

export interface Chromium {
	readonly program: string;
	readonly env: Readonly<Record<string, string>>;
}

/**
 * Chromium's headless shell from the package @sparticuz/chromium, with the libraries and the fonts that a bare Debian
 * lacks.
 *
 * The package's own code would unpack to fixed names in /tmp, where another user may have left another program to run
 * and where an interrupted run leaves half a browser for good. This code unpacks in build/ and moves the result into
 * place when it is complete.
 */
export async function unpackChromium(): Promise<Chromium> {
	const folder = createRequire(import.meta.url)
		.resolve("@sparticuz/chromium")
		.replace(/build\/cjs\/index\.cjs$/, "");
	const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
	const target = join(root, "build", `chromium-${version}`);
	if (!existsSync(target)) await unpack(join(folder, "bin"), target);
	return {
		program: join(target, "chromium"),
		env: {
			LD_LIBRARY_PATH: join(target, "lib"),
			FONTCONFIG_FILE: join(target, "fonts.conf"),
		},
	};
}

async function unpack(archives: string, target: string): Promise<void> {
	mkdirSync(join(root, "build"), { recursive: true });
	const folder = mkdtempSync(`${target}-`);
	try {
		await Promise.all([
			pipeline(
				createReadStream(join(archives, "chromium.br")),
				createBrotliDecompress(),
				createWriteStream(join(folder, "chromium"), { mode: 0o755 }),
			),
			untar(join(archives, "al2023.tar.br"), folder),
			untar(join(archives, "fonts.tar.br"), folder),
		]);
		// The package's own configuration names folders of AWS.
		writeFileSync(
			join(folder, "fonts.conf"),
			[
				`<?xml version="1.0"?>`,
				`<!DOCTYPE fontconfig SYSTEM "fonts.dtd">`,
				`<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>`,
				"",
			].join("\n"),
		);
		renameSync(folder, target);
	} catch (error) {
		rmSync(folder, { recursive: true });
		// Another run may have been first.
		if (!existsSync(target)) throw error;
	}
}

function untar(archive: string, folder: string): Promise<void> {
	return pipeline(createReadStream(archive), createBrotliDecompress(), extract(folder));
}
