import { type Canvas, createCanvas } from "@napi-rs/canvas";
import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import { drawBackdrop } from "./card-backdrop.ts";
import { CardGeometry, layout } from "./card-geometry.ts";
import { encoderQuality } from "./encoder-quality.ts";
import { writeLine } from "./font.ts";
import { withoutColourProfile } from "./jpeg-segments.ts";
import type { Exposure, Picture, PictureSource } from "./picture.ts";

const secondsPerTurn = 2;

/** A test card that a person recognises, with what changes from frame to frame drawn over what does not. */
export class TestCard implements PictureSource {
	#frameSize: FrameSize | undefined;
	#backdrop!: Canvas;
	#canvas!: Canvas;

	async take(exposure: Exposure): Promise<Picture> {
		const { frameSize, settings } = exposure;
		if (frameSize !== this.#frameSize) {
			this.#frameSize = frameSize;
			this.#backdrop = drawBackdrop(frameSize);
			this.#canvas = createCanvas(frameSize.width, frameSize.height);
		}
		this.#draw(exposure);
		// Off this thread: the pipe and the clock go on. The canvas is not touched again before it is done.
		const quality = encoderQuality(settings.get("quality") ?? 12, Math.min(frameSize.width, frameSize.height));
		const jpeg = withoutColourProfile(await this.#canvas.encode("jpeg", quality));
		return { jpeg, width: frameSize.width, height: frameSize.height };
	}

	#draw({ number, time, frameSize }: Exposure): void {
		const geometry = new CardGeometry(frameSize);
		const context = this.#canvas.getContext("2d");
		const [x, y] = geometry.centre;
		context.drawImage(this.#backdrop, 0, 0);

		// The hand sweeps the ring with a tail behind it, so a still picture shows which way it runs.
		const { inner, outer } = layout.ring;
		const angle = ((time.getTime() / 1000 / secondsPerTurn) % 1) * 2 * Math.PI - Math.PI / 2;
		const tail = context.createConicGradient(angle, x, y);
		tail.addColorStop(0.35, "rgb(255 140 26 / 0%)");
		tail.addColorStop(0.999, "rgb(255 140 26)");
		tail.addColorStop(1, "rgb(255 140 26 / 0%)");
		context.strokeStyle = tail;
		context.lineWidth = (outer - inner) * geometry.side;
		context.beginPath();
		context.arc(x, y, ((inner + outer) / 2) * geometry.side, 0, 2 * Math.PI);
		context.stroke();

		context.fillStyle = "#ffffff";
		writeLine(context, geometry, layout.time, clock(time));
		context.fillStyle = "#ffb000";
		writeLine(context, geometry, layout.number, `#${String(number).padStart(6, "0")}`);
	}
}

function clock(time: Date): string {
	const two = (value: number): string => String(value).padStart(2, "0");
	const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
	return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}
