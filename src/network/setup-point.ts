import Timer from "timer";
import type { UDPIO } from "../http/udp-io.ts";
import { CaptiveDns } from "./captive-dns.ts";
import type { AccessPoint, AccessPointIO } from "./io.ts";

/** Milliseconds. */
export const SETUP_TIMES = Object.freeze({
	/** Without a network from the start on. A router takes up to two minutes to restart after a power cut. */
	patience: 180_000,
	/** After a network was lost: somebody may switch the router off for the night. */
	afterLoss: 900_000,
	/** After there is a network: the page that has chosen it shows where the device is. */
	linger: 8_000,
	/** After an access point could not be opened. */
	retry: 30_000,
});

export interface SetupPointOptions {
	readonly io: AccessPointIO;
	/** `embedded:io/socket/udp`. */
	readonly udp: UDPIO;
	/** The name of the access point. */
	readonly ssid: string;
	/** Its key for WPA2. Absent for an open one. */
	readonly key?: string | undefined;
	/** Receives a line of text without its line end. */
	log(line: string): void;
	/** It is open. The first call is the time to open listeners. */
	onOpened(address: string): void;
}

/**
 * The access point through which a device without a network is set up: it opens if there has been no network for long, or at once
 * if none is known, and closes some seconds after there is one.
 */
export class SetupPoint {
	readonly #options: SetupPointOptions;
	#point: AccessPoint | undefined;
	#dns: CaptiveDns | undefined;
	/** Opens or closes it. */
	#timer: Timer | undefined;
	#closed = false;

	constructor(options: SetupPointOptions) {
		this.#options = options;
	}

	/** Its own address, while it is open. */
	get address(): string | undefined {
		return this.#point?.address;
	}

	/** Reports whether a client has come through it. */
	serves(client: string | undefined): boolean {
		const own = this.#point?.address;
		if (own === undefined || client === undefined) return false;
		const network = own.slice(0, own.lastIndexOf(".") + 1);
		return client.startsWith(network);
	}

	/** There is no network. It opens after this time, unless it is open. */
	wait(time: number): void {
		if (this.#closed) return;
		this.plan(time, () => this.open());
	}

	/** There is a network. */
	connected(): void {
		this.plan(this.#point ? SETUP_TIMES.linger : undefined, () => this.end());
	}

	/** Ends it for good. */
	close(): void {
		this.#closed = true;
		this.plan(undefined);
		this.end();
	}

	private plan(time: number | undefined, then?: () => void): void {
		Timer.clear(this.#timer);
		this.#timer = undefined;
		if (time !== undefined)
			this.#timer = Timer.set(() => {
				this.#timer = undefined;
				then!();
			}, time);
	}

	private open(): void {
		if (this.#point) return;
		const { io, udp, ssid, key, log, onOpened } = this.#options;
		try {
			const point = (this.#point = new io({ ssid, ...(key !== undefined && { password: key }) }));
			log(
				`yieldcam: the network can be set up at the access point ${JSON.stringify(ssid)}${key === undefined ? "" : `, with the key ${key}`}`,
			);
			this.answerNames(udp, point.address);
			onOpened(point.address);
		} catch (error) {
			log(`yieldcam: no access point: ${(error as Error).message}`);
			this.wait(SETUP_TIMES.retry);
		}
	}

	/** Without this, a phone does not open the page by itself. */
	private answerNames(udp: UDPIO, address: string): void {
		try {
			this.#dns = new CaptiveDns(udp, address);
		} catch (error) {
			this.#options.log(`yieldcam: names are not answered at the access point: ${(error as Error).message}`);
		}
	}

	private end(): void {
		this.#dns?.close();
		this.#point?.close();
		this.#dns = this.#point = undefined;
	}
}
