import type { Bytes } from "yieldcam/http/io";
import type { Packet, UDP, UDPOptions } from "yieldcam/http/udp-io";
import { NTP_TO_UNIX } from "yieldcam/time/ntp-packet";

/** What a server answers with. */
export interface Answer {
	/** Milliseconds by which the server's clock is ahead of the true time. */
	readonly ahead?: number;
	readonly stratum?: number;
	/** The first byte: leap indicator, version and mode. */
	readonly first?: number;
	/** The code of a refusal, in place of a reference. */
	readonly code?: string;
	/** Seconds. */
	readonly rootDelay?: number;
	readonly rootDispersion?: number;
	/** Changes the packet. */
	edit?(packet: DataView): void;
	/** Answers from another address or port. */
	readonly from?: readonly [address: string, port: number];
	/** Bytes, if not all. */
	readonly length?: number;
}

/** The servers of a network, and its time. Answers arrive when the test delivers them. */
export class FakeServers {
	/** Microseconds since 1970 at 0 of the device's clock. */
	readonly truth = 1_800_000_000_000_000;
	/** The device's clock, in microseconds. */
	now = 0;
	/** By address. One without an answer is silent. */
	readonly answers = new Map<string, Answer>();
	/** The addresses that were asked, with their ports. */
	asked: string[] = [];
	open = 0;
	fault: string | undefined;
	#pending: { to: UDP & { take(packet: Packet): void }; packet: Packet }[] = [];

	get UDP(): new (options: UDPOptions) => UDP {
		const servers = this;
		return class implements UDP {
			readonly port = 50_000;
			readonly #options: UDPOptions;
			readonly #waiting: Packet[] = [];

			constructor(options: UDPOptions) {
				if (servers.fault !== undefined) throw new Error(servers.fault);
				this.#options = options;
				servers.open++;
			}

			take(packet: Packet): void {
				this.#waiting.push(packet);
				this.#options.onReadable(1);
			}

			read(): Packet | undefined {
				return this.#waiting.shift();
			}

			write(bytes: Bytes, address: string, port: number): void {
				servers.asked.push(`${address}:${port}`);
				servers.answer(this, bytes as ArrayBuffer, address, port);
			}

			add(): void {}

			close(): void {
				servers.open--;
				servers.#pending = servers.#pending.filter(({ to }) => to !== this);
			}
		};
	}

	private answer(
		to: UDP & { take(packet: Packet): void },
		request: ArrayBuffer,
		address: string,
		port: number,
	): void {
		const answer = this.answers.get(address);
		if (!answer) return;
		const packet = packetOf(request, this.truth + this.now, answer);
		const [from, fromPort] = answer.from ?? [address, port];
		this.#pending.push({ to, packet: Object.assign(packet, { address: from, port: fromPort }) });
	}

	/** Delivers what was sent, after so many milliseconds on the way back. */
	deliver(delay = 0): void {
		this.now += 1_000 * delay;
		const pending = this.#pending;
		this.#pending = [];
		for (const { to, packet } of pending) to.take(packet);
	}
}

/** Makes a server's packet in answer to a request, at a time in microseconds since 1970. */
export function packetOf(request: ArrayBuffer, time: number, answer: Answer = {}): ArrayBuffer {
	const { ahead = 0, stratum = 2, first = 0x24, code, rootDelay = 0.01, rootDispersion = 0.01, length = 48 } = answer;
	const packet = new DataView(new ArrayBuffer(48)),
		asked = new DataView(request);
	packet.setUint8(0, first);
	packet.setUint8(1, stratum);
	packet.setInt32(4, rootDelay * 65_536);
	packet.setInt32(8, rootDispersion * 65_536);
	for (let i = 0; code !== undefined && i < 4; i++) packet.setUint8(12 + i, code.charCodeAt(i));
	packet.setUint32(24, asked.getUint32(40));
	packet.setUint32(28, asked.getUint32(44));
	for (const at of [32, 40]) writeTime(packet, at, time + 1_000 * ahead);
	answer.edit?.(packet);
	return packet.buffer.slice(0, length);
}

/** Writes microseconds since 1970 as NTP does, in the era in which they are. */
export function writeTime(packet: DataView, at: number, time: number): void {
	const seconds = Math.floor(time / 1_000_000);
	packet.setUint32(at, (seconds + NTP_TO_UNIX) % 2 ** 32);
	packet.setUint32(at + 4, ((time % 1_000_000) / 1_000_000) * 2 ** 32);
}
