import type { Options } from "./options.ts";
import type { BenchServer } from "./servers/server.ts";

export interface Scenario {
	readonly title: string;
	/** Frames per second of the source. */
	readonly fps: number;
	/** The number of all viewers. */
	readonly viewers: number;
	/** The number of them that stop reading. */
	readonly stalled: number;
	/** Whether each server runs at its maximum, and not at a camera's rate. */
	readonly fastest: boolean;
}

export function scenariosOf({ scenarios, viewers, fps, fastestFps }: Options): Scenario[] {
	return scenarios.flatMap((kind) =>
		viewers.flatMap((count): Scenario[] => {
			const watching = `${count} ${count === 1 ? "viewer" : "viewers"}`;
			switch (kind) {
				case "live":
					return [{ title: `${watching}, ${fps} fps`, fps, viewers: count, stalled: 0, fastest: false }];
				case "fastest":
					return [
						{
							title: `${watching}, as fast as each can (${fastestFps} fps offered)`,
							fps: fastestFps,
							viewers: count,
							stalled: 0,
							fastest: true,
						},
					];
				case "stalled":
					if (count < 2) return []; // half of one viewer is none
					return [
						{
							title: `${watching}, ${count >> 1} of them stalled, ${fps} fps`,
							fps,
							viewers: count,
							stalled: count >> 1,
							fastest: false,
						},
					];
			}
		}),
	);
}

export function takesPart(
	{ mostViewers = Infinity, ownRate = false }: BenchServer,
	{ viewers, fastest }: Scenario,
): boolean {
	return viewers <= mostViewers && !(ownRate && fastest);
}
