import Timer from "timer";
import { Frame } from "yieldcam/camera/frame";
import { FrameIterator } from "yieldcam/camera/frame-iterator";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import type { Directory } from "yieldcam/device/files";
import { FileLoad } from "./file-load.ts";
import { jpegSize } from "./jpeg-size.ts";
import { RepeatNewest } from "./repeat-newest.ts";
import { NextNames } from "./next-names.ts";
import { PictureSource } from "./picture-source.ts";
import { showName } from "./show-name.ts";
import { SkippedFiles } from "./skipped-files.ts";

export interface PictureFolderOptions {
	/** Pictures per second, more than 0 and up to 100. Default: 1. Accurate to the millisecond, as timers are. */
	readonly rate?: number;
	/** Receives a line, without its line end, for each file that cannot be shown. */
	log?(line: string): void;
}

/** Names read in one turn of the event loop. */
const NAMES_PER_TURN = 16;

/** Milliseconds before the directory is read again for new files. */
const STALE_AFTER_MS = 5_000;

/**
 * Minimum of that time for each name in the directory. On FAT only a read of the whole directory shows that a file is
 * new, and a name takes a board up to a millisecond, so this is a twentieth of the time.
 */
const PAUSE_PER_NAME_MS = 20;

/** Same as above, if there is nothing to show. */
const RETRY_AFTER_MS = 1_000;

/**
 * Plays the JPEG files of a directory (.jpg, .jpeg) in natural order, at a fixed rate, in a loop. It reads a file once
 * for all viewers, and none if there are no viewers. It reads in steps, so that other work runs between them. If
 * reading takes longer than the rate allows, the next file begins when it is done. A new file has its turn in the
 * current round if that is more than five seconds away (with more than 250 files, 20 ms for each), and otherwise in
 * the next. A file that is not a complete JPEG is skipped, and logged once until it changes.
 *
 * @example
 * const folder = new PictureFolder(device.files.openDirectory({ path: "pictures" }), { rate: 10, log: device.log });
 * const stream = new MjpegStream(folder);
 * router.get("/stream", () => stream.respond());
 */
export class PictureFolder implements FrameSource {
	readonly #directory: Directory;
	readonly #log: (line: string) => void;
	readonly #interval: number;
	readonly #pictures = new PictureSource();
	#repeat: RepeatNewest | undefined;
	readonly #skipped: SkippedFiles;
	/** Ticks when a picture is due; set while there are viewers. */
	#metronome: Timer | undefined;
	/** Timer of the next step; undefined until the next picture is due. */
	#step: Timer | undefined;
	/** A picture became due before the last one was loaded. */
	#overdue = false;
	#names: NextNames | undefined;
	/** Whether all names have been read. */
	#listed = false;
	/** Milliseconds since all names were read. */
	#age = 0;
	/** Minimum of milliseconds until they are read again, because of their number. */
	#pause = 0;
	/** Whether one of these names was shown, or the directory was not read yet. */
	#fruitful = true;
	#load: FileLoad | undefined;
	/** The name that was last in turn. */
	#last = "";
	/** The last message about the directory. */
	#said = "";
	/** Whether the log has a line about names that begin with a dot. */
	#saidHidden = false;

	/** Throws a RangeError if the rate is out of range. */
	constructor(directory: Directory, { rate = 1, log = () => {} }: PictureFolderOptions = {}) {
		if (!(rate > 0 && rate <= 100))
			throw new RangeError(`the rate is ${rate} pictures per second, not above 0 and up to 100`);
		this.#directory = directory;
		this.#log = log;
		this.#skipped = new SkippedFiles(log);
		this.#interval = Math.round(1_000 / rate);
	}

	/** Number of pictures shown so far. */
	get shown(): number {
		return this.#pictures.written;
	}

