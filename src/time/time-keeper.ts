import Timer from "timer";
import { isIPv4 } from "../http/syntax/ip-address.ts";
import { random32 } from "../http/random.ts";
import type { UDP, UDPIO } from "../http/udp-io.ts";
import { agreed, type TimeSample } from "./agreement.ts";
import { type Clock, isPlausible } from "./clock.ts";
import { type NtpAnswer, ntpRequest, readNtpAnswer } from "./ntp-packet.ts";

/** NTP's port (RFC 5905, 16). */
const PORT = 123;
/** Servers that are asked; the others are ignored. */
const MAX_SERVERS = 5;
/** Milliseconds. Servers that have not answered by then are left out. */
const PATIENCE = 5_000;
/** Seconds from one exchange to the next, while there is no time: the first pause, and the longest (RFC 4330, 10). */
const FIRST_PAUSE = 16;
const LONGEST_PAUSE = 1_024;
/** Seconds from one exchange to the next, once there is one. The clock of a board is wrong by 0.1 s after that. */
const INTERVAL = 3_600;
const MAX_INTERVAL = 24 * INTERVAL;
/** Microseconds by which the time may be wrong beside what an exchange measures: what the device takes to send and to receive. */
const TOLERANCE = 20_000;
/** Microseconds. A time that differs more from one that is known has to come twice (the panic threshold of RFC 5905, 7.2). */
const PANIC = 1_000_000_000;

export interface TimeKeeperOptions {
	readonly clock: Clock;
	/** The camera's clock, in microseconds. */
	now(): number;
	readonly UDP: UDPIO;
	/** The IPv4 address of the device that the socket has. Default: all. */
	readonly address?: string | undefined;
	/** The servers: names or IPv4 addresses, with a port behind a colon if it is not 123. They may change. */
	servers(): readonly string[];
	/** Finds the IPv4 address of a name. Rejects if it has none. */
	resolve(name: string): Promise<string>;
	log(line: string): void;
}

/** A server that was asked. */
interface Asked {
	readonly server: string;
	readonly address: string;
	readonly port: number;
	/** What the request has in place of its time. */
	readonly high: number;
	readonly low: number;
	/** When it was sent, by the camera's clock. */
	readonly at: number;
	answered: boolean;
}

/**
 * Keeps the clock right with SNTP (RFC 4330; RFC 5905, 14). It asks all servers, and takes the time on which most of them agree.
 * It has a socket only while it waits for answers. The SDK has clients of its own; they ask one server, do not stop if it refuses,
 * and set the clock of the whole device to whatever they receive.
 */
export class TimeKeeper {
	readonly #options: TimeKeeperOptions;
	#socket: UDP | undefined;
	#asked: Asked[] = [];
	/** How many will be asked, once their addresses are known. */
	#expected = 0;
	#samples: TimeSample[] = [];
	#timer: Timer | undefined;
	/** Seconds until the next exchange, if this one fails. */
	#pause = FIRST_PAUSE;
	/** Whether the last exchange failed, which the log has. */
	#failed = false;
	#interval = INTERVAL;
	/** Servers that must not be asked again (RFC 5905, 7.4). */
	#refused: string[] = [];
	/** A time that differs much from the one that is known. */
	#suspect: TimeSample | undefined;
	/** Why the last exchange failed. */
	#reason: string | undefined;
	/** Counts exchanges: an address may be found when its exchange is over. */
	#round = 0;

	constructor(options: TimeKeeperOptions) {
		this.#options = options;
	}

