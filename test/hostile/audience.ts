import { request } from "node:http";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import type { Target } from "./targets.ts";

/** The address of the viewers. */
const HOME = "127.0.0.2";

/** The viewers of a program under attack, and what they saw. */
export class Audience {
	readonly #viewers: readonly MjpegClient[];
	#seen: number[] = [];
	#since = 0;

	private constructor(viewers: readonly MjpegClient[]) {
		this.#viewers = viewers;
	}

	/** Resolves once all of them have frames. */
	static async gather(url: string, { stream: path, fields }: Target, count = 4): Promise<Audience> {
		const viewers = Array.from({ length: count }, () => new MjpegClient(url, { path, fields, from: HOME }));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
		return new Audience(viewers);
	}

	get size(): number {
		return this.#viewers.length;
	}

	/** What was wrong with a stream. */
	get fault(): string | undefined {
		return this.#viewers.find(({ fault }) => fault !== undefined)?.fault;
	}

	/** Starts a new count. */
	begin(): void {
		this.#seen = this.#viewers.map(({ frames }) => frames);
		this.#since = performance.now();
	}

	/**
	 * Frames a second of the viewer with the fewest since `begin`, without the milliseconds for which the machine was
	 * stopped. Without viewers it is 1, since callers divide by it.
	 */
	rate(stopped = 0): number {
		if (!this.#viewers.length) return 1;
		const seconds = (performance.now() - this.#since - stopped) / 1_000;
		return Math.min(...this.#viewers.map(({ frames }, i) => frames - this.#seen[i])) / seconds;
	}

	leave(): void {
		for (const viewer of this.#viewers) viewer.close();
	}
}

/** Uploads a picture 25 times a second; returns a function that stops it. */
export function upload(url: string, path: string): () => void {
	const pictures = ["red", "teal"].map((color) => drawJpeg(160, 120, color));
	let turn = 0,
		over = false;
	const next = (): void => {
		if (over) return;
		const picture = pictures[turn++ % pictures.length];
		const headers = { "Content-Type": "image/jpeg", "Content-Length": picture.length };
		const begun = performance.now();
		request(url + path, { method: "POST", agent: false, localAddress: HOME, headers }, (response) =>
			response.resume(),
		)
			.on("error", () => {})
			.on("close", () => setTimeout(next, Math.max(0, begun + 40 - performance.now())))
			.end(picture);
	};
	next();
	return () => (over = true);
}
