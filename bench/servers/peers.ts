import { join } from "node:path";
import { pythonWith } from "../../test/conformance/python.ts";
import { root } from "../../test/support/root.ts";
import { install } from "../../test/support/tools.ts";
import { startProgram } from "./program.ts";
import type { BenchServer } from "./server.ts";

const folder = join(root, "bench/peers");

/** A server to compare with. `prepare` returns it, or the reason why it is not available. */
export interface Peer {
	readonly name: string;
	prepare(): BenchServer | string;
}

function program(name: string, command: string, args: readonly string[], note: string): Peer {
	return { name, prepare: () => ({ name, note, start: (frames, fps) => startProgram(command, args, frames, fps) }) };
}

function python(name: string, script: string, modules: readonly string[], packages: string, note: string): Peer {
	return {
		name,
		prepare() {
			const there = () => pythonWith(...modules);
			const interpreter = there() ?? install(name, packages, there);
			if (interpreter === undefined)
				return `no Python has ${modules.join(" and ")}; to install: apt-get install ${packages}`;
			return {
				name,
				note,
				start: (frames, fps) => startProgram(interpreter, [join(folder, script)], frames, fps),
			};
		},
	};
}

/** The yardstick: the others' figures are given as multiples of its own. */
export const YARDSTICK = "c-threads";

/** Each is a typical program for that server, in bench/peers. */
export const PEERS: readonly Peer[] = [
	program(
		YARDSTICK,
		join(root, "build/load/threads"),
		[],
		"a thread for each client, as in mjpg-streamer, without its copy of each frame for each client",
	),
	program(
		"node:http",
		process.execPath,
		[join(folder, "node-http.mjs")],
		"chunked, which is Node's default; skips viewers that have not taken the last frame",
	),
	program(
		"mjpeg-server",
		process.execPath,
		[join(folder, "mjpeg-server.mjs")],
		"npm's; parts have no timestamp; queues without limit for viewers that do not read",
	),
	python(
		"Flask",
		"flask_app.py",
		["flask"],
		"python3-flask",
		"a generator and a thread for each viewer, in Flask's own server",
	),
	python(
		"FastAPI",
		"fastapi_app.py",
		["fastapi", "uvicorn", "uvloop", "httptools"],
		"python3-fastapi uvicorn python3-uvloop python3-httptools",
		"an async generator for each viewer, on uvicorn with the extras of uvicorn[standard]: uvloop and httptools",
	),
];
