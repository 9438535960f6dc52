/** Milliseconds between the end of the probation and that of the device's patience with a script that hangs. */
const GRACE_MS = 15_000;

/**
 * Returns after how many milliseconds firmware on probation has to be gone, whatever its script does. The script's own patience is
 * `probation` of its configuration, in seconds; default: 300.
 */
export function backstop(config: Readonly<Record<string, unknown>>): number {
	return 1_000 * Number(config["probation"] ?? 300) + GRACE_MS;
}
