/** The fuzzers: libFuzzer for the simulator's host, for the bitmap converter, and for RTP's packets. */
import { spawn } from "node:child_process";
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";
import { fetchSources } from "./c-sources.mjs";

/** @import { Creation } from "../../hosts/sim/cli/manifests.ts" */

/**
 * @typedef {object} FuzzOptions
 * @property {string} folder The fuzzers' folder, as returned by buildFuzzers.
 * @property {number} [seconds] The maximum duration; 0 sets no limit.
 * @property {boolean} [minimize] Reduces test/fuzz/corpus to the fewest inputs with the same coverage.
 */

const FAILURES = "build/fuzz-failures";

/**
 * Fuzzes the firmware's bytecode and the sockets under it, with peers whose every byte the fuzzer chooses.
 * Resolves to the number of failures: 0 or 1, since libFuzzer stops at the first.
 *
 * @param {number} runs
 * @param {FuzzOptions} options
 */
export async function fuzzHost(runs, options) {
	return fuzz("host", runs, await hostSeeds(), {
		...options,
		arguments: ["-max_len=6000", "-dict=test/fuzz/host/http.dict"],
		env: { YIELDCAM_FUZZ_HOST: (await hostArguments()).join("\n") },
	});
}

/**
 * Fuzzes /bmp with frames that are not valid JPEGs.
 *
 * @param {number} runs
 * @param {FuzzOptions} options
 */
export async function fuzzBitmap(runs, options) {
	return fuzz("bitmap", runs, await bitmapSeeds(), { ...options, arguments: ["-max_len=4096"] });
}

/**
 * Fuzzes the headers of frames from which RTP's packets are made.
 *
 * @param {number} runs
 * @param {FuzzOptions} options
 */
export async function fuzzRtp(runs, options) {
	return fuzz("rtp", runs, await rtpSeeds(), { ...options, arguments: ["-max_len=4096"] });
}

/**
 * Builds the fuzzers, with the sanitizers, or without them and three times as fast. Resolves to their folder.
 *
 * @param {{ readonly fast: boolean }} options
 */
export async function buildFuzzers({ fast }) {
	await fetchSources();
	const variant = fast ? "fuzz-fast" : "fuzz";
	const { code, lines } = await runTool("make", [
		"-C",
		"test/fuzz/host",
		`-j${availableParallelism()}`,
		`VARIANT=${variant}`,
	]).catch((error) => ({ code: 1, lines: [error.message] }));
	if (code !== 0)
		throw new CommandError(
			`the fuzzers do not compile; they need clang (apt-get install clang):\n${lines.filter((line) => !line.startsWith("compile ")).join("\n")}`,
		);
	return `build/${variant}`;
}

/**
 * @param {"host" | "bitmap" | "rtp"} what
 * @param {number} runs
 * @param {string} seeds
 * @param {FuzzOptions & { readonly arguments: readonly string[], readonly env?: NodeJS.ProcessEnv }} options
 */
async function fuzz(what, runs, seeds, { folder, seconds = 0, minimize = false, arguments: own, env: more = {} }) {
	const corpus = `test/fuzz/corpus/${what}`;
	const found = `build/fuzz-corpus/${what}`;
	for (const path of [found, FAILURES]) mkdirSync(join(root, path), { recursive: true });
	const fuzzer = `${folder}/fuzz-${what}`;
	const env = { ...process.env, ...more };
	const status = await run(
		fuzzer,
		[
			`-runs=${runs}`,
			`-max_total_time=${seconds}`,
			"-timeout=60",
			"-print_final_stats=1",
			`-artifact_prefix=${FAILURES}/`,
			...own,
			found,
			corpus,
			seeds,
		],
		env,
	);
	if (status !== 0) {
		process.stdout.write(`The input that failed is in ${FAILURES}; ${fuzzer} FILE runs it again.\n`);
		return 1;
	}
	if (minimize) {
		const merged = mkdtempSync(join(root, "build/fuzz-merged-"));
		if ((await run(fuzzer, ["-set_cover_merge=1", ...own, merged, corpus, found, seeds], env)) !== 0) return 1;
		rmSync(join(root, corpus), { recursive: true });
		renameSync(merged, join(root, corpus));
	}
	rmSync(seeds, { recursive: true });
	return 0;
}

