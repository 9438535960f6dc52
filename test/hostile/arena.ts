import { setTimeout as pause } from "node:timers/promises";
import { type Report, Simulator } from "../support/simulator.ts";
import { Asker, type Question, timeToAnswer } from "./asker.ts";
import { Audience, upload } from "./audience.ts";
import { patience } from "./patience.ts";
import { type Bounds, Player, USUAL_BOUNDS } from "./player.ts";
import type { Script } from "./script.ts";
import { type Target, TARGETS } from "./targets.ts";

export type FailureKind = "crash" | "viewers" | "status" | "calm" | "sockets" | "heap" | "reserve";

export interface Failure {
	readonly kind: FailureKind;
	readonly message: string;
}

export interface Outcome {
	readonly failure?: Failure;
	/** Milliseconds of the slowest answer during the script. */
	readonly status: number;
	/** The part of their usual frames that the viewers got during the script. */
	readonly share: number;
	/** The largest part of the machine's stack that was ever in use. */
	readonly stack: number;
}

type Measured = Pick<Outcome, "status" | "share">;

/** Milliseconds: to an answer for another address during an attack, and a second later. */
const MOST_ATTACKED = 2_000,
	MOST_CALM = 40;
/**
 * The part of their usual frames that viewers must get. While eight other programs use all of the machine, eight tenths
 * were measured.
 */
const leastShare = patience > 1 ? 0.5 : 24 / 25;
/** The shortest time in which frames are counted. Milliseconds. */
const FEWEST = 1_200;
/** How much more the heap may hold than before: memory that comes and goes with the streams' frames. */
const MORE_SLOTS = 96,
	MORE_CHUNKS = 2_048;
/**
 * Bytes of the reserve's 160 kB that an attack may use: on a busy machine, more of its requests than the server expects
 * are under way at the same time. Ordinary load uses none.
 */
const MOST_RESERVE = 8_192;
/**
 * Milliseconds in which everything that attackers caused must be gone: `writeTimeout` and a sweep, since the server
 * notices no sooner that a stream's client reads nothing and left content behind that no handler asked for.
 */
const CLEARING = 22_000;

/** A program in the simulator with its viewers. It plays scripts one after the other until one breaks it. */
export class Arena {
	readonly target: Target;
	readonly simulator: Simulator;
	readonly #question: Question;
	readonly #stopUploads: () => void;
	#audience!: Audience;
	#before!: Report;
	#usual = 0;
	/** Bytes of the reserve that were used before, at most. */
	#reserved = 0;
	#stage;

	static async start(
		name: string,
		{ viewers = 4, host = [] }: { viewers?: number; host?: readonly string[] } = {},
	): Promise<Arena> {
		const target = TARGETS[name];
		if (!target) throw new Error(`unknown target ${name}; known: ${Object.keys(TARGETS)}`);
		const arena = new Arena(target, await Simulator.start(target.args, { host, mayUseReserve: true }));
		await arena.open(viewers);
		return arena;
	}

