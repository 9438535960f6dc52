import { Arena, type Failure } from "./arena.ts";
import { type Bounds, USUAL_BOUNDS } from "./player.ts";
import type { Script } from "./script.ts";
import { shrink } from "./shrink.ts";

/** Plays scripts to one machine after the other: each is used until a script breaks it. */
export class Hunter {
	/** Milliseconds and shares: the worst that were within the limits. */
	worstStatus = 0;
	leastShare = Infinity;
	/** The largest part of the machine's stack that was ever in use. */
	deepestStack = 0;
	played = 0;
	/** Seeds that were played before on the machine that broke last, in order. */
	before: number[] = [];
	readonly #bounds: Bounds;
	readonly #viewers: number;
	readonly #arenas = new Map<string, Arena>();
	readonly #seeds = new Map<string, number[]>();

	constructor({ bounds = USUAL_BOUNDS, viewers = 4 }: { bounds?: Bounds; viewers?: number } = {}) {
		this.#bounds = bounds;
		this.#viewers = viewers;
	}

	/** Plays a script and returns its outcome. */
	async play(script: Script, crashOnly = false): Promise<Failure | undefined> {
		const arena = this.#arenas.get(script.target) ?? (await Arena.start(script.target, { viewers: this.#viewers }));
		if (!this.#arenas.has(script.target)) this.#seeds.set(script.target, []);
		this.#arenas.set(script.target, arena);
		const { failure, status, share, stack } = await arena.try(script, { bounds: this.#bounds, crashOnly });
		this.played++;
		this.deepestStack = Math.max(this.deepestStack, stack);
		if (failure) {
			this.before = this.#seeds.get(script.target)!;
			this.#arenas.delete(script.target);
			await arena.stop().catch(() => {}); // its failure is reported already
		} else {
			if (script.seed !== undefined) this.#seeds.get(script.target)!.push(script.seed);
			this.worstStatus = Math.max(this.worstStatus, status);
			this.leastShare = Math.min(this.leastShare, share);
		}
		return failure;
	}

	/**
	 * The smallest script that fails in the same way on a fresh machine. Undefined if it does not fail there at all:
	 * then it needed what other scripts had done before.
	 */
	async reduce(script: Script, { kind }: Failure, time: number): Promise<Script | undefined> {
		const crash = kind === "crash";
		const failed = async (candidate: Script): Promise<boolean> => {
			await this.close();
			return (await this.play(candidate, crash))?.kind === kind;
		};
		const before = this.before;
		for (let tries = 3; !(await failed(script)); tries--) {
			if (tries === 1) {
				this.before = before;
				return undefined;
			}
		}
		const smallest = await shrink(script, failed, time);
		await this.close();
		return smallest;
	}

	async close(): Promise<void> {
		for (const arena of this.#arenas.values()) await arena.stop().catch(() => {});
		this.#arenas.clear();
	}
}