/** The inputs of the parser's fixtures, which are written by hand. */
async function hostSeeds() {
	const { fixtures } = await import("../../build/test/unit/support/fixtures.js");
	const { CHUNKS, HEADS } = await import("../../build/test/unit/http/syntax/parser-fixtures.js");
	const head = Buffer.from("POST /text HTTP/1.1\r\nHost: cam\r\nTransfer-Encoding: chunked\r\n\r\n");
	const inputs = [
		...fixtures(HEADS).map(({ input }) => input),
		...fixtures(CHUNKS).map(({ input }) => Buffer.concat([head, input])),
	];
	return writeSeeds([...inputs, ...accessSeeds(), ...rtspSeeds()]);
}

/** Sessions of RTSP over TCP, in one piece and with what else may be between their requests. */
function rtspSeeds() {
	/**
	 * @param {string} method
	 * @param {string[]} fields
	 */
	const ask = (method, ...fields) =>
		[`${method} rtsp://cam/${method === "SETUP" ? "video" : ""} RTSP/1.0`, "CSeq: 1", ...fields, "", ""].join(
			"\r\n",
		);
	const setUp = ask("SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"),
		play = setUp + ask("PLAY", "Range: npt=0.000-"),
		report = "$\x01\x00\x08\x80\xc9\x00\x01abcd",
		viewer = `Authorization: Basic ${Buffer.from(`viewer:${PASSWORDS.viewer}`).toString("base64")}`;
	return [
		ask("OPTIONS") + ask("DESCRIBE", "Accept: application/sdp") + play + "\xfft" + ask("TEARDOWN"),
		play + "\xfft" + report + ask("GET_PARAMETER") + "\xffT" + ask("PAUSE") + ask("PLAY") + "\xfft",
		play + "\xffP\xfft" + ask("PAUSE") + setUp + ask("PLAY") + "\xffL\xffG\xffT",
		play + "\xffP\xffT\xffR\xff1" + play + "\xfft\xffF",
		"\xffD" + play + report + ask("SET_PARAMETER", "Content-Length: 3") + "abc" + ask("OPTIONS"),
		play + ask("OPTIONS").repeat(40) + "\xfft",
		play + "\xff1GET /control?var=framesize&val=8 HTTP/1.1\r\nHost: cam\r\n\r\n\xfft\xffT",
		ask("SETUP", "Transport: RTP/AVP;unicast;client_port=5000-5001, RTP/AVP/TCP;interleaved=254-255"),
		[..."0123456789abcdef"].map((peer) => `\xff${peer}${play}\xffP`).join("") + "\xffT\xffL",
		"\xffA" + ask("OPTIONS") + ask("DESCRIBE") + ask("DESCRIBE", viewer),
		"\xffA" + ask("SETUP", "Transport: RTP/AVP/TCP", viewer) + ask("PLAY") + "\xfft",
	].map((text) => Buffer.from(text, "latin1"));
}

/** @typedef {keyof typeof PASSWORDS} User */

const PASSWORDS = { admin: "admin-password", viewer: "viewer-password" };
const REALM = "yieldcam";
/** The time of a nonce, in milliseconds: later than any time in the fuzzer, so that the nonce is always valid. */
const nonceTime = 2 ** 41;
/** Iterations of PBKDF2, in place of 1,000: the fewest with which a check still takes turns with other work. */
const ITERATIONS = 5;

/**
 * Right and wrong requests for the passwords, and for the firmware's checks of where a request comes from. FF A selects
 * the firmware with passwords.
 */
