import Timer from "timer";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";

export interface RelayedCamera {
	readonly pictures: PictureSource;
	readonly stream: MjpegStream;
	/** Looks at all cameras since it last sent a picture or was watched. */
	idle: number;
}

/** Two make the time that a camera is given; at the third it is over, by half of it at most. */
const LOOKS = 3;

/** The cameras by name. One that sends nothing for a while, and that nobody watches, is forgotten. */
export class Cameras {
	readonly #cameras = new Map<string, RelayedCamera>();
	readonly #most: number;

	/** @param patience Seconds after which one is forgotten, at the earliest. */
	constructor(most: number, patience: number) {
		this.#most = most;
		Timer.repeat(() => this.look(), (1_000 * patience) / (LOOKS - 1));
	}

	get names(): string[] {
		return [...this.#cameras.keys()];
	}

	get(name: string): RelayedCamera | undefined {
		return this.#cameras.get(name);
	}

	/** Whether a camera of this name may send. */
	takes(name: string): boolean {
		return this.#cameras.has(name) || this.#cameras.size < this.#most;
	}

	/** Throws a RangeError for what is no whole JPEG; then a camera that is new is not kept. */
	show(name: string, jpeg: Uint8Array): void {
		let camera = this.#cameras.get(name);
		if (!camera) {
			const pictures = new PictureSource();
			camera = { pictures, stream: new MjpegStream(pictures), idle: 0 };
		}
		camera.pictures.write(jpeg);
		camera.idle = 0;
		this.#cameras.set(name, camera);
	}

	private look(): void {
		for (const [name, camera] of this.#cameras) {
			camera.idle = camera.stream.viewers.length ? 0 : camera.idle + 1;
			if (camera.idle < LOOKS) continue;
			this.#cameras.delete(name);
			camera.pictures.close();
		}
	}
}
