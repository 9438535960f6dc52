import { join } from "node:path";
import { pythonWith } from "../../test/conformance/python.ts";
import { root } from "../../test/support/root.ts";
import { install } from "../../test/support/tools.ts";
import { startProgram } from "./program.ts";
import type { BenchServer } from "./server.ts";

const folder = join(root, "bench/peers");

/** A peer, or in a sentence why it is not there. */
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
				return `there is no Python with ${modules.join(" and ")}; this brings it: apt-get install ${packages}`;
			return {
				name,
				note,
				start: (frames, fps) => startProgram(interpreter, [join(folder, script)], frames, fps),
			};
		},
	};
}

/** The yardstick: the others are told in multiples of it. */
export const YARDSTICK = "c-threads";

/** Each is the program that people write with it, in bench/peers. */
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
		"chunked, as Node does it; passes over who has not taken the last frame",
	),
	program(
		"mjpeg-server",
		process.execPath,
		[join(folder, "mjpeg-server.mjs")],
		"npm's; parts have no timestamp; queues without end for who does not read",
	),
	python(
		"Flask",
		"flask_app.py",
		["flask"],
		"python3-flask",
		"a generator and a thread for each viewer, in the server that comes with it",
	),
	python(
		"FastAPI",
		"fastapi_app.py",
		["fastapi", "uvicorn", "uvloop", "httptools"],
		"python3-fastapi uvicorn python3-uvloop python3-httptools",
		"an async generator for each viewer, on uvicorn with what uvicorn[standard] brings: uvloop and httptools",
	),
];
