/**
 * Empties a buffer that others still hold, as the camera's driver does with a frame that it cannot keep over a restart.
 */
export function takeBack(buffer: ArrayBuffer): void {
	Object.defineProperty(buffer, "byteLength", { value: 0 });
}
