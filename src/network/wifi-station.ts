import Timer from "timer";
import type { Credentials } from "./credentials.ts";
import type { WiFi, WiFiIO, WiFiScanOptions, WiFiScanResult } from "./io.ts";

export interface WifiStationOptions {
	/** `embedded:network/interface/wifi`. */
	readonly io: WiFiIO;
	/** After a failure the next one is tried. If there are none, it waits for `try`. */
	readonly networks: readonly Credentials[];
	/** There is an IPv4 address. Called again after every `onDisconnected`. */
	onConnected(address: string): void;
	/** The address is gone: the link was lost, or DHCP assigned another. The next attempt is already planned. */
	onDisconnected?(reason: string): void;
	/** An attempt failed, and another one follows in `pause` milliseconds. */
	onFailed?(reason: string, pause: number): void;
}

/** Milliseconds. */
export const WIFI_TIMES = Object.freeze({
	/** The pause after a failure, doubled with each up to the longest: an access point restarts in a minute or two. */
	firstPause: 1_000,
	longestPause: 60_000,
	/** A connection that lasts this long counts as good, and the next pause is the first one again. */
	steady: 30_000,
	/** Time for joining, and again for DHCP. If the driver stays silent for longer, it is stopped. */
	attempt: 30_000,
	/** A scan of all channels takes 2 to 3 seconds. */
	scan: 10_000,
	/** How often the address is checked: the driver does not report that DHCP assigned another one (see `check`). */
	watch: 2_000,
});

/** The SDK's values of `connection`: below this it has not joined. */
const JOINED = 400;
const CONNECTING_NOW = 300;

/** Attempts at a network that is tried: a reset or some noise explains the first failure. */
const TRIALS = 2;

// States of the station.
const IDLE = 0;
const JOINING = 1;
/** Joined, and waiting for an address. */
const ADDRESSING = 2;
const CONNECTED = 3;
/** Scanning for the reason of a failure. */
const SCANNING = 4;
const PAUSING = 5;
const CLOSED = 6;

/**
 * A Wi-Fi station that stays connected: it tries forever, with growing pauses.
 *
 * The SDK's module makes one attempt for each `connect` and never reconnects by itself (Espressif's
 * `failure_retry_cnt` stays 0, wifi-esp32.c:410), and it hides the reason of a failure (`event_data` is unused,
 * wifi-esp32.c:224). So a second failure in a row is followed by a scan, which distinguishes a network that is absent
 * from one that refuses.
 */
export class WifiStation {
	readonly #options: WifiStationOptions;
	readonly #wifi: WiFi;
	#state = IDLE;
	#networks: readonly Credentials[];
	#network = 0;
	#trial: Trial | undefined;
	#address: string | undefined;
	#failures = 0;
	#pause = WIFI_TIMES.firstPause;
	/** Ends the current state, if it has a time limit. */
	#deadline: Timer | undefined;
	#watch: Timer | undefined;
	#steady: Timer | undefined;

	constructor(options: WifiStationOptions) {
		this.#options = options;
		this.#networks = options.networks;
		this.#wifi = new options.io({ onChanged: () => this.check() });
	}

	/** The IPv4 address, while connected. */
	get address(): string | undefined {
		return this.#address;
	}

	/** The network that is joined, or being tried; undefined if there is none. */
	get network(): Credentials | undefined {
		return this.#trial?.network ?? this.#networks[this.#network];
	}

	/** Reports whether a network is being tried. */
	get trying(): boolean {
		return this.#trial !== undefined;
	}

	/** The strength of the signal in dBm, while connected. */
	get rssi(): number | undefined {
		return this.#state === CONNECTED ? this.#wifi.RSSI : undefined;
	}

	/** "a0:b1:c2:d3:e4:f5" */
	get mac(): string | undefined {
		return this.#state === CLOSED ? undefined : this.#wifi.MAC;
	}