	/** Iterates over frames as they come; each step yields the newest. Throws if none can be shown for a long time. */
	frames(): AsyncIterableIterator<Frame> {
		return new FrameIterator((this.#repeat ??= new RepeatNewest(this, this.#pictures)));
	}

	watch(sink: FrameSink): void {
		this.#pictures.watch(sink);
		if (this.#pictures.watchers && !this.#metronome) {
			this.#metronome = Timer.repeat(() => this.due(), this.#interval);
			this.#overdue = false;
			this.goOn();
		}
	}

	unwatch(sink: FrameSink): void {
		this.#pictures.unwatch(sink);
		if (!this.#pictures.watchers) this.rest();
	}

	/** Ends all streams of this source. The directory stays open. */
	close(): void {
		this.#pictures.close();
		this.rest();
	}

	private rest(): void {
		Timer.clear(this.#metronome);
		Timer.clear(this.#step);
		this.#metronome = undefined;
		this.#step = undefined;
		this.#load?.close();
		this.#load = undefined;
		this.forgetNames();
		this.#fruitful = true;
		this.#pictures.forget();
	}

	private forgetNames(): void {
		this.#names?.close();
		this.#names = undefined;
		this.#listed = false;
	}

	private due(): void {
		this.#age += this.#interval;
		if (this.#step) this.#overdue = true;
		else this.goOn();
	}

	private goOn(): void {
		this.#step = Timer.set(() => {
			this.#step = undefined;
			const more = this.takeStep();
			// Viewers may have disconnected when they received the picture, and others connected.
			if (more && this.#metronome && !this.#step) this.goOn();
		});
	}

	/** Does one step. Returns true if there is more to do before the next picture is due. */
	private takeStep(): boolean {
		if (this.#load) return this.read(this.#load);
		if (this.#listed && this.#age >= Math.max(this.#pause, this.#fruitful ? STALE_AFTER_MS : RETRY_AFTER_MS))
			this.forgetNames();
		if (!this.#listed) return this.list();
		const name = this.#names?.shift();
		if (name !== undefined) return this.open(name);
		if (!this.#fruitful) {
			// None of the names could be shown, so there is no use in starting again at once.
			this.#overdue = false;
			return false;
		}
		this.forgetNames();
		return true;
	}

	private list(): boolean {
		try {
			this.#names ??= this.search();
			if (this.#names.read(NAMES_PER_TURN)) return true;
			this.#skipped.endSearch();
			this.sayHidden(this.#names.hidden);
			this.#pause = PAUSE_PER_NAME_MS * this.#names.count;
			this.say(this.#names.length ? "" : "there is no .jpg or .jpeg file in the folder");
		} catch (error) {
			this.#names?.close();
			this.#names = undefined;
			this.say((error as Error).message);
		}
		this.#listed = true;
		this.#age = 0;
		this.#fruitful = false;
		return true;
	}

	private search(): NextNames {
		this.#skipped.beginSearch();
		return new NextNames(this.#directory, this.#last, (name) => this.#skipped.found(name));
	}

	/** Logs a message about the directory, once until it changes. */
	private say(line: string): void {
		if (line && line !== this.#said) this.#log(line);
		this.#said = line;
	}

	private sayHidden(name: string | undefined): void {
		if (name === undefined || this.#saidHidden) return;
		this.#saidHidden = true;
		this.#log(`${showName(name)} is skipped, as are all files whose names begin with a dot`);
	}

	private open(name: string): boolean {
		this.#last = name;
		try {
			const status = this.#directory.status(name);
			if (status.isFile()) {
				if (!this.#skipped.has(name, status)) this.#load = new FileLoad(this.#directory, name, status);
			} else if (status.mode !== 0) this.#skipped.add(name, status, `${showName(name)} is not a file`);
		} catch (error) {
			this.#skipped.failed(name, (error as Error).message);
		}
		return true;
	}

	private read(load: FileLoad): boolean {
		try {
			if (!load.step()) return true;
		} catch (error) {
			this.#skipped.failed(load.name, (error as Error).message);
			load.close();
			this.#load = undefined;
			return true;
		}
		this.#load = undefined;
		return this.show(load);
	}

	private show(load: FileLoad): boolean {
		const { memory, name, status } = load;
		// The memory of an empty file has a byte.
		const bytes = new Uint8Array(memory as unknown as ArrayBuffer, 0, status.size);
		const size = jpegSize(bytes, (offset) => memory.markerAfter(offset));
		if ("fault" in size) {
			memory.close();
			this.#skipped.add(name, status, `${showName(name)} is not a complete JPEG: ${size.fault}`);
			return true;
		}
		this.#skipped.delete(name);
		this.#fruitful = true;
		this.#pictures.show(
			new Frame(
				{
					byteLength: memory.byteLength,
					...size,
					timestamp: Date.now() * 1_000,
					close: () => memory.close(),
					detach: () => true,
				},
				memory as unknown as ArrayBuffer,
			),
		);
		const overdue = this.#overdue;
		this.#overdue = false;
		return overdue;
	}
}
