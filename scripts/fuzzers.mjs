/** The fuzzers: libFuzzer over the simulator's host, and over what makes bitmaps. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "./root.mjs";
import { runTool } from "./run-tool.mjs";
import { SetupError } from "./setup-error.mjs";

const failures = "build/fuzz-failures";

/**
 * What the firmware's bytecode and all that is under it makes of peers whose every byte the fuzzer chooses.
 * Resolves to how many things went wrong: 0 or 1, since libFuzzer stops at the first.
 */
export async function fuzzHost(runs, options) {
	return fuzz("host", runs, await hostSeeds(), {
		...options,
		arguments: ["-max_len=6000", "-dict=test/fuzz/host/http.dict"],
		env: { YIELDCAM_FUZZ_HOST: (await hostArguments()).join("\n") },
	});
}

/** What /bmp makes of frames that are none. */
export async function fuzzBitmap(runs, options) {
	return fuzz("bitmap", runs, await bitmapSeeds(), { ...options, arguments: ["-max_len=4096"] });
}

/** Builds the fuzzers, with the sanitizers or three times as fast. Resolves to their folder. */
export async function buildFuzzers({ fast }) {
	const variant = fast ? "fuzz-fast" : "fuzz";
	const { code, lines } = await runTool("make", ["-C", "test/fuzz/host", `-j${availableParallelism()}`, `VARIANT=${variant}`]).catch((error) => ({ code: 1, lines: [error.message] }));
	if (code !== 0)
		throw new SetupError(`the fuzzers do not compile; that takes clang (apt-get install clang):\n${lines.filter((line) => !line.startsWith("compile ")).join("\n")}`);
	return `build/${variant}`;
}

async function fuzz(what, runs, seeds, { folder, seconds = 0, minimize = false, arguments: own, env: more = {} }) {
	const corpus = `test/fuzz/corpus/${what}`;
	const found = `build/fuzz-corpus/${what}`;
	for (const path of [found, failures])
		mkdirSync(join(root, path), { recursive: true });
	const fuzzer = `${folder}/fuzz-${what}`;
	const env = { ...process.env, ...more };
	const status = await run(fuzzer, [
		`-runs=${runs}`, `-max_total_time=${seconds}`, "-timeout=60", "-print_final_stats=1",
		`-artifact_prefix=${failures}/`, ...own, found, corpus, seeds,
	], env);
	if (status !== 0) {
		process.stdout.write(`The input that did it is in ${failures}; ${fuzzer} FILE tries it again.\n`);
		return 1;
	}
	if (minimize) {
		const merged = mkdtempSync(join(root, "build/fuzz-merged-"));
		if (await run(fuzzer, ["-set_cover_merge=1", ...own, merged, corpus, found, seeds], env) !== 0)
			return 1;
		rmSync(join(root, corpus), { recursive: true });
		renameSync(merged, join(root, corpus));
	}
	rmSync(seeds, { recursive: true });
	return 0;
}

/** The inputs of the parser's fixtures: what somebody has thought of. */
async function hostSeeds() {
	const { fixtures } = await import("../build/test/unit/support/fixtures.js");
	const { CHUNKS, HEADS } = await import("../build/test/unit/http/parser-fixtures.js");
	const head = Buffer.from("POST /text HTTP/1.1\r\nHost: cam\r\nTransfer-Encoding: chunked\r\n\r\n");
	const inputs = [...fixtures(HEADS).map(({ input }) => input), ...fixtures(CHUNKS).map(({ input }) => Buffer.concat([head, input]))];
	return writeSeeds(inputs);
}

/** Pictures whose sides are multiples of a block, and are not. */
async function bitmapSeeds() {
	const { createCanvas } = await import("@napi-rs/canvas");
	return writeSeeds([[1, 1], [16, 16], [17, 9], [8, 24]].map(([width, height]) => {
		const canvas = createCanvas(width, height);
		const context = canvas.getContext("2d");
		context.fillStyle = "orange";
		context.fillRect(0, 0, width / 2, height / 2);
		return canvas.toBuffer("image/jpeg", 60);
	}));
}

function writeSeeds(inputs) {
	const folder = mkdtempSync(join(root, "build/fuzz-seeds-"));
	for (const [index, input] of inputs.entries())
		writeFileSync(join(folder, String(index)), input);
	return folder;
}

/** The board's, with as much heap on top as the camera in memory takes. */
async function hostArguments() {
	const { formatModuleMap, moduleMap } = await import("../build/hosts/sim/cli/module-map.js");
	const { readManifests } = await import("../build/hosts/sim/cli/manifests.js");
	const manifests = ["manifest.json", "src/websocket/manifest.json"].flatMap((file) => readManifests(join(root, file)));
	const { chunk, heap, stack } = manifests.map(({ creation }) => creation).find((creation) => creation !== undefined);
	const modules = "build/fuzz-modules.map";
	writeFileSync(join(root, modules), formatModuleMap(moduleMap({
		root,
		folders: [{ folder: "test/unit", prefix: "unit/" }],
		overrides: { main: "test/fuzz/host/firmware.js" },
	})));
	return [
		"--modules", modules,
		"--preload", manifests.flatMap(({ preload }) => preload).join(","),
		"--chunk", String(chunk.initial + 11_000),
		"--slots", String(heap.initial + 472),
		"--stack", String(stack),
	];
}

function run(command, args, env) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}