	private constructor(target: Target, simulator: Simulator) {
		this.target = target;
		this.simulator = simulator;
		const [, authorization] = /^Authorization: (.*)\r\n$/.exec(target.fields) ?? [];
		this.#question = {
			url: simulator.url + target.status,
			from: "127.0.0.3",
			...(authorization !== undefined && { headers: { Authorization: authorization } }),
		};
		this.#stopUploads = target.upload === undefined ? () => {} : upload(simulator.url, target.upload);
		const { process, port } = simulator;
		const running = () => this.running;
		this.#stage = {
			port,
			hold: () => void process.kill("SIGSTOP"),
			release: () => void process.kill("SIGCONT"),
			get running() {
				return running();
			},
		};
	}

	/** Whether the program is still running. */
	get running(): boolean {
		const { exitCode, signalCode } = this.simulator.process;
		return exitCode === null && signalCode === null;
	}

	private async open(viewers: number): Promise<void> {
		const { target, simulator } = this;
		await timeToAnswer(this.#question, 5_000 * patience); // some targets need uploaded pictures first
		this.#audience = await Audience.gather(simulator.url, target, viewers);
		if (target.warmUp) {
			const player = new Player(this.#stage, { ...USUAL_BOUNDS, time: 20_000 * patience });
			await player.play({ tracks: [target.warmUp] });
			player.leave();
		}
		this.#audience.begin();
		for (let i = 0; i < 8; i++) {
			await timeToAnswer(this.#question, 1_000 * patience);
			await pause(50);
		}
		await pause(500);
		this.#usual = this.#audience.rate();
		this.#before = (await this.cleared()) ?? (await simulator.report());
	}

	/** Plays a script and checks everything. If only a crash is of interest, it does not wait for the rest. */
	async try(
		script: Pick<Script, "tracks">,
		{ bounds = USUAL_BOUNDS, crashOnly = false }: { bounds?: Bounds; crashOnly?: boolean } = {},
	): Promise<Outcome> {
		const asker = new Asker(this.#question, MOST_ATTACKED * patience, () => this.running);
		const player = new Player(this.#stage, bounds);
		const begun = performance.now();
		this.#audience.begin();
		if (!crashOnly) asker.begin();
		await player.play(script);
		// The last bytes sent must have their effect, and of few frames one more or less would be too large a share.
		await pause(crashOnly ? 300 : Math.max(100, FEWEST - (performance.now() - begun - player.stopped)));
		if (!crashOnly) await asker.end();
		const share = this.#audience.rate(player.stopped) / this.#usual;
		player.leave();
		const found = await this.check({ status: asker.worst, share }, crashOnly);
		await asker.end();
		const stack = this.running ? await this.stackPeak() : 1,
			failure = found ?? (this.running ? await this.growth() : undefined);
		return { status: asker.worst, share, stack, ...(failure && { failure }) };
	}

	private async check(outcome: Measured, crashOnly: boolean): Promise<Failure | undefined> {
		if (crashOnly) await pause(200);
		const failure = this.running && !crashOnly ? await this.effect(outcome) : undefined;
		if (failure) await pause(100); // its end is reported later than the connections'
		return this.running ? failure : this.crash;
	}

	private async effect({ status, share }: Measured): Promise<Failure | undefined> {
		const limit = MOST_ATTACKED * patience;
		if (status > limit)
			return {
				kind: "status",
				message: `${this.target.status} was not answered within ${limit} ms during the attack`,
			};
		await pause(1_000);
		// The best of a few: the machine has other things to do, and a fault of the program would delay all of them.
		const times: number[] = [];
		for (let i = 0; i < 5 && !(Math.min(...times) <= MOST_CALM); i++)
			times.push(await timeToAnswer(this.#question, MOST_ATTACKED, () => this.running));
		if (!(Math.min(...times) <= MOST_CALM * patience))
			return {
				kind: "calm",
				message: `a second later, ${this.target.status} took ${Math.round(Math.min(...times))} ms at best`,
			};
		const { fault } = this.#audience;
		if (fault !== undefined) return { kind: "viewers", message: `a viewer's stream is broken: ${fault}` };
		if (share < leastShare)
			return { kind: "viewers", message: `a viewer got ${Math.round(100 * share)} % of the frames` };
		return this.remains();
	}

	/** Returns what is left of the attackers that should not be. */
	private async remains(): Promise<Failure | undefined> {
		try {
			const after = await this.cleared();
			if (!after)
				return {
					kind: "sockets",
					message: `connections remain: ${JSON.stringify(await this.simulator.report())}`,
				};
			const slots = after.slots - this.#before.slots,
				chunks = after.chunks - this.#before.chunks;
			return slots > MORE_SLOTS || chunks > MORE_CHUNKS
				? {
						kind: "heap",
						message: `the heap has ${slots} slots and ${chunks} bytes of chunks more than before`,
					}
				: undefined;
		} catch (error) {
			if (this.running) throw error;
			return undefined; // it has ended, and the outcome says so
		}
	}

	/** The heap once only the viewers are left and it holds no more than before, or once the time for that is over. */
	private async cleared(): Promise<Report | undefined> {
		let last: Report | undefined;
		for (const end = performance.now() + CLEARING + 1_000 * patience; performance.now() < end; await pause(50)) {
			const report = await this.simulator.report();
			if (this.target.upload === undefined && report.sockets > this.#audience.size) continue;
			last = report;
			const { slots, chunks } = this.#before ?? report;
			if (report.slots - slots <= MORE_SLOTS && report.chunks - chunks <= MORE_CHUNKS) break;
		}
		return last;
	}

	/** Reports that the heap has grown into its reserve since the last script, by more than it may. */
	private async growth(): Promise<Failure | undefined> {
		const { reservePeak = 0 } = await this.simulator.report();
		if (reservePeak <= Math.max(this.#reserved, MOST_RESERVE)) return undefined;
		this.#reserved = reservePeak;
		return { kind: "reserve", message: `the heap grew into its reserve, by ${reservePeak} bytes` };
	}

	private async stackPeak(): Promise<number> {
		const { stackPeak = 0, stack = 0 } = await this.simulator.report();
		return stack > 0 ? stackPeak / stack : 0; // there is no limit in the host profile
	}

	private get crash(): Failure {
		const { process, errors } = this.simulator;
		const said = errors
			.split("\n")
			.filter((line) => line && !line.startsWith("yieldcam-sim: {"))
			.slice(-2)
			.join(" / ");
		return { kind: "crash", message: `the machine ended (${process.exitCode ?? process.signalCode}): ${said}` };
	}

	async stop(): Promise<void> {
		this.#stopUploads();
		this.#audience.leave();
		if (this.running) await this.simulator.stop();
	}
}
