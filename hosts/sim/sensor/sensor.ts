import type { Writable } from "node:stream";
import { frameSize } from "../../../src/camera/frame-sizes.ts";
import type { Command } from "./command.ts";
import { frameHeader } from "./frame-record.ts";
import { GridTimer } from "./grid-timer.ts";
import type { PictureSource } from "./picture.ts";

/**
 * The sensor chip: exposes a frame at every tick and writes its JPEG to the pipe. It holds no frame back: while it
 * makes a frame, or the pipe is full, ticks pass without an exposure, as on a chip whose DMA is not armed.
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

	/** Executes a command. Returns the error, or undefined if there is none. */
	execute(command: Command): string | undefined {
		if (command.verb === "stream") {
			this.#stream(command.on);
			return undefined;
		}
		const { name, value } = command;
		if (name === "framesize" && !frameSize(value)) return `unknown framesize ${value}`;
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
		// A chip has its settings before the call that sets them returns. Here they may come after "stream 1".
		await Promise.resolve();
		try {
			const picture = await this.#source.take({
				number,
				time: new Date(),
				frameSize: frameSize(this.#settings.get("framesize")!)!,
				settings: this.#settings,
			});
			// If the host has stopped the stream, it may have freed its buffers: nothing may follow.
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