	/** There is a network: asks the servers now, unless the time is known from them. */
	start(): void {
		if (this.#socket || this.#options.clock.source === "network") return;
		this.#pause = FIRST_PAUSE;
		this.ask();
	}

	/** Stops for good. */
	close(): void {
		this.#round++;
		Timer.clear(this.#timer);
		this.#timer = undefined;
		this.#socket?.close();
		this.#socket = undefined;
	}

	/** Asks all servers, and decides when all have answered, or after a while. */
	private ask(): void {
		const { UDP, address, servers } = this.#options,
			list = servers()
				.filter((server) => !this.#refused.includes(server))
				.slice(0, MAX_SERVERS);
		this.close();
		this.#asked = [];
		this.#expected = list.length;
		this.#samples = [];
		this.#reason = undefined;
		if (list.length === 0) return this.schedule(LONGEST_PAUSE);
		const keeper = this,
			round = this.#round;
		try {
			this.#socket = new UDP({
				port: 0,
				...(address !== undefined && { address }),
				onReadable: (count) => keeper.read(count),
			});
		} catch (error) {
			return this.fail((error as Error).message);
		}
		this.#timer = Timer.set(() => this.decide(), PATIENCE);
		for (const server of list) {
			const [name, port] = server.split(":");
			const found = (ip: string): void => {
				if (round === this.#round) this.send(server, ip, port === undefined ? PORT : Number(port));
			};
			if (isIPv4(name)) found(name);
			else
				this.#options.resolve(name).then(found, ({ message }: Error) => {
					if (round !== this.#round) return;
					this.#reason = `${name}: ${message}`;
					this.#expected--;
				});
		}
	}

	private send(server: string, address: string, port: number): void {
		const high = random32(),
			low = random32(),
			at = this.#options.now();
		try {
			this.#socket?.write(ntpRequest(high, low), address, port);
			this.#asked.push({ server, address, port, high, low, at, answered: false });
		} catch (error) {
			this.#reason = `${server}: ${(error as Error).message}`;
			this.#expected--;
		}
	}

	private read(count: number): void {
		const now = this.#options.now();
		for (; count > 0; count--) {
			const packet = this.#socket?.read();
			if (!packet) return;
			const { address, port } = packet;
			for (const asked of this.#asked) {
				if (asked.answered || asked.address !== address || asked.port !== port) continue;
				const answer = readNtpAnswer(packet, asked.high, asked.low);
				if (answer !== undefined) this.take(asked, answer, now);
			}
		}
		if (this.#asked.length === this.#expected && this.#asked.every(({ answered }) => answered)) this.decide();
	}

	/** Takes the answer to a request. Only the first one counts. */
	private take(asked: Asked, answer: NtpAnswer | string | Error, now: number): void {
		const { server } = asked;
		asked.answered = true;
		if (typeof answer === "string") {
			this.#reason = `${server} refuses (${answer})`;
			if (answer === "RATE") {
				this.#interval = Math.min(2 * this.#interval, MAX_INTERVAL);
				this.#pause = LONGEST_PAUSE;
			}
			// The network may offer others at any time.
			else this.#refused = [server, ...this.#refused.slice(0, MAX_SERVERS)];
		} else if (answer instanceof Error) this.#reason = `${server}: ${answer.message}`;
		else {
			const { received, sent, distance } = answer,
				delay = now - asked.at - (sent - received),
				offset = (received - asked.at + sent - now) / 2,
				lie =
					sent < received || delay < -TOLERANCE
						? "its times cannot be right"
						: isPlausible(now + offset)
							? undefined
							: "its time is before 2026, or after 2100";
			// A server that lies has a voice, so that one that agrees with nobody is not believed beside it.
			if (lie !== undefined) this.#reason = `${server}: ${lie}`;
			this.#samples.push({
				offset: lie === undefined ? offset : NaN,
				error: Math.max(0, delay) / 2 + distance + TOLERANCE,
			});
		}
	}

	/** Sets the clock, if there is a time that can be believed. */
	private decide(): void {
		const samples = this.#samples,
			best = agreed(samples);
		this.close();
		if (!best) {
			this.fail(this.#reason ?? (samples.length ? "the servers disagree" : "no server answers"));
		} else if (this.isSurprising(best))
			this.fail("the servers' time differs from the device's by more than 1,000 s");
		else this.set(best);
	}

	/** Whether a time differs much from the one that is known, and from the surprise before. */
	private isSurprising(best: TimeSample): boolean {
		const { clock } = this.#options,
			before = this.#suspect;
		this.#suspect = best;
		if (clock.source !== "network" || Math.abs(best.offset - clock.offset) <= PANIC) return false;
		return !before || Math.abs(before.offset - best.offset) > PANIC;
	}

	private set({ offset }: TimeSample): void {
		const { clock, log, now } = this.#options,
			at = now(),
			time = at + offset,
			known = clock.source === "network";
		clock.set(time, at, "network");
		if (!known) log(`yieldcam: it is ${new Date(time / 1_000).toISOString()}, as the network says`);
		this.#pause = FIRST_PAUSE;
		this.#failed = false;
		this.schedule(this.#interval);
	}

	private fail(reason: string): void {
		if (!this.#failed) this.#options.log(`yieldcam: no time from the network: ${reason}`);
		this.#failed = true;
		this.schedule(this.#pause);
		this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
	}

	/** Plans the next exchange, after so many seconds, or up to an eighth more: not all devices of a house ask at once. */
	private schedule(pause: number): void {
		this.#timer = Timer.set(() => this.ask(), 1_000 * pause * (1 + Math.random() / 8));
	}
}
