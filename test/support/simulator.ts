import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { checkFrames } from "../../hosts/sim/cli/frames.ts";
import { hostArguments, largestFrame } from "../../hosts/sim/cli/host-command.ts";
import { moduleMap, moduleMapFile, writeModuleMap } from "../../hosts/sim/cli/module-map.ts";
import { parseOptions } from "../../hosts/sim/cli/options.ts";
import { root } from "./root.ts";

/** The host's binary: the plain one, or one with other words, built under sanitizers, or in an emulator. */
export const hostBinary = resolve(root, process.env["YIELDCAM_HOST"] ?? "build/host/yieldcam-sim");

/** Whether the program runs in an emulator of the board's processor. */
export const emulated = hostBinary.includes("host-xtensa");

/** Whether the program is several times slower than usual, because of the sanitizers or in an emulator. */
export const slow = emulated || hostBinary.includes("asan");

/** Milliseconds that a test may take: as many, and four times that in the emulator. */
export const timeLimit = (milliseconds: number) => (emulated ? 4 * milliseconds : milliseconds);

/** Whether the sockets are the board's, over lwIP (hosts/sim/lwip). */
export const overLwip = hostBinary.includes("/host-lwip");

/** Bytes that a socket of the board profile takes before the peer acknowledges some. */
export const sendBuffer = overLwip ? 11_488 : 5_744;

/** The host's report on SIGUSR1, after a garbage collection. */
export interface Report {
	readonly slots: number;
	readonly slotLimit: number;
	readonly chunks: number;
	readonly chunkLimit: number;
	/** Most slots of the stack that have been in use, and all. Moddable's desktop simulator does not count them. */
	readonly stackPeak?: number;
	/** Bytes by which the heap has grown into its reserve, at most. */
	readonly reservePeak?: number;
	readonly stack?: number;
	readonly sockets: number;
	readonly buffers: number;
	readonly buffersHome: number;
	readonly grabMode: "latest" | "whenEmpty";
	/** Only from the host that counts them. */
	readonly costs?: HostCosts;
}

/** The counters of hosts/sim/metered. All but one since the start. */
export interface HostCosts {
	readonly bytecodes: number;
	readonly slots: number;
	/** Bytes, with the headers that chunks have on this machine. */
	readonly chunks: number;
	/** Garbage collections that ran because memory was exhausted. */
	readonly collections: number;
	/** Bytecodes, since the last report. */
	readonly longestTurn: number;
	/** Bytes passed to sockets out of the script's heap. */
	readonly writtenByScript: number;
	/** Bytes passed to sockets out of the camera driver's memory, and the firmware's files. */
	readonly writtenFromOutside: number;
	/** The value at the last of the collections. */
	readonly writtenAtCollection: number;
	/** Wakeups of the loop and of the camera's task. */
	readonly wakes: number;
	/** Frames taken from the driver. */
	readonly captured: number;
	/** How often the driver's memory was requested. */
	readonly allocated: number;
	/** Bytes of all modules. */
	readonly bytecodeSize: number;
}

export interface SimulatorOptions {
	/** A module map in place of the firmware's. */
	readonly modules?: string;
	/** The host's own options, which the launcher does not have. */
	readonly host?: readonly string[];
	/** Whether its heap may need its reserve. No other test may touch that. */
	readonly mayUseReserve?: boolean;
	/** The command of another sensor process. */
	readonly sensor?: readonly string[];
	/** A program to run in place of the host, with arguments before the host's. */
	readonly program?: readonly [string, ...string[]];
}

const running = new Set<ChildProcess>();
// A test that fails before it stops its simulator must not leave it behind.
process.once("exit", () => {
	for (const child of running) child.kill("SIGKILL");
});

/** The firmware in the simulator, on its own port. */
export class Simulator {
	readonly process: ChildProcess;
	readonly #mayUseReserve: boolean;
	#output = "";
	#errors = "";
	#exit: Promise<number | null>;
	#changed: (() => void)[] = [];