	/** Makes the first attempt. `hostname`, at most 32 bytes, is sent to the DHCP server. */
	start(hostname?: string): void {
		if (this.#state !== IDLE) return;
		if (hostname !== undefined) this.name(hostname);
		if (!this.network) return;
		// A `setup/network` that ran before may have connected already; another attempt would be refused.
		this.#state = PAUSING;
		this.check();
		if (this.#state === PAUSING) this.connect();
	}

	/**
	 * Tries another network, in place of the one that is joined. If it has an address there, the network is the first one from
	 * then on. Otherwise the ones before are tried again. Ends a trial that is under way.
	 */
	try(network: Credentials, onEnd: (reason: string | undefined) => void): void {
		if (this.#state === CLOSED) return;
		this.endTrial("another network is tried");
		this.#trial = { network, onEnd };
		this.#failures = 0;
		if (this.#state !== IDLE && this.#state !== PAUSING) this.#wifi.disconnect();
		// As in `expire`, the driver's event comes within the pause.
		this.connectSoon();
		if (this.#address !== undefined) this.lose("another network is tried");
	}

	/**
	 * Finds the networks in range. Throws an Error while the driver is busy. It ends in time also if the driver never says that it
	 * has, as after an attempt to join that begins meanwhile.
	 */
	scan({ onFound, onComplete }: WiFiScanOptions): void {
		if (this.#state === JOINING || this.#state === SCANNING) throw new Error("Wi-Fi is busy");
		let over = false;
		const end = (): void => {
			if (over) return;
			over = true;
			Timer.clear(limit);
			onComplete();
		};
		const limit = Timer.set(end, WIFI_TIMES.scan);
		try {
			this.#wifi.scan({
				onFound(network) {
					if (!over) onFound(network);
				},
				onComplete: end,
			});
		} catch (error) {
			over = true;
			Timer.clear(limit);
			throw error;
		}
	}

	/** Disconnects for good. */
	close(): void {
		if (this.#state === CLOSED) return;
		this.enter(CLOSED);
		this.#address = undefined;
		this.#wifi.disconnect();
		this.#wifi.close();
	}

	private name(hostname: string): void {
		try {
			this.#wifi.configure({ hostname });
		} catch {
			// The router's list will say "espressif".
		}
	}

	/** Enters a state and sets its deadline. */
	private enter(state: number, time?: number, expired?: () => void): void {
		this.#state = state;
		Timer.clear(this.#deadline);
		this.#deadline = undefined;
		if (time !== undefined)
			this.#deadline = Timer.set(() => {
				this.#deadline = undefined;
				expired!();
			}, time);
		const watched = state === ADDRESSING || state === CONNECTED;
		if (watched) this.#watch ??= Timer.repeat(() => this.check(), WIFI_TIMES.watch);
		else {
			Timer.clear(this.#watch);
			this.#watch = undefined;
		}
		if (state !== CONNECTED) {
			Timer.clear(this.#steady);
			this.#steady = undefined;
		}
	}

	private connectSoon(): void {
		this.enter(PAUSING, WIFI_TIMES.firstPause, () => this.connect());
	}

	private connect(): void {
		const { ssid, password } = this.network!;
		this.enter(JOINING, WIFI_TIMES.attempt, () => this.expire("the network did not answer"));
		try {
			this.#wifi.connect({ SSID: ssid, ...(password !== undefined && { password }) });
		} catch (error) {
			this.fail(`the driver refused: ${(error as Error).message}`);
		}
	}

	/**
	 * Updates the state from what the driver reports. Its events are messages: when one is delivered, several things
	 * may have happened since. And some changes cause no event: another address from DHCP while joined
	 * (wifi-esp32.c:265 posts, 353 finds nothing changed), a lease that ended, an IPv4 address without the IPv6 one
	 * that 500 stands for. So a timer calls this method as well.
	 */
	private check(): void {
		if (this.#state === IDLE || this.#state === CLOSED) return;
		const { connection } = this.#wifi;
		if (connection < JOINED) this.checkApart(connection);
		else this.checkJoined();
	}

	private checkApart(connection: number): void {
		switch (this.#state) {
			case JOINING:
				if (connection < CONNECTING_NOW) this.explain("it could not be joined");
				break;
			case ADDRESSING:
				this.fail("the link was lost before there was an address");
				break;
			case CONNECTED:
				this.lose("the link was lost");
				if (this.#state === CONNECTED) this.rest(this.#network);
				break;
		}
	}

	private checkJoined(): void {
		const { address } = this.#wifi;
		const ipv4 = address?.includes(".") ? address : undefined;
		if (ipv4 !== undefined && ipv4 === this.#address) return;
		if (this.#address !== undefined) this.lose(ipv4 === undefined ? "the address was lost" : "the address changed");
		if (this.#state === CLOSED) return;
		if (ipv4 !== undefined) this.gain(ipv4);
		else if (this.#state !== ADDRESSING)
			this.enter(ADDRESSING, WIFI_TIMES.attempt, () => this.expire("DHCP gave no address"));
	}

	private gain(address: string): void {
		const trial = this.#trial;
		this.#address = address;
		if (trial) {
			this.#networks = [trial.network, ...this.#networks.filter(({ source }) => source !== trial.network.source)];
			this.#network = 0;
			this.endTrial(undefined);
		}
		this.#failures = 0;
		this.enter(CONNECTED);
		this.#steady ??= Timer.set(() => {
			this.#steady = undefined;
			this.#pause = WIFI_TIMES.firstPause;
		}, WIFI_TIMES.steady);
		this.#options.onConnected(address);
	}

	private lose(reason: string): void {
		this.#address = undefined;
		this.#options.onDisconnected?.(reason);
	}

	private expire(reason: string): void {
		// The driver's event comes within the pause. If it came after the next `connect`, it would count as a failure
		// of that.
		this.#wifi.disconnect();
		this.fail(reason);
	}

	/**
	 * Handles a failure whose reason the SDK does not report. Scans for it, but not for a first failure, which a reset
	 * or some noise explains.
	 */
	private explain(reason: string): void {
		if (this.#failures === 0) return this.fail(reason);
		const { ssid, password } = this.network!;
		let best: WiFiScanResult | undefined;
		this.enter(SCANNING, WIFI_TIMES.scan, () => this.fail(reason));
		try {
			this.#wifi.scan({
				onFound: (network) => {
					if (network.SSID === ssid && !(best && best.RSSI >= network.RSSI)) best = network;
				},
				onComplete: () => {
					if (this.#state === SCANNING) this.fail(verdict(best, password !== undefined));
				},
			});
		} catch {
			this.fail(reason);
		}
	}

	private fail(reason: string): void {
		const trial = this.#trial;
		this.#failures++;
		if (trial) {
			if (this.#failures < TRIALS) return this.connectSoon();
			this.endTrial(reason);
			this.#pause = WIFI_TIMES.firstPause;
			this.#network = 0;
			if (this.#networks.length === 0) return this.enter(IDLE);
			return this.rest(0);
		}
		const pause = this.#pause;
		this.rest((this.#network + 1) % this.#networks.length);
		this.#options.onFailed?.(reason, pause);
	}

	private endTrial(reason: string | undefined): void {
		const trial = this.#trial;
		this.#trial = undefined;
		trial?.onEnd(reason);
	}

	/**
	 * Waits, then tries the given network. The pause grows per round: a second network does not wait longer because the
	 * first one failed.
	 */
	private rest(next: number): void {
		this.enter(PAUSING, this.#pause, () => {
			this.#network = next;
			this.connect();
		});
		if (next <= this.#network) this.#pause = Math.min(2 * this.#pause, WIFI_TIMES.longestPause);
	}
}

/** A network that is tried before it is kept. */
interface Trial {
	readonly network: Credentials;
	/** Called once, with the reason if it has failed. */
	readonly onEnd: (reason: string | undefined) => void;
}

function verdict(network: WiFiScanResult | undefined, withPassword: boolean): string {
	if (!network) return "no such network is in range, or it hides its name";
	const sight = `it is in range (${network.RSSI} dBm) and`;
	if (withPassword) return `${sight} refused: is the password right?`;
	return network.security === undefined || network.security === "none"
		? `${sight} refused`
		: `${sight} requires a password`;
}
