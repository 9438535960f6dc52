import type { Writable } from "node:stream";
import { frameSize } from "../../../src/camera/frame-sizes.ts";
import type { Command } from "./command.ts";
import { frameHeader } from "./frame-record.ts";
import { GridTimer } from "./grid-timer.ts";
import type { PictureSource } from "./picture.ts";

/**
 * The sensor chip: exposes a frame at every tick and pushes its JPEG down the pipe. It holds no frame back: while one is
 * being made, or the pipe is full, ticks pass without an exposure, as they do on a chip whose DMA is not armed.
 */
export class Sensor {
	readonly #source: PictureSource;
	readonly #output: Writable;
	readonly #clock: GridTimer;
	readonly #settings = new Map([
		["framesize", frameSize("QVGA")!.code],
		["quality", 12],
	]);
	#streaming = false;
	#exposing = false;
	#firstNumber = 0;
	#lastNumber = -1;

	constructor(source: PictureSource, rate: number, output: Writable) {
		this.#source = source;
		this.#output = output;
		this.#clock = new GridTimer(rate, (tick) => this.#onTick(tick));
	}

	/** Returns what is wrong with the command, or undefined. */
	execute(command: Command): string | undefined {
		if (command.verb === "stream") {
			this.#stream(command.on);
			return undefined;
		}
		const { name, value } = command;
		if (name === "framesize" && !frameSize(value)) return `there is no framesize ${value}`;
		if (name === "quality" && (value < 0 || value > 63)) return `quality is 0 to 63, not ${value}`;
		this.#settings.set(name, value);
		return undefined;
	}

	#stream(on: boolean): void {
		if (on === this.#streaming) return;
		this.#streaming = on;
		if (on) {
			this.#firstNumber = this.#lastNumber + 1;
			this.#clock.start();
		} else this.#clock.stop();
	}

	#onTick(tick: number): void {
		this.#lastNumber = this.#firstNumber + tick;
		if (!this.#exposing && this.#output.writableLength === 0) void this.#expose(this.#lastNumber);
	}

	async #expose(number: number): Promise<void> {
		const timestamp = process.hrtime.bigint() / 1000n;
		this.#exposing = true;
		// A chip is set before the call that sets it returns; here the settings may be in the lines behind "stream 1".
		await Promise.resolve();
		try {
			const picture = await this.#source.take({
				number,
				time: new Date(),
				frameSize: frameSize(this.#settings.get("framesize")!)!,
				settings: this.#settings,
			});
			// The host that stopped the stream may have given its buffers back: nothing may follow.
			if (this.#streaming) {
				this.#output.cork();
				this.#output.write(frameHeader({ ...picture, timestamp }));
				this.#output.write(picture.jpeg);
				this.#output.uncork();
			}
		} catch (error) {
			process.stderr.write(`sensor: no picture: ${error instanceof Error ? error.message : error}\n`);
		} finally {
			this.#exposing = false;
		}
	}
}