	/** Starts it with command-line options, and waits until it serves. */
	static async start(args: readonly string[] = [], options: SimulatorOptions = {}): Promise<Simulator> {
		const simulator = await Simulator.spawn(args, options);
		await simulator.until(() => simulator.#output.includes("yieldcam is at "), "the firmware serves");
		return simulator;
	}

	static async spawn(
		args: readonly string[] = [],
		{ modules, host = [], sensor, program = [hostBinary], mayUseReserve = false }: SimulatorOptions = {},
	): Promise<Simulator> {
		const parsed = parseOptions(["--port", "0", ...args])!;
		const command = hostArguments(
			root,
			parsed,
			parsed.frames === undefined ? undefined : await checkFrames(parsed.frames, largestFrame(parsed)),
		);
		if (parsed.app !== ".")
			writeModuleMap(join(root, moduleMapFile(parsed.app)), moduleMap({ root, app: parsed.app }));
		if (modules !== undefined) command[command.indexOf("--modules") + 1] = modules;
		if (sensor !== undefined) command.splice(command.indexOf("--sensor") + 1, Infinity, ...sensor);
		command.splice(command.indexOf("--sensor"), 0, ...host);
		return new Simulator([...program, ...command], mayUseReserve);
	}

	private constructor([program, ...args]: readonly string[], mayUseReserve: boolean) {
		this.#mayUseReserve = mayUseReserve;
		this.process = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
		running.add(this.process);
		this.process.stdout!.setEncoding("utf8").on("data", (text: string) => {
			this.#output += text;
			this.#tell();
		});
		this.process.stderr!.setEncoding("utf8").on("data", (text: string) => {
			this.#errors += text;
			this.#tell();
		});
		this.#exit = once(this.process, "close").then(([code]) => {
			running.delete(this.process);
			this.#tell();
			return code as number | null;
		});
	}

	get output(): string {
		return this.#output;
	}

	get errors(): string {
		return this.#errors;
	}

	/** Resolves to the exit code. */
	get exit(): Promise<number | null> {
		return this.#exit;
	}

	get url(): string {
		return /yieldcam is at (http:\S+)\//.exec(this.#output)![1];
	}

	get port(): number {
		return Number(new URL(this.url).port);
	}

	async report(): Promise<Report> {
		const before = this.#errors.length;
		const line = () => /^yieldcam-sim: (\{.*\})$/m.exec(this.#errors.slice(before));
		this.process.kill("SIGUSR1");
		await this.until(() => line() !== null, "the host reports");
		return JSON.parse(line()![1]) as Report;
	}

	/**
	 * Waits until no client is connected and every frame is free, or rejects after the given number of polls of 20 ms:
	 * a connection lives on until the peer's end of it has closed too.
	 */
	async idle(attempts: number): Promise<Report> {
		for (let i = 0; ; i++) {
			const report = await this.report();
			if (report.sockets === 0 && report.buffersHome === report.buffers) return report;
			if (i >= attempts) throw new Error(`not idle: ${JSON.stringify(report)}`);
			await pause(20);
		}
	}

	/** Ends it, if it has not ended by itself; rejects if it does not end cleanly. */
	async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
		const running = this.process.kill(signal);
		const code = await this.#exit;
		if (running && code !== 0) throw new Error(`the simulator ended with ${code}: ${this.#errors}`);
		if (!this.#mayUseReserve && this.#errors.includes("grew into its reserve"))
			throw new Error(`the heap grew into its reserve: ${this.#errors}`);
		return code;
	}

	async until(condition: () => boolean, what: string): Promise<void> {
		while (!condition()) {
			if (this.process.exitCode !== null || this.process.signalCode !== null)
				throw new Error(`before ${what}, the simulator ended: ${this.#output}${this.#errors}`);
			await new Promise<void>((resolve) => this.#changed.push(resolve));
		}
	}

	#tell(): void {
		const waiting = this.#changed;
		this.#changed = [];
		for (const resolve of waiting) resolve();
	}
}
