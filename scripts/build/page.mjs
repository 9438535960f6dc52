import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { unlessFresh } from "./fresh.mjs";
import { installed, output, root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

const SOURCE = "page";

/**
 * The pages: the device's own, and the one at its access point.
 *
 * @type {readonly { readonly html: string, readonly style: string, readonly script: string, readonly output: string }[]}
 */
const PAGES = [
	{ html: "page.html", style: "style.css", script: "main.ts", output: "page/page.html.gz" },
	{ html: "setup/setup.html", style: "setup/setup.css", script: "setup/setup.ts", output: "page/setup.html.gz" },
];

const INPUTS = [
	{ path: SOURCE, extensions: [".html", ".css", ".ts"] },
	{ path: "src", extensions: [".ts"] },
	{ path: "scripts/build/page.mjs" },
	{ path: "tsconfig.base.json" },
	{ path: "page/tsconfig.json" },
	{ path: "node_modules/esbuild/package.json" },
	{ path: "node_modules/lean-qr/package.json" },
];

/** Builds the pages as the firmware contains them: each is one compressed file that includes style and script. */
export async function buildPage() {
	if (installed) return;
	await unlessFresh({ name: "page", inputs: INPUTS, outputs: PAGES.map((page) => page.output) }, async () => {
		for (const page of PAGES) {
			const file = join(output, page.output);
			mkdirSync(dirname(file), { recursive: true });
			// Replaced in one step, since a running simulator has the old file mapped; and made elsewhere, since the
			// manifest includes the whole folder.
			const made = join(output, "page.new");
			writeFileSync(made, gzipSync(await compose(page), { level: 9 }));
			renameSync(made, file);
		}
	});
}

/** @param {(typeof PAGES)[number]} page */
async function compose(page) {
	const style = await bundle(page.style);
	const script = await bundle(page.script);
	const html = readFileSync(join(root, SOURCE, page.html), "utf8");
	/** @type {[tag: string, by: (tag: string) => string][]} */
	const replacements = [
		// A header would also work; in the file, the hashes stay with the style and the script.
		[
			'<meta charset="utf-8">',
			(tag) => `${tag}<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">`,
		],
		[`<link rel="stylesheet" href="${basename(page.style)}">`, () => `<style>${style}</style>`],
		[`<script src="${basename(page.script)}"></script>`, () => `<script>${script}</script>`],
	];
	return replacements.reduce(
		(text, [tag, by]) => {
			if (!text.includes(tag)) throw new CommandError(`${SOURCE}/${page.html} has no ${tag}`);
			return text.replace(tag, by);
		},
		html.replace(/\n+/g, "\n"),
	);
}

/**
 * Allows nothing from other sites, and only the style and the script that were built here (CSP Level 3).
 *
 * @param {string} style
 * @param {string} script
 */
function policy(style, script) {
	return [
		"default-src 'none'",
		`style-src '${digest(style)}'`,
		`script-src '${digest(script)}'`,
		"connect-src 'self'",
		"img-src 'self' data:",
		"form-action 'none'",
		"base-uri 'self'",
	].join(";");
}

/** @param {string} text */
function digest(text) {
	return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** @param {string} entry */
async function bundle(entry) {
	// Not imported at the top: the command that calls this function installs it first.
	const { build } = await import("esbuild");
	try {
		const { outputFiles } = await build({
			entryPoints: [join(root, SOURCE, entry)],
			bundle: true,
			minify: true,
			write: false,
			format: "iife",
			charset: "utf8",
			// Phones up to five years old.
			target: ["chrome100", "firefox100", "safari15.4"],
			logLevel: "silent",
			tsconfig: join(root, "page/tsconfig.json"),
		});
		return outputFiles[0].text.trim();
	} catch (error) {
		throw new CommandError(`the page does not build: ${/** @type {Error} */ (error).message}`);
	}
}
