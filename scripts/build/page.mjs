import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { unlessFresh } from "./fresh.mjs";
import { root } from "../support/root.mjs";
import { SetupError } from "../support/setup-error.mjs";

const SOURCE = "page";
const OUTPUT = "build/page/page.html.gz";

const INPUTS = [
	{ path: SOURCE, extensions: [".html", ".css", ".ts"] },
	{ path: "scripts/build/page.mjs" },
	{ path: "tsconfig.base.json" },
	{ path: "page/tsconfig.json" },
	{ path: "node_modules/esbuild/package.json" },
];

/** The page as the firmware carries it: one file with style and script in it, compressed. */
export function buildPage() {
	return unlessFresh({ name: "page", inputs: INPUTS, outputs: [OUTPUT] }, async () => {
		const file = join(root, OUTPUT);
		mkdirSync(dirname(file), { recursive: true });
		// Replaced at once, since a running simulator has the old one mapped; and made elsewhere, since the manifest takes the
		// whole folder.
		const made = join(root, "build/page.new");
		writeFileSync(made, gzipSync(await compose(), { level: 9 }));
		renameSync(made, file);
	});
}

async function compose() {
	const style = await bundle("style.css");
	const script = await bundle("main.ts");
	const html = readFileSync(join(root, SOURCE, "page.html"), "utf8");
	/** @type {[tag: string, by: (tag: string) => string][]} */
	const replacements = [
		// A header would do as well; here the hashes stay with what they are of.
		[
			'<meta charset="utf-8">',
			(tag) => `${tag}<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">`,
		],
		['<link rel="stylesheet" href="style.css">', () => `<style>${style}</style>`],
		['<script src="main.ts"></script>', () => `<script>${script}</script>`],
	];
	return replacements.reduce(
		(text, [tag, by]) => {
			if (!text.includes(tag)) throw new SetupError(`${SOURCE}/page.html has no ${tag}`);
			return text.replace(tag, by);
		},
		html.replace(/\n+/g, "\n"),
	);
}

/**
 * Nothing from anywhere else, and no script but the one that was built here (CSP Level 3).
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
		"base-uri 'none'",
	].join(";");
}

/** @param {string} text */
function digest(text) {
	return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** @param {string} entry */
async function bundle(entry) {
	// Not at the top: it is installed by the same command that gets here.
	const { build } = await import("esbuild");
	try {
		const { outputFiles } = await build({
			entryPoints: [join(root, SOURCE, entry)],
			bundle: true,
			minify: true,
			write: false,
			format: "iife",
			charset: "utf8",
			// Phones of the last five years.
			target: ["chrome100", "firefox100", "safari15.4"],
			logLevel: "silent",
			tsconfig: join(root, "page/tsconfig.json"),
		});
		return outputFiles[0].text.trim();
	} catch (error) {
		throw new SetupError(`the page does not build: ${/** @type {Error} */ (error).message}`);
	}
}
