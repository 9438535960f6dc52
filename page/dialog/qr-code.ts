import { generate } from "lean-qr/nano";

/** Modules without a mark around a code (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/** Draws a text as a QR code. */
export function qrCode(text: string): SVGSVGElement {
	const code = generate(text),
		size = code.size + 2 * QUIET;
	let dark = "";
	for (let y = 0; y < code.size; y++)
		for (let x = 0; x < code.size; x++) if (code.get(x, y)) dark += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
	svg.setAttribute("shape-rendering", "crispEdges");
	const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
	path.setAttribute("d", dark);
	svg.append(path);
	return svg;
}
