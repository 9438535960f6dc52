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
import { SkippedFiles } from "./skipped-files.ts";

export interface PictureFolderOptions {
	/** Pictures per second, up to 100; 1 unless told. To the millisecond, as timers go. */
	readonly rate?: number;
	/** Takes a line, without its end, for each file that cannot be shown. */
	log?(line: string): void;
}

/** Names that are looked at in one turn of the machine. */
const NAMES_PER_TURN = 16;

/** Milliseconds until the directory is read anew, for files that have come meanwhile. */
const STALE_AFTER_MS = 5_000;

/**
 * The least of it for each name that there is. FAT says of a directory that something has come only to who reads all of
 * it, and a name takes a board up to a millisecond: so that is a twentieth of the time.
 */
const PAUSE_PER_NAME_MS = 20;

/** The same where there is nothing to show. */
const RETRY_AFTER_MS = 1_000;

/**
 * Plays the JPEG files of a directory (.jpg, .jpeg) in natural order, at a rate, over and over. A file is read once,
 * however many watch, and none while nobody does; in steps, between which the machine does other things. Where reading
 * takes longer than the rate allows, the next begins when it is done. New files have their turn in
 * the round in which they come, if it is more than five seconds off (of more than 250 files, 20 ms for each), and else in
 * the next. What is no whole JPEG is skipped, with a line in the log once until it changes.
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
	/** Beats when a picture is due; set while somebody watches. */
	#metronome: Timer | undefined;
	/** Of the next step; unset while the next picture is not due. */
	#step: Timer | undefined;
	/** A picture became due before the last was there. */
	#overdue = false;
	#names: NextNames | undefined;
	/** Whether all names have been read. */
	#listed = false;
	/** Milliseconds since they were … */
	#age = 0;
	/** … and how long at least until they are read again, for their number's sake. */
	#pause = 0;
	/** Whether one of these names was shown, or the directory was not read yet. */
	#fruitful = true;
	#load: FileLoad | undefined;
	/** The name that was last in turn. */
	#last = "";
	/** What was last said of the directory. */
	#said = "";

	/** Throws a RangeError for a rate out of range. */
	constructor(directory: Directory, { rate = 1, log = () => {} }: PictureFolderOptions = {}) {
		if (!(rate > 0 && rate <= 100))
			throw new RangeError(`${rate} pictures per second: it is more than 0 and up to 100`);
		this.#directory = directory;
		this.#log = log;
		this.#skipped = new SkippedFiles(log);
		this.#interval = Math.round(1_000 / rate);
	}

	/** Pictures shown so far. */
	get shown(): number {
		return this.#pictures.written;
	}

	/** Frames as they come, the newest whenever the loop is ready for one. It throws where none can be shown for long. */
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

	/** There will be no more: streams of it end. The directory stays open. */
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
			// Whoever saw a picture may have left, and another come.
			if (more && this.#metronome && !this.#step) this.goOn();
		});
	}

	/** What is done without a pause; true where there is more to do before the next picture is due. */
	private takeStep(): boolean {
		if (this.#load) return this.read(this.#load);
		if (this.#listed && this.#age >= Math.max(this.#pause, this.#fruitful ? STALE_AFTER_MS : RETRY_AFTER_MS))
			this.forgetNames();
		if (!this.#listed) return this.list();
		const name = this.#names?.shift();
		if (name !== undefined) return this.open(name);
		if (!this.#fruitful) {
			// None of them could be shown: no use in beginning again at once.
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

	/** Of the directory; each once until it is otherwise. */
	private say(line: string): void {
		if (line && line !== this.#said) this.#log(line);
		this.#said = line;
	}

	private open(name: string): boolean {
		this.#last = name;
		try {
			const status = this.#directory.status(name);
			// Deleted meanwhile, or a folder of such a name.
			if (status.isFile() && !this.#skipped.has(name, status))
				this.#load = new FileLoad(this.#directory, name, status);
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
		const size = jpegSize(new Uint8Array(memory as unknown as ArrayBuffer), (offset) => memory.markerAfter(offset));
		if ("fault" in size) {
			memory.close();
			this.#skipped.add(name, status, `${name} is no whole JPEG: ${size.fault}`);
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
