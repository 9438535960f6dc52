import { assert } from "chai";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Pins } from "../support/pins.ts";
import { ProcessOutput } from "../support/process-output.ts";
import { hostBinary } from "../support/simulator.ts";
import { root } from "../support/root.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Whether the newcomer compiles the simulator's host, too, which takes a minute. */
const COMPLETE = process.env["YIELDCAM_NEWCOMER"] === "complete";

const DOCUMENT = readFileSync(join(root, "docs/programs.md"), "utf8");

/** The sample of code in the document that contains the text. */
function sample(text: string): string {
	const found = [...DOCUMENT.matchAll(/^```\w+\n(.*?)^```/gms)]
		.map(([, code]) => code)
		.find((code) => code.includes(text));
	if (found === undefined) throw new Error(`docs/programs.md has no sample with ${text}`);
	return found;
}

/** A command in a folder, with all that it has printed. */
class Command {
	readonly process: ChildProcess;
	readonly #output: ProcessOutput;

	constructor(line: string, cwd: string) {
		const env: NodeJS.ProcessEnv = { ...process.env, MODDABLE: undefined, IDF_PATH: undefined };
		// What npm sets for the tests' own process would make it work in the checkout.
		for (const name of Object.keys(env))
			if (name.startsWith("npm_") || name === "INIT_CWD" || name === "NODE_OPTIONS") delete env[name];
		if (COMPLETE) delete env["YIELDCAM_HOST"];
		else env["YIELDCAM_HOST"] = hostBinary;
		this.process = spawn("sh", ["-c", `exec ${line}`], {
			cwd,
			env,
			detached: true,
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#output = new ProcessOutput(this.process);
	}

	get output(): string {
		return this.#output.text;
	}

	/** Resolves to the exit code. */
	end(): Promise<number | null> {
		return this.#output.end();
	}

	/** Waits for what it prints, from a position of its output on. */
	prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
		return this.#output.prints(pattern, from);
	}

	async stop(): Promise<void> {
		if (!this.#output.over) process.kill(-this.process.pid!, "SIGTERM");
		await this.end();
	}
}

/** The processes from one to its last descendant before the simulator's host, along the first children. */
function chainOf(pid: number): number[] {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
		.trim()
		.split(" ")
		.filter(Boolean)
		.map(Number);
	const [next] = children.filter((child) => !readFileSync(`/proc/${child}/comm`, "utf8").startsWith("yieldcam-sim"));
	return next === undefined || next === 0 ? [pid] : [pid, ...chainOf(next)];
}

function isAlive(pid: number): boolean {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

/** Every file of a folder with its time and size. */
function inventory(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.sort()
		.map((name) => {
			const { mtimeMs, size } = statSync(join(folder, name));
			return `${name} ${mtimeMs} ${size}`;
		});
}

describe("a newcomer's own program", function () {
	this.timeout(COMPLETE ? 600_000 : 120_000);
	const { path } = temporaryFolder();
	// A name as people have them, with a space, and what has a meaning in addresses.
	const place = join(path, "my cameras #1, 5%20off"),
		robot = join(place, "my-robot");
	const running = new Set<Command>();
	let packed: string[];

	const start = (line: string, cwd = robot): Command => {
		const command = new Command(line, cwd);
		running.add(command);
		return command;
	};
	const succeed = async (line: string, cwd = robot): Promise<string> => {
		const command = start(line, cwd);
		assert.equal(await command.end(), 0, `${line}\n${command.output}`);
		return command.output;
	};
	const write = (name: string, text: string): void => {
		mkdirSync(dirname(join(robot, name)), { recursive: true });
		writeFileSync(join(robot, name), text);
	};
	const edit = (name: string, from: string, to: string): void => {
		const text = readFileSync(join(robot, name), "utf8");
		assert.include(text, from);
		write(name, text.replace(from, to));
	};
	/** Starts the program, and returns the address of its server. */
	const serve = async (options = ""): Promise<[string, Command]> => {
		const command = start(`npx yieldcam start --port 0 ${options}`);
		return [(await command.prints(/yieldcam is at (\S+)\//))[1], command];
	};
	const get = async (url: string): Promise<string> => (await fetch(url)).text();

	before("installs the package and makes the program, as the document says", async () => {
		execFileSync(process.execPath, ["scripts/pack.mjs"], { cwd: root, stdio: "ignore" });
		mkdirSync(place);
		const commands = sample("npx yieldcam new").trimEnd().split("\n");
		assert.deepEqual(commands.slice(1), ["npx yieldcam new my-robot", "cd my-robot", "npx yieldcam start"]);
		assert.equal(commands[0], "npm install /path/to/yieldcam-0.1.0.tgz");
		await succeed(`npm install --prefer-offline ${root}build/yieldcam-0.1.0.tgz`, place);
		const made = await succeed(commands[1], place);
		assert.include(made, commands[2]);
		assert.include(made, commands[3]);
		packed = inventory(join(robot, "node_modules/yieldcam"));
	});

	afterEach(async () => {
		for (const command of running) await command.stop();
		running.clear();
	});

	it("hears what to do where there is no program, and about folders that a shell must quote", async () => {
		const command = start("npx yieldcam start", place);
		assert.equal(await command.end(), 1);
		assert.include(command.output, "or make one with npx yieldcam new my-robot");
		assert.include(await succeed("npx yieldcam new 'The second one'", place), "  cd 'The second one'\n");
		mkdirSync(join(place, "a*b"));
		for (const name of ["start", "test", "flash"]) {
			const inUnusable = start(`npx yieldcam ${name}`, join(place, "a*b"));
			assert.equal(await inUnusable.end(), 1);
			assert.match(inUnusable.output, /^yieldcam: a program cannot be in ".*\/a\*b": rename the folder, .*\n$/);
		}
		const misspelled = start("npx yieldcam strat", place);
		assert.equal(await misspelled.end(), 1);
		assert.include(misspelled.output, "there is no command strat: did you mean start?");
		assert.include(await succeed("npx yieldcam test --help", place), "yieldcam test ");
		assert.match(await succeed("npx yieldcam --version", place), /^\d+\.\d+\.\d+\n$/);
	});

	it("is made only where it can be, and otherwise nothing changes", async () => {
		writeFileSync(join(place, "a-file"), "");
		mkdirSync(join(place, "full"));
		writeFileSync(join(place, "full/notes.txt"), "");
		const before = inventory(place).filter((line) => !line.includes("_logs"));
		for (const [name, cwd, refusal] of [
			["a-file", place, "yieldcam: a-file is a file: choose another name\n"],
			["full", place, "yieldcam: full is not empty: choose another name, or an empty folder\n"],
			["a-file/inside", place, "yieldcam: a-file/inside cannot be made: "],
			["''", place, 'yieldcam: "" cannot name a program'],
			["a:b", place, 'yieldcam: "a:b" cannot name a program'],
			["'a*b'", place, 'yieldcam: "a*b" cannot name a program'],
			["node_modules/inside", place, "yieldcam: node_modules/inside would be in node_modules, which is npm's"],
			["/proc/inside", place, "yieldcam: /proc/inside cannot be made: ENOENT"],
			["/proc/self/in/side", place, "yieldcam: /proc/self/in/side cannot be made: ENOENT"],
			["/dev/null/inside", place, "yieldcam: /dev/null/inside cannot be made: ENOTDIR"],
			["--force", place, "yieldcam: yieldcam new takes one folder: yieldcam new my-robot\n"],
			["", place, "yieldcam: yieldcam new takes one folder: yieldcam new my-robot\n"],
			[
				"another",
				robot,
				`another would be inside of the program ${robot}, which would take its files for its own: make it beside that, cd ..\n`,
			],
			["lib/another", robot, "lib/another would be inside of the program"],
		]) {
			const command = start(`npx yieldcam new ${name}`, cwd);
			assert.equal(await command.end(), 1, command.output);
			assert.include(command.output, refusal);
		}
		assert.deepEqual(
			inventory(place).filter((line) => !line.includes("_logs")),
			before,
		);
		execFileSync("rm", ["-r", "a-file", "full"], { cwd: place });
	});

	it("has the files of the document", () => {
		const documented = [...DOCUMENT.matchAll(/^\| `([\w.-]+\.\w+)` \|/gm)].map(([, name]) => name);
		assert.includeMembers(readdirSync(robot), ["package.json", ".gitignore", ...documented]);
		assert.isAtLeast(documented.length, 5);
	});

	it("serves the firmware and a route of its own, and the route as it is after an edit", async () => {
		const [url, first] = await serve();
		assert.equal(await get(`${url}/hello/you`), "hello you\n");
		assert.equal((await fetch(`${url}/api/state`)).status, 200);
		assert.include(await get(`${url}/`), "<title>");
		await first.stop();
		edit("routes.ts", "`hello ", "`good morning ");
		const [again] = await serve();
		assert.equal(await get(`${again}/hello/you`), "good morning you\n");
		edit("routes.ts", "`good morning ", "`hello ");
	});

	it("prints the file and the line of a mistake, and does not start", async () => {
		edit("routes.ts", "request.params.name", "request.parms.name");
		const command = start("npx yieldcam start --port 0");
		assert.equal(await command.end(), 1);
		assert.match(command.output, /^routes\.ts\(6,\d+\): error TS2551: .*'params'/m);
		edit("routes.ts", "request.parms.name", "request.params.name");
	});

	it("says what a device has in place of what browsers and Node have", async () => {
		edit("main.ts", "\n\n", "\n\nsetTimeout(() => console.log(process.argv), 1_000);\n");
		const command = start("npx yieldcam start --port 0");
		assert.equal(await command.end(), 1);
		assert.match(
			command.output,
			/^main\.ts\(6,1\): error TS2304: .*'setTimeout'\.\n {2}.*import Timer from "timer"$/m,
		);
		assert.match(
			command.output,
			/^main\.ts\(6,30\): error TS2591: Cannot find name 'process'\.\n {2}it is Node's/m,
		);
		edit("main.ts", "setTimeout(() => console.log(process.argv), 1_000);\n", "");
	});

	it("serves each edit with --watch, and prints the file and the line of an error while it runs", async () => {
		const [url, command] = await serve("--watch");
		assert.equal(await get(`${url}/hello/you`), "hello you\n");
		let from = command.output.length;
		edit("routes.ts", "`hello ${request.params.name}\\n`", "JSON.parse(request.params.name)");
		const [, next] = await command.prints(/yieldcam is at (\S+)\//, from);
		from = command.output.length;
		assert.equal((await fetch(`${next}/hello/you`)).status, 500);
		await command.prints(/^GET \/hello\/you: SyntaxError: .*(\n at .*)*\n at .*routes\.ts:6\)?$/m, from);
		from = command.output.length;
		edit("routes.ts", "JSON.parse(request.params.name)", "`hello ${request.params.name}\\n`");
		const [, last] = await command.prints(/yieldcam is at (\S+)\//, from);
		assert.equal(await get(`${last}/hello/you`), "hello you\n");
	});

	it("switches the lamp and the pins of the document's program, which the simulator's socket shows", async () => {
		const main = readFileSync(join(robot, "main.ts"), "utf8");
		write("main.ts", sample("new Digital("));
		const [url] = await serve("--pins build/pins");
		const pins = await Pins.connect(join(robot, "build/pins"));
		assert.equal((await fetch(`${url}/relay/on`, { method: "POST" })).status, 200);
		await pins.until(4, "output 1");
		await pins.until(5, "pwm 20000 1.0000");
		assert.equal((await fetch(`${url}/control?var=led_intensity&val=51`)).status, 200);
		await pins.until(2, "pwm 100000 0.1992");
		pins.drive(6, 0);
		await pins.until(2, "pwm 100000 1.0000");
		pins.close();
		write("main.ts", main);
	});

	it("starts with an import that nothing uses, as people leave one when they try something", async () => {
		edit("routes.ts", "\n\n", '\nimport { Camera } from "yieldcam/camera/camera";\n\n');
		const [url] = await serve();
		assert.equal(await get(`${url}/hello/you`), "hello you\n");
		edit("routes.ts", '\nimport { Camera } from "yieldcam/camera/camera";', "");
	});

	it("starts although a test and a program beside it have mistakes", async () => {
		write("broken.test.ts", "const text: number = '';\n");
		write("other/main.ts", "const text: number = '';\n");
		const [url] = await serve();
		assert.equal(await get(`${url}/hello/you`), "hello you\n");
		execFileSync("rm", ["-r", "broken.test.ts", "other"], { cwd: robot });
	});

	it("runs its unit tests and those of the document, and fails if one fails", async () => {
		write("echo.test.ts", sample("/echo"));
		write("camera.test.ts", sample("new TestCamera()"));
		const output = await succeed("npx yieldcam test");
		assert.match(output, /# pass 3$/m);
		edit("echo.test.ts", '"hello");', '"goodbye");');
		const command = start("npx yieldcam test");
		assert.equal(await command.end(), 1);
		assert.match(command.output, /not ok .*echo returns/);
		assert.match(command.output, /echo\.test\.ts:\d+:\d+/);
		execFileSync("rm", ["echo.test.ts", "camera.test.ts"], { cwd: robot });
	});

	it("has types that an editor finds", async () => {
		await succeed("npx tsc -p .");
	});

	it("finds modules of its own by relative paths, in subfolders too", async () => {
		write(
			"robot/legs.ts",
			'import { count } from "./parts/count.ts";\nexport const legs = (): string => `${count} legs`;\n',
		);
		write("robot/parts/count.ts", 'import { pairs } from "../../pairs.ts";\nexport const count = pairs * 2;\n');
		write("pairs.ts", "export const pairs = 3;\n");
		edit("routes.ts", "\n\n", '\nimport { legs } from "./robot/legs.ts";\n\n');
		edit("routes.ts", "${request.params.name}", "${request.params.name}, ${legs()}");
		const [url] = await serve();
		assert.equal(await get(`${url}/hello/you`), "hello you, 6 legs\n");
	});

	it("is refused if it imports what a board would lack, with the line that helps", async () => {
		write(
			"socket.ts",
			'export { webSocket } from "yieldcam/websocket/web-socket";\nexport { default as TCP } from "embedded:io/socket/tcp";\n',
		);
		edit("main.ts", "import { addRoutes }", 'import "./socket.ts";\nimport { addRoutes }');
		const command = start("npx yieldcam start --port 0");
		assert.equal(await command.end(), 1);
		const [, line] = await command.prints(
			/socket\.ts:1 imports yieldcam\/websocket\/web-socket, .* add ("\S+") to "include" in /,
		);
		assert.include(sample("src/extras/websocket/manifest.json"), line);
		edit("manifest.json", '"./node_modules', `${line}, "./node_modules`);
		const [url] = await serve();
		assert.equal(await get(`${url}/hello/you`), "hello you, 6 legs\n");
	});

	it("is refused if it imports what is internal, or a package from npm, with the line and what to do", async () => {
		const main = readFileSync(join(robot, "main.ts"), "utf8");
		for (const [line, refusal] of [
			[
				'import { Budget } from "yieldcam/http/engine/budget";',
				/main\.ts:1 imports yieldcam\/http\/engine\/budget, which is internal: programs import .*yieldcam\/http\/server,/,
			],
			[
				'import type { Budget } from "yieldcam/http/engine/budget";',
				/main\.ts:1 imports yieldcam\/http\/engine\/budget, which is internal/,
			],
			[
				'import camera from "yieldcam/common/camera";',
				/main\.ts:1 imports yieldcam\/common\/camera, which is internal: .* is in yieldcam\/device/,
			],
			[
				'import { Server } from "yieldcam/http/sever";',
				/main\.ts:1 imports yieldcam\/http\/sever, .*: did you mean yieldcam\/http\/server\?/,
			],
			[
				'import { App } from "yieldcam";',
				/main\.ts:1 imports yieldcam, .*: import one of its modules, such as yieldcam\/app\/app/,
			],
			[
				'import _ from "lodash";',
				/main\.ts:1 imports lodash, which no manifest has: a device has no packages from npm\. Copy/,
			],
			['import Timer from "timers";', /main\.ts:1 imports timers, which no manifest has: it is Node's/],
			['import Timer from "tiemr";', /main\.ts:1 imports tiemr, which no manifest has: did you mean timer\?/],
		] as const) {
			write("main.ts", `${line}\n${main}`);
			const command = start("npx yieldcam start --port 0");
			assert.equal(await command.end(), 1);
			assert.match(command.output, refusal);
		}
		write("main.ts", main);
		write("internal.test.ts", 'import "./helper.ts";\n');
		write("helper.ts", '\nimport "yieldcam/http/engine/budget";\n');
		const command = start("npx yieldcam test");
		assert.equal(await command.end(), 1);
		assert.match(
			command.output,
			/^yieldcam: helper\.ts:2 imports yieldcam\/http\/engine\/budget, which is internal/m,
		);
		execFileSync("rm", ["internal.test.ts", "helper.ts"], { cwd: robot });
	});

	for (const signal of ["SIGTERM", "SIGKILL"] as const)
		it(`ends with the processes that started it, when one of them gets ${signal}`, async () => {
			// npx, its shell if that stays, and the launcher.
			for (let layer = 0; ; layer++) {
				const [url, command] = await serve();
				const chain = chainOf(command.process.pid!);
				if (layer === chain.length) break;
				process.kill(chain[layer], signal);
				await command.end();
				// They notice one after the other.
				for (let i = 0; i < 200 && chain.some(isAlive); i++) await pause(50);
				for (const pid of chain) assert.isFalse(isAlive(pid), `${pid} of ${chain.join()} by ${layer}`);
				const served = await fetch(url).then(
					() => true,
					() => false,
				);
				assert.isFalse(served);
				await command.stop();
			}
		});

	it("is flashed with all its modules", async () => {
		// An SDK whose mcconfig prints its arguments.
		const sdk = join(path, "moddable"),
			idf = join(path, "idf");
		mkdirSync(join(sdk, "build/bin/lin/release"), { recursive: true });
		mkdirSync(join(sdk, "xs/sources"), { recursive: true });
		mkdirSync(join(idf, "tools/cmake"), { recursive: true });
		writeFileSync(join(sdk, "xs/sources/xsCommon.h"), "#define XS_MAJOR_VERSION 17\n");
		writeFileSync(join(idf, "tools/cmake/version.cmake"), "set(IDF_VERSION_MAJOR 6)\nset(IDF_VERSION_MINOR 0)\n");
		const mcconfig = join(sdk, "build/bin/lin/release/mcconfig");
		writeFileSync(mcconfig, `#!/bin/sh\nprintf '<%s>' "$@"\ncommand -v tsc > /dev/null && pwd\n`);
		chmodSync(mcconfig, 0o755);
		const output = await succeed(
			`env MODDABLE='${sdk}' IDF_PATH='${idf}' npx yieldcam flash --board xiao_esp32s3_sense --ssid home`,
		);
		assert.include(output, "<-p><esp32:./build/targets/xiao_esp32s3_sense>");
		assert.match(output, new RegExp(`>${robot}$`, "m"));
		const [, manifest] = /<([^<>]*\/my-robot\/manifest\.json)>/.exec(output)!;
		const { include, modules } = JSON.parse(readFileSync(join(robot, manifest), "utf8")) as {
			include: string;
			modules: Record<string, string>;
		};
		assert.equal(include, join(robot, "manifest.json"));
		assert.deepEqual(
			modules,
			Object.fromEntries(
				["routes", "socket", "robot/legs", "robot/parts/count", "pairs"].map((name) => [
					name,
					join(robot, name),
				]),
			),
		);
	});

	it("has written nothing into the package", () => {
		assert.deepEqual(inventory(join(robot, "node_modules/yieldcam")), packed);
	});
});
