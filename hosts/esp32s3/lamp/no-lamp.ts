/** In place of board-lamp.ts: the firmware of a board without a lamp has none of its code. */
export function openLamp(): undefined {
	return undefined;
}
