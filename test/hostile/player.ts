import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { bytesOf } from "./bytes.ts";
import type { Script, Step, Track } from "./script.ts";

/** The machine that a script is played to. */
export interface Stage {
	readonly port: number;
	/** Stops the machine, and continues it. */
	hold(): void;
	release(): void;
	/** Whether the machine is still running. */
	readonly running: boolean;
}

/** The time limit of a script's waits in milliseconds, and the most connections that it has open. */
export interface Bounds {
	readonly time: number;
	readonly connections: number;
}

export const USUAL_BOUNDS: Bounds = { time: 3_000, connections: 200 };

/** Milliseconds: the longest that the system needs to accept what was sent to a stopped machine. */
const SETTLING = 5;

/** The longest stop in milliseconds: longer would be no single turn, and the viewers would notice. */
const LONGEST_HOLD = 100;

/** Milliseconds from one frame to the next. */
const FRAME = 40;

/** The address of clients without a given one. */
const ELSEWHERE = "127.0.0.66";

interface Client {
	readonly socket: Socket;
	arrived: number;
}

/** Plays scripts over real sockets. */
export class Player {
	readonly #stage: Stage;
	readonly #bounds: Bounds;
	readonly #sockets = new Set<Socket>();
	#end = 0;
	#next = 0;
	#held = 0;
	#heldSince = 0;
	#stopped = 0;

	constructor(stage: Stage, bounds: Bounds = USUAL_BOUNDS) {
		this.#stage = stage;
		this.#bounds = bounds;
	}

	/** Resolves when all of it is done, or its time is over; its connections stay until `leave`. */
	async play(script: Pick<Script, "tracks">): Promise<void> {
		this.#end = performance.now() + this.#bounds.time;
		await Promise.all(script.tracks.map((track) => this.playAll(track, new Map())));
	}

	/** Closes the open connections, one half as programs do, the other as crashing programs do. */
	leave(): void {
		let i = 0;
		for (const socket of this.#sockets) {
			if (i++ % 2) socket.destroy();
			else socket.resetAndDestroy();
		}
		this.#sockets.clear();
	}

	/**
	 * Milliseconds for which it has stopped the machine so far, beyond a frame's time at each stop: a stopped machine
	 * loses no frame in that time, and how long the stops last depends on what else the system does.
	 */
	get stopped(): number {
		return this.#stopped;
	}

	/** Ends the script. */
	stop(): void {
		this.#end = 0;
	}

	private get over(): boolean {
		return performance.now() >= this.#end || !this.#stage.running;
	}

	private async playAll(track: Track, clients: Map<string, Client>): Promise<void> {
		for (const step of track) {
			if (this.over) return;
			// A step that does not wait runs in the same turn as the step before.
			const waiting = this.playOne(step, clients);
			if (waiting) await waiting;
		}
	}

	private playOne(step: Step, clients: Map<string, Client>): Promise<unknown> | undefined {
		if (step.do === "connect") return void this.connect(step, clients);
		if (step.do === "connected")
			return this.until(() => [...clients.values()].every(({ socket }) => !socket.connecting), 500);
		if (step.do === "wait") return pause(Math.max(0, Math.min(step.ms, this.#end - performance.now())));
		if (step.do === "repeat") return this.repeat(step.times, step.steps, clients);
		if (step.do === "together") return this.together(step.steps, clients);
		const client = clients.get(step.as);
		if (!client)
			// its connect may have been removed when the script was shrunk
			return undefined;
		const { socket } = client;
		switch (step.do) {
			case "send":
				return void (socket.writable && socket.write(bytesOf(step.bytes)));
			case "answer":
				return this.until(() => client.arrived > 0 || socket.destroyed, step.ms).then(
					() => (client.arrived = 0),
				);
			case "read":
				return void socket.resume();
			case "pause":
				return void socket.pause();
			case "end":
				return void socket.end();
			case "reset":
				return void socket.resetAndDestroy();
			case "close":
				return void socket.destroy();
		}
	}

	private connect(
		{ as, from = ELSEWHERE, read = true }: Step & { do: "connect" },
		clients: Map<string, Client>,
	): void {
		if (this.#sockets.size >= this.#bounds.connections) return;
		const localAddress = from.replace("*", () => String((this.#next++ % 250) + 2));
		const socket = connect({ port: this.#stage.port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
		const client: Client = { socket, arrived: 0 };
		socket.on("error", () => {});
		socket.on("close", () => this.#sockets.delete(socket));
		socket.on("data", (data) => (client.arrived += data.length));
		if (!read) socket.pause();
		this.#sockets.add(socket);
		clients.set(as, client);
	}

	private async repeat(times: number, steps: Track, clients: Map<string, Client>): Promise<void> {
		for (let i = 0; i < times && !this.over; i++) await this.playAll(steps, clients);
	}

	private async together(steps: Track, clients: Map<string, Client>): Promise<void> {
		if (this.#held++ === 0) {
			this.#heldSince = performance.now();
			this.#stage.hold();
		}
		await Promise.race([this.playAll(steps, clients), pause(LONGEST_HOLD)]);
		await pause(SETTLING);
		if (--this.#held > 0) return;
		this.#stage.release();
		this.#stopped += Math.max(0, performance.now() - this.#heldSince - FRAME);
	}

	private async until(condition: () => boolean, ms: number): Promise<void> {
		const end = Math.min(this.#end, performance.now() + ms);
		while (!condition() && performance.now() < end && this.#stage.running) await pause(2);
	}
}
