/** The radio of the simulated board: the networks in range, and the device's own access point, both without a radio. */
import Timer from "timer";
import type {
	AccessPoint,
	AccessPointIO,
	WiFi,
	WiFiConnectOptions,
	WiFiIO,
	WiFiOptions,
	WiFiScanOptions,
} from "yieldcam/network/io";

/** A network in range. */
export interface NetworkInRange {
	readonly ssid: string;
	/** Absent for an open network. */
	readonly password?: string;
}

/** Milliseconds. */
const JOINING = 300;
const REFUSING = 1_500;
const ADDRESSING = 200;
const SCANNING = 1_000;

/** dBm of the first network; each further one is weaker. */
const STRONGEST = -48;
const STEP = 7;

// The values of `WiFi.connection`.
const APART = 200;
const CONNECTING = 300;
const JOINED = 400;
const CONNECTED = 500;

/**
 * Returns a class like the SDK's, for these networks. The simulator has its one address in each of them, which is also that of
 * its access point.
 */
export function wifiOf(networks: readonly NetworkInRange[], address: string): WiFiIO {
	return class implements WiFi {
		readonly MAC = "f4:12:fa:00:51:4d";
		readonly #options: WiFiOptions;
		#connection = APART;
		#network: NetworkInRange | undefined;
		#next: Timer | undefined;
		#scan: Timer | undefined;

		constructor(options: WiFiOptions) {
			this.#options = options;
		}

		get connection(): number {
			return this.#connection;
		}

		get address(): string | undefined {
			return this.#connection === CONNECTED ? address : undefined;
		}

		get RSSI(): number | undefined {
			return this.#network && STRONGEST - STEP * networks.indexOf(this.#network);
		}

		connect({ SSID, password }: WiFiConnectOptions): void {
			if (this.#connection !== APART) throw new Error("connect failed");
			const network = networks.find(({ ssid }) => ssid === SSID);
			this.#connection = CONNECTING;
			if (!network || network.password !== password) return this.later(REFUSING, APART);
			this.#network = network;
			this.later(JOINING, JOINED, () => this.later(ADDRESSING, CONNECTED));
		}

		disconnect(): void {
			Timer.clear(this.#next);
			this.#next = this.#network = undefined;
			this.#connection = APART;
		}

		scan({ onFound, onComplete }: WiFiScanOptions): void {
			if (this.#scan !== undefined) throw new Error("already scanning");
			if (this.#connection === CONNECTING) throw new Error("scan failed");
			this.#scan = Timer.set(() => {
				this.#scan = undefined;
				networks.forEach(({ ssid, password }, index) =>
					onFound({
						SSID: ssid,
						RSSI: STRONGEST - STEP * index,
						security: password === undefined ? "none" : "wpa2_psk",
					}),
				);
				onComplete();
			}, SCANNING);
		}

		configure(): void {}

		close(): void {
			this.disconnect();
			Timer.clear(this.#scan);
		}

		private later(time: number, connection: number, then?: () => void): void {
			this.#next = Timer.set(() => {
				this.#next = undefined;
				this.#connection = connection;
				then?.();
				this.#options.onChanged();
			}, time);
		}
	};
}

/** Returns a class of access points with this address. */
export function accessPointOf(address: string): AccessPointIO {
	return class implements AccessPoint {
		readonly address = address;

		close(): void {}
	};
}
