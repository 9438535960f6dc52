import { drawCaption } from "./caption.ts";

/** How many images in a row may fail to decode before the user sees an error. */
const MAX_FAILURES = 5;

/**
 * Shows the picture on its canvas. Of the JPEGs that arrive while one is decoded, the newest is next, and the others
 * are never shown.
 */
export class Picture {
	readonly #canvas: HTMLCanvasElement;
	readonly #context: CanvasRenderingContext2D;
	readonly #onShown: (jpeg: Blob) => void;
	readonly #onDamaged: () => void;
	#damaged = 0;
	#bitmap: ImageBitmap | undefined;
	#jpeg: Blob | undefined;
	#caption: ((jpeg: Blob) => string) | undefined;
	#waiting: Blob | undefined;
	#decoding = false;
	#turns = 0;

	/**
	 * @param onShown Called when a JPEG has been painted.
	 * @param onDamaged Called when several in a row could not be decoded.
	 */
	constructor(canvas: HTMLCanvasElement, onShown: (jpeg: Blob) => void, onDamaged: () => void) {
		this.#canvas = canvas;
		this.#context = canvas.getContext("2d", { alpha: false })!;
		this.#onShown = onShown;
		this.#onDamaged = onDamaged;
	}

	/** The size in pixels of the image as it is shown, upright. */
	get size(): { readonly width: number; readonly height: number } | undefined {
		const bitmap = this.#bitmap;
		if (!bitmap || this.#turns % 2 === 0) return bitmap;
		return { width: bitmap.height, height: bitmap.width };
	}

	/** Quarter turns clockwise. */
	get turns(): number {
		return this.#turns;
	}

	set turns(turns: number) {
		if (turns === this.#turns) return;
		this.#turns = turns;
		this.#draw();
	}

	/** Returns the text to write on a picture; undefined for none. */
	set caption(caption: ((jpeg: Blob) => string) | undefined) {
		this.#caption = caption;
		this.#draw();
	}

	show(jpeg: Blob): void {
		this.#waiting = jpeg;
		if (!this.#decoding) void this.#decode();
	}

	async #decode(): Promise<void> {
		this.#decoding = true;
		for (let jpeg = this.#waiting; jpeg; jpeg = this.#waiting) {
			this.#waiting = undefined;
			try {
				const bitmap = await createImageBitmap(jpeg);
				this.#bitmap?.close();
				this.#bitmap = bitmap;
				this.#jpeg = jpeg;
				this.#damaged = 0;
			} catch {
				// The previous image stays.
				if (++this.#damaged === MAX_FAILURES) this.#onDamaged();
				continue;
			}
			this.#draw();
			this.#onShown(jpeg);
		}
		this.#decoding = false;
	}

	#draw(): void {
		const bitmap = this.#bitmap;
		if (!bitmap) return;
		const { width, height } = this.size!;
		const canvas = this.#canvas;
		// Setting the size clears the canvas, even if it does not change.
		if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
		const context = this.#context;
		context.setTransform(1, 0, 0, 1, width / 2, height / 2);
		context.rotate((this.#turns * Math.PI) / 2);
		context.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
		if (this.#caption && this.#jpeg) drawCaption(context, this.#caption(this.#jpeg));
	}
}