function accessSeeds() {
	/**
	 * @param {User} user
	 * @param {string} [password]
	 */
	const basic = (user, password = PASSWORDS[user]) =>
		`Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
	/** @param {User} user */
	const bearer = (user) =>
		`Authorization: Bearer ${user}.${createHmac("sha256", hashOf(user)).update("yieldcam bearer token").digest("hex")}`;
	/**
	 * @param {string} line
	 * @param {string[]} fields
	 */
	const request = (line, ...fields) => [`${line} HTTP/1.1`, "Host: cam", ...fields, "", ""].join("\r\n");
	/**
	 * @param {string} line
	 * @param {string} content
	 * @param {string[]} fields
	 */
	const put = (line, content, ...fields) =>
		request(line, "Content-Type: application/json", `Content-Length: ${content.length}`, ...fields) + content;
	/**
	 * @param {string | null} admin
	 * @param {string | null} viewer
	 */
	const access = (admin, viewer) => JSON.stringify({ admin, viewer });
	const closed = [
		request("GET /", "User-Agent: Mozilla/5.0 Firefox/140.0"),
		request("GET /api/state", basic("admin")) + request("GET /api/state", basic("admin")),
		request("GET /api/access", basic("viewer")),
		request("GET /control?var=quality&val=10", basic("viewer")),
		request("GET /api/access", bearer("admin")),
		request("GET /stream", bearer("viewer")),
		request("GET /stream", digest("viewer", "GET", "/stream")) +
			"\xff1" +
			put("PUT /api/access", access("another-password", null), basic("admin")),
		request("GET /api/access", digest("admin", "GET", "/api/access")) +
			request("GET /api/access", digest("admin", "GET", "/api/access", 2)),
		request("GET /status", digest("admin", "GET", "/other")) +
			request("GET /status", 'Authorization: Digest username="admin", nonce=, nc=1'),
		put("PATCH /api/camera", '{"quality":20}', digest("admin", "PATCH", "/api/camera")),
		request("GET /status", basic("admin", "wrong")).repeat(7),
		[..."04567"].map((peer) => `\xff${peer}${request("GET /status", basic("admin", "wrong" + peer))}`).join("") +
			"\xff0\xffR",
		"\xffS" +
			[..."0123456789abcdef"]
				.map((peer) => `\xff${peer}${request("GET /status", basic("admin", "wrong" + peer))}`)
				.join("") +
			"\xfft\xffS" +
			request("GET /status", basic("admin")),
		"\xffS" +
			[..."0456789a"].map((peer) => `\xff${peer}${request("GET /stream", basic("admin"))}\xffR`).join("") +
			"\xfft",
	];
	const open = [
		put("PUT /api/access", access(PASSWORDS.admin, PASSWORDS.viewer)) + request("GET /status", basic("viewer")),
		"\xffS" + [..."0123456789abcdef"].map((peer) => `\xff${peer}${request("GET /status")}`).join("") + "\xfft",
		[..."0123456789abcdef"].map((peer) => `\xff${peer}${request("GET /stream")}`).join("") + "\xfft",
		request("GET /control?var=quality&val=10", "Origin: http://cam") +
			request("GET /control?var=quality&val=11", "Origin: http://other"),
		request("GET /control?var=quality&val=10", "Referer: http://cam/") +
			request("GET /control?var=quality&val=11", "User-Agent: Mozilla/5.0"),
		put("PATCH /api/camera", '{"quality":20}', "Sec-Fetch-Site: same-origin") +
			put("PATCH /api/camera", '{"quality":20}', "Sec-Fetch-Site: cross-site"),
		request("GET /status").replace("cam", "camera.example") +
			request("GET /status").replace("cam", "other.example") +
			request("GET /status").replace("cam", "cam.local"),
	];
	return [...closed.map((text) => "\xffA" + text), ...open].map((text) => Buffer.from(text, "latin1"));
}

/**
 * Returns a password's hash as src/access/password-hash.ts stores it, with what Digest needs.
 *
 * @param {User} user
 */
function hashOf(user) {
	const salt = Buffer.from("0123456789abcdef");
	const hash = pbkdf2Sync(PASSWORDS[user], salt, ITERATIONS, 32, "sha256").toString("hex");
	return ["pbkdf2-sha256", ITERATIONS, salt.toString("hex"), hash, REALM, secretOf(user)].join(".");
}

/** @param {User} user */
function secretOf(user) {
	return sha256(`${user}:${REALM}:${PASSWORDS[user]}`);
}

/**
 * Returns the field that signs one request. Its nonce is made with the key of a firmware whose random bytes are all
 * 128.
 *
 * @param {User} user
 * @param {string} method
 * @param {string} target
 * @param {number} [count]
 */
function digest(user, method, target, count = 1) {
	const time = nonceTime.toString(16),
		nc = count.toString(16).padStart(8, "0");
	const nonce = `${time}.${createHmac("sha256", Buffer.alloc(32, 128)).update(time).digest("hex").slice(0, 32)}`;
	const response = sha256(`${secretOf(user)}:${nonce}:${nc}:c:auth:${sha256(`${method}:${target}`)}`);
	return `Authorization: Digest username="${user}", realm="${REALM}", uri="${target}", algorithm=SHA-256, nonce="${nonce}", nc=${nc}, cnonce="c", qop=auth, response="${response}"`;
}

/** @param {string} text */
function sha256(text) {
	return createHash("sha256").update(text).digest("hex");
}

/** Pictures whose sides are multiples of a block, and pictures whose sides are not. */
async function bitmapSeeds() {
	const { createCanvas } = await import("@napi-rs/canvas");
	return writeSeeds(
		[
			[1, 1],
			[16, 16],
			[17, 9],
			[8, 24],
		].map(([width, height]) => {
			const canvas = createCanvas(width, height);
			const context = canvas.getContext("2d");
			context.fillStyle = "orange";
			context.fillRect(0, 0, width / 2, height / 2);
			return canvas.toBuffer("image/jpeg", 60);
		}),
	);
}

/** Frames that can be sent, and one that cannot. */
async function rtpSeeds() {
	return writeSeeds(await Promise.all(/** @type {const} */ (["4:2:2", "4:2:0", "4:4:4"]).map(jpeg)));
}

/**
 * Makes a JPEG with Annex K's Huffman tables.
 *
 * @param {"4:2:2" | "4:2:0" | "4:4:4"} subsampling
 */
async function jpeg(subsampling) {
	const { JpegEncoder } = await import("../../build/src/extras/jpeg/encoder.js");
	const encoder = new JpegEncoder({ width: 32, height: 16, format: "rgb888", subsampling });
	const pixels = Uint8Array.from({ length: 3 * 32 * 16 }, (_, at) => (at * at) & 255);
	while (encoder.line < encoder.height) encoder.encode(pixels.subarray(3 * 32 * encoder.line));
	return new Uint8Array(encoder.finish());
}

/** @param {readonly Uint8Array[]} inputs */
function writeSeeds(inputs) {
	const folder = mkdtempSync(join(root, "build/fuzz-seeds-"));
	for (const [index, input] of inputs.entries()) writeFileSync(join(folder, String(index)), input);
	return folder;
}

/** The board's arguments, plus heap for the camera in memory, and for what only the fuzzer serves. */
async function hostArguments() {
	const { formatModuleMap, moduleMap } = await import("../../build/hosts/sim/cli/module-map.js");
	const { readManifests } = await import("../../build/hosts/sim/cli/manifests.js");
	const manifests = ["manifest.json", "src/extras/websocket/manifest.json"].flatMap((file) =>
		readManifests(join(root, file)),
	);
	const { chunk, heap, stack } = /** @type {Creation} */ (
		manifests.map(({ creation }) => creation).find((creation) => creation !== undefined)
	);
	const modules = "build/fuzz-modules.map";
	writeFileSync(
		join(root, modules),
		formatModuleMap(
			moduleMap({
				root,
				folders: [{ folder: "test/unit", prefix: "unit/" }],
				overrides: { main: "test/fuzz/host/firmware.js", "yieldcam/access/password-hash": quickHash() },
			}),
		),
	);
	const config = {
		open: { allowedHosts: "camera.example" },
		closed: { allowedHosts: "camera.example", adminPassword: hashOf("admin"), viewerPassword: hashOf("viewer") },
		jpeg: Buffer.from(await jpeg("4:2:2")).toString("hex"),
	};
	return [
		"--modules",
		modules,
		"--preload",
		manifests.flatMap(({ preload }) => preload).join(","),
		"--chunk",
		String(chunk.initial + 22_000),
		"--slots",
		String(heap.initial + 472),
		"--stack",
		String(stack),
		"--config",
		JSON.stringify({ config }),
	];
}

/** Makes a module that hashes passwords with fewer iterations: to set one would take longer than a hundred inputs. */
function quickHash() {
	const file = "build/fuzz-password-hash.js";
	const source = readFileSync(join(root, "build/src/access/password-hash.js"), "utf8");
	const quick = source.replace("const ITERATIONS = 1_000;", `const ITERATIONS = ${ITERATIONS};`);
	if (quick === source)
		throw new CommandError("the fuzzer cannot find the number of iterations in src/access/password-hash.ts");
	writeFileSync(join(root, file), quick);
	return file;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function run(command, args, env) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}
