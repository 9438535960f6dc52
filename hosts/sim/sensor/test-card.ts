import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import { drawBackdrop } from "./card-backdrop.ts";
import { CardGeometry, LAYOUT } from "./card-geometry.ts";
import { type Chip, CHIPS } from "./chip.ts";
import { drawColorBars } from "./color-bars.ts";
import { develop } from "./development.ts";
import { encodeFrame } from "./encode-frame.ts";
import { encoderQuality } from "./encoder-quality.ts";
import { writeLine } from "./font.ts";
import type { SensorModel } from "./models.ts";
import type { Exposure, Picture, PictureSource } from "./picture.ts";

const SECONDS_PER_TURN = 2;

/** A recognizable test card. The parts that change from frame to frame are drawn over those that do not. */
export class TestCard implements PictureSource {
	readonly #chip: Chip;
	#frameSize: FrameSize | undefined;
	#backdrop!: Canvas;
	#canvas!: Canvas;

	constructor(model: SensorModel = "OV2640") {
		this.#chip = CHIPS[model];
	}

	async take(exposure: Exposure): Promise<Picture> {
		const { frameSize, settings } = exposure;
		if (frameSize !== this.#frameSize) {
			this.#frameSize = frameSize;
			this.#backdrop = drawBackdrop(frameSize);
			this.#canvas = createCanvas(frameSize.width, frameSize.height);
		}
		const context = this.#canvas.getContext("2d");
		if (settings.get("colorbar")) drawColorBars(context, frameSize);
		else this.#draw(context, exposure);
		const image = context.getImageData(0, 0, frameSize.width, frameSize.height);
		develop(image.data, settings, this.#chip, exposure.number);
		const quality = encoderQuality(settings.get("quality") ?? 12, Math.min(frameSize.width, frameSize.height));
		const jpeg = await encodeFrame(image.data, frameSize, quality);
		return { jpeg, width: frameSize.width, height: frameSize.height };
	}

	#draw(context: SKRSContext2D, { number, time, frameSize, settings }: Exposure): void {
		const geometry = new CardGeometry(frameSize);
		const [x, y] = geometry.centre;
		context.save();
		// The chip reads its rows and columns in reverse order, so these cost nothing there, and nothing here.
		if (settings.get("hmirror")) context.transform(-1, 0, 0, 1, frameSize.width, 0);
		if (settings.get("vflip")) context.transform(1, 0, 0, -1, 0, frameSize.height);
		context.drawImage(this.#backdrop, 0, 0);

		// The hand sweeps the ring with a tail behind it, so a still picture shows its direction.
		const { inner, outer } = LAYOUT.ring;
		const angle = ((time.getTime() / 1000 / SECONDS_PER_TURN) % 1) * 2 * Math.PI - Math.PI / 2;
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
		writeLine(context, geometry, LAYOUT.time, clock(time));
		context.fillStyle = "#ffb000";
		writeLine(context, geometry, LAYOUT.number, `#${String(number).padStart(6, "0")}`);
		context.restore();
	}
}

function clock(time: Date): string {
	const two = (value: number): string => String(value).padStart(2, "0");
	const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
	return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}
