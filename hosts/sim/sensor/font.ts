import { createRequire } from "node:module";
import { GlobalFonts, type SKRSContext2D } from "@napi-rs/canvas";
import type { CardGeometry, Line } from "./card-geometry.ts";

/** A private name, so that no font of the system is used instead: the picture is the same everywhere. */
const FAMILY = "yieldcam";

/** The advance of a glyph of this monospaced font, as a fraction of the font size. */
const ADVANCE = 0.602;

const path = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf");
if (!GlobalFonts.registerFromPath(path, FAMILY)) throw new Error(`the font ${path} cannot be loaded`);

/** Writes the text centered on its line, as large as the line's height and width allow. */
export function writeLine(context: SKRSContext2D, geometry: CardGeometry, line: Line, text: string): void {
	const size = geometry.side * Math.min(line.height, line.width / (text.length * ADVANCE));
	context.font = `${size}px ${FAMILY}`;
	context.textAlign = "center";
	context.textBaseline = "middle";
	context.fillText(text, geometry.centre[0], geometry.y(line.middle));
}
