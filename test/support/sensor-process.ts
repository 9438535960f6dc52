import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Frame, takeFrame } from "../../hosts/sim/sensor/frame-record.ts";
import { root } from "./root.ts";

/** The sensor as the host sees it: a process that reads commands and writes frames. */
export class SensorProcess {
	readonly process: ChildProcessWithoutNullStreams;
	readonly frames: Frame[] = [];
	readonly #exit: Promise<[number | null]>;
	#bytes: Buffer = Buffer.alloc(0);
	#complaints = "";
	#arrived: (() => void) | undefined;

	constructor(...args: string[]) {
		this.process = spawn(process.execPath, [join(root, "build/hosts/sim/sensor/main.js"), ...args]);
		this.#exit = once(this.process, "close") as Promise<[number | null]>;
		this.process.stderr.setEncoding("utf8").on("data", (text: string) => (this.#complaints += text));
		this.process.stdout.on("data", (bytes: Buffer) => this.#receive(bytes));
	}

	/** The sensor's output on stderr. */
	get complaints(): string {
		return this.#complaints;
	}

	command(line: string): void {
		this.process.stdin.write(`${line}\n`);
	}

	/** The next `count` frames that arrive from now on. */
	async next(count: number): Promise<Frame[]> {
		const from = this.frames.length;
		while (this.frames.length < from + count) await new Promise<void>((resolve) => (this.#arrived = resolve));
		return this.frames.slice(from, from + count);
	}

	/**
	 * The first frame from now on that passes the test: those under way when a command was sent still look as before.
	 */
	async until(test: (frame: Frame) => boolean): Promise<Frame> {
		for (;;) {
			const [frame] = await this.next(1);
			if (test(frame)) return frame;
		}
	}

	/** Resolves to the exit code. */
	async exit(): Promise<number | null> {
		return (await this.#exit)[0];
	}

	/** Ends the sensor as a host does that exits. */
	async close(): Promise<number | null> {
		this.process.stdin.end();
		return this.exit();
	}

	#receive(bytes: Buffer): void {
		this.#bytes = Buffer.concat([this.#bytes, bytes]);
		for (let taken; (taken = takeFrame(this.#bytes)); this.#bytes = taken.rest) this.frames.push(taken.frame);
		this.#arrived?.();
	}
}
