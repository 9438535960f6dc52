/** The height of the text, as a share of the picture's, and in pixels at least. */
const SHARE = 1 / 24;
const LEAST_PIXELS = 10;

/** Writes a line at the lower edge of a canvas, on a dark ground that makes it legible on any picture. */
export function drawCaption(context: CanvasRenderingContext2D, text: string): void {
	const { width, height } = context.canvas;
	context.setTransform(1, 0, 0, 1, 0, 0);
	const font = (pixels: number): void => {
		context.font = `${pixels}px system-ui, sans-serif`;
	};
	let pixels = Math.max(LEAST_PIXELS, Math.round(height * SHARE));
	font(pixels);
	const room = width - 2 * pixels,
		wanted = context.measureText(text).width;
	// A long name in a narrow picture.
	if (wanted > room) font((pixels *= room / wanted));
	const margin = pixels / 2;
	context.fillStyle = "rgb(0 0 0 / 0.6)";
	context.fillRect(0, height - 2 * pixels, Math.min(wanted, room) + 2 * margin, 2 * pixels);
	context.fillStyle = "#fff";
	context.textBaseline = "middle";
	context.fillText(text, margin, height - pixels);
}

/** Formats a time as in 2026-11-21 14:05:09, in the browser's time zone. */
export function captionTime(milliseconds: number): string {
	const offset = new Date(milliseconds).getTimezoneOffset() * 60_000;
	return new Date(milliseconds - offset).toISOString().slice(0, 19).replace("T", " ");
}
