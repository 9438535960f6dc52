import { byId, setText } from "../dom.ts";

/** A pixel of QVGA is then as wide as twenty of a desktop's. */
const MAX_SCALE = 8;
/** What a double click zooms to. */
const CLOSE_UP = 2.5;
/** What a key zooms and pans by. */
const KEY_FACTOR = 1.25;
const KEY_SHARE = 0.1;
/** How much one pixel of a wheel zooms: about 15 % for a notch. A trackpad's pinch comes as small turns of the wheel. */
const WHEEL_RATE = 0.0014;
const PINCH_RATE = 0.01;
const LINE_PIXELS = 16;

interface Point {
	readonly x: number;
	readonly y: number;
}

const CENTER: Point = { x: 0, y: 0 };

/**
 * Zooms and pans the picture in its frame. The canvas keeps all pixels of the camera and is only transformed, so the picture
 * stays sharp, and recordings and snapshots have all of it.
 */
class Zoom {
	readonly #canvas = byId("canvas", HTMLCanvasElement);
	readonly #figure = byId("figure", HTMLElement);
	readonly #reset = byId("whole", HTMLButtonElement);
	#scale = 1;
	/** How far the picture's center is from the frame's, in CSS pixels. */
	#offset = CENTER;
	/** The fingers on the picture, or the mouse while its button is down. */
	readonly #pointers = new Map<number, Point>();

	constructor() {
		const canvas = this.#canvas;
		canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
		canvas.addEventListener("dblclick", (event) => {
			if (this.#scale > 1) this.#show(1, CENTER);
			else this.#zoomAt(CLOSE_UP, this.#place(event));
		});
		canvas.addEventListener("keydown", (event) => this.#key(event));
		canvas.addEventListener("pointerdown", (event) => {
			this.#pointers.set(event.pointerId, this.#place(event));
			canvas.setPointerCapture(event.pointerId);
		});
		canvas.addEventListener("pointermove", (event) => this.#move(event));
		for (const end of ["pointerup", "pointercancel"] as const)
			canvas.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
		// One finger scrolls the page while all of the picture is shown. Two must not.
		canvas.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), {
			passive: false,
		});
		this.#reset.addEventListener("click", () => {
			this.#show(1, CENTER);
			canvas.focus();
		});
		// The limits change with the frame, and with the picture when it is turned.
		const limit = (): void => this.#show(this.#scale, this.#offset);
		new ResizeObserver(limit).observe(canvas);
		new MutationObserver(limit).observe(canvas, { attributeFilter: ["width", "height"] });
	}

	/** The place of an event, from the frame's center. */
	#place({ clientX, clientY }: MouseEvent): Point {
		const { left, top, width, height } = this.#figure.getBoundingClientRect();
		return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
	}

	#wheel(event: WheelEvent): void {
		const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
		// The page scrolls on: there is nothing to zoom out of.
		if (this.#scale === 1 && turned > 0 && !event.ctrlKey) return;
		event.preventDefault();
		this.#zoomAt(this.#scale * Math.exp(-turned * (event.ctrlKey ? PINCH_RATE : WHEEL_RATE)), this.#place(event));
	}

	#key(event: KeyboardEvent): void {
		const { clientWidth, clientHeight } = this.#canvas,
			{ x, y } = this.#offset,
			pan = (right: number, down: number): void =>
				this.#show(this.#scale, {
					x: x - KEY_SHARE * clientWidth * right,
					y: y - KEY_SHARE * clientHeight * down,
				});
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.key === "+" || event.key === "=") this.#zoomAt(this.#scale * KEY_FACTOR, CENTER);
		else if (this.#scale === 1) return;
		else if (event.key === "-") this.#zoomAt(this.#scale / KEY_FACTOR, CENTER);
		else if (event.key === "0") this.#show(1, CENTER);
		else if (event.key === "ArrowRight") pan(1, 0);
		else if (event.key === "ArrowLeft") pan(-1, 0);
		else if (event.key === "ArrowDown") pan(0, 1);
		else if (event.key === "ArrowUp") pan(0, -1);
		else return;
		event.preventDefault();
	}

	/** One pointer pans, two zoom as well. */
	#move(event: PointerEvent): void {
		const before = this.#pointers.get(event.pointerId);
		if (!before) return;
		const now = this.#place(event),
			other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
		this.#pointers.set(event.pointerId, now);
		if (other) {
			const from = middle(before, other),
				to = middle(now, other),
				factor = distance(now, other) / Math.max(1, distance(before, other));
			this.#zoomAt(this.#scale * factor, from, to);
		} else if (this.#scale > 1)
			this.#show(this.#scale, {
				x: this.#offset.x + now.x - before.x,
				y: this.#offset.y + now.y - before.y,
			});
	}

	/** Zooms so that what is shown at `from` is shown at `to`. */
	#zoomAt(scale: number, from: Point, to = from): void {
		const limited = Math.min(MAX_SCALE, Math.max(1, scale)),
			factor = limited / this.#scale;
		this.#show(limited, {
			x: to.x - (from.x - this.#offset.x) * factor,
			y: to.y - (from.y - this.#offset.y) * factor,
		});
	}

	/** Shows the picture at a scale, and as far from the center as it fills the frame. */
	#show(scale: number, offset: Point): void {
		const { width, height, clientWidth, clientHeight } = this.#canvas,
			fit = Math.min(clientWidth / width, clientHeight / height) * scale,
			limit = (wanted: number, picture: number, frame: number): number => {
				const most = Math.max(0, (picture - frame) / 2);
				return Math.min(most, Math.max(-most, wanted));
			};
		this.#scale = scale;
		this.#offset = {
			x: limit(offset.x, fit * width, clientWidth),
			y: limit(offset.y, fit * height, clientHeight),
		};
		const zoomed = scale > 1;
		this.#canvas.style.transform = zoomed
			? `translate(${this.#offset.x}px,${this.#offset.y}px) scale(${scale})`
			: "";
		this.#figure.classList.toggle("zoomed", zoomed);
		this.#reset.hidden = !zoomed;
		setText(this.#reset, `${scale.toFixed(1)}× – whole picture`);
	}
}

function middle(one: Point, other: Point): Point {
	return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function distance(one: Point, other: Point): number {
	return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Lets the user zoom and pan from now on. */
export function setUpZoom(): void {
	new Zoom();
}
