import Timer from "timer";
import type { Credentials } from "./credentials.ts";
import type { WiFi, WiFiIO, WiFiScanResult } from "./io.ts";

export interface WifiStationOptions {
	/** `embedded:network/interface/wifi`. */
	readonly io: WiFiIO;
	/** At least one. After a failure the next one is tried. */
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
	#network = 0;
	#address: string | undefined;
	#failures = 0;
	#pause = WIFI_TIMES.firstPause;
	/** Ends the current state, if it has a time limit. */
	#deadline: Timer | undefined;
	#watch: Timer | undefined;
	#steady: Timer | undefined;

	constructor(options: WifiStationOptions) {
		this.#options = options;
		this.#wifi = new options.io({ onChanged: () => this.check() });
	}

	/** The IPv4 address, while connected. */
	get address(): string | undefined {
		return this.#address;
	}

	/** The network that is joined, or being tried. */
	get network(): Credentials {
		return this.#options.networks[this.#network];
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
		// A `setup/network` that ran before may have connected already; another attempt would be refused.
		this.#state = PAUSING;
		this.check();
		if (this.#state === PAUSING) this.connect();
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

	private connect(): void {
		const { ssid, password } = this.network;
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
		this.#address = address;
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
		const { ssid, password } = this.network;
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
		const pause = this.#pause;
		this.#failures++;
		this.rest((this.#network + 1) % this.#options.networks.length);
		this.#options.onFailed?.(reason, pause);
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

function verdict(network: WiFiScanResult | undefined, withPassword: boolean): string {
	if (!network) return "no such network is in range, or it hides its name";
	const sight = `it is in range (${network.RSSI} dBm) and`;
	if (withPassword) return `${sight} refused: is the password right?`;
	return network.security === undefined || network.security === "none"
		? `${sight} refused`
		: `${sight} requires a password`;
}
