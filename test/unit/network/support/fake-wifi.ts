import type { WiFi, WiFiConnectOptions, WiFiOptions, WiFiScanOptions, WiFiScanResult } from "yieldcam/network/io";

const CONNECTED = "STA_CONNECTED";
const DISCONNECTED = "STA_DISCONNECTED";
const GOT_IP = "STA_GOT_IP";

const IPV4 = 1;
const IPV6 = 2;

/**
 * The SDK's station, with the behavior and the names of modules/io/wifi/esp32/wifi-esp32.c (8.2.3). The line numbers in
 * the comments refer to that file. A test calls it in place of the radio, the access point and the DHCP server.
 * Messages are delivered at once.
 */
export class FakeWiFi implements WiFi {
	static last: FakeWiFi;
	/** If true, the next station is connected already, as after the SDK's `setup/network`. */
	static before: string | undefined;
	MAC: string | undefined = "f4:12:fa:a1:b2:c3";
	readonly attempts: WiFiConnectOptions[] = [];
	disconnects = 0;
	scans = 0;
	hostname: string | undefined;
	closed = false;
	/** esp_wifi_connect returns an error. */
	refusing = false;
	/** esp_wifi_scan_start returns an error. */
	scanRefusing = false;
	/** The interface gets a link-local IPv6 address soon after it joined, or never if another host has it. */
	ipv6 = true;
	strength = -52;
	readonly #options: WiFiOptions;
	#scan: WiFiScanOptions | undefined;
	#ipv4: string | undefined;
	#joined = false;
	/** What the driver's events have reported so far, before delivery (gIP). */
	#announced = 0;
	#connecting = false;
	#connected = false;
	#ip = 0;

	constructor(options: WiFiOptions) {
		this.#options = options;
		FakeWiFi.last = this;
		if (FakeWiFi.before !== undefined) {
			// 144–157
			this.#joined = this.#connected = true;
			this.#ipv4 = FakeWiFi.before;
			this.#ip = this.#announced = IPV4 | IPV6;
			FakeWiFi.before = undefined;
		}
	}

	get connection(): number {
		// 527–542
		this.#validate();
		if (this.#connected) return this.#ip === (IPV4 | IPV6) ? 500 : 400;
		return this.#connecting ? 300 : 200;
	}

	get address(): string | undefined {
		// 544–562
		this.#validate();
		return this.#ipv4 ?? (this.#joined && this.ipv6 ? "FE80::F612:FAFF:FEA1:B2C3" : undefined);
	}

	get RSSI(): number | undefined {
		// 599–608
		this.#validate();
		return this.#joined ? this.strength : undefined;
	}

	connect(options: WiFiConnectOptions): void {
		// 403–446
		this.#validate();
		if (this.#connecting) throw new Error("already connecting");
		if ("password" in options && options.password === undefined)
			throw new TypeError("cannot coerce undefined to string"); // 424: xsmcHas is true
		this.attempts.push(options);
		if (this.refusing) throw new Error("connect failed");
		this.#connecting = true;
	}

	disconnect(): void {
		// 448–458: at once; the event that follows changes nothing, so it is not reported
		this.#validate();
		this.disconnects++;
		this.#joined = this.#connecting = this.#connected = false;
		this.#ipv4 = undefined;
		this.#ip = this.#announced = 0;
	}

	scan(options: WiFiScanOptions): void {
		// 373–401
		this.#validate();
		if (this.#scan) throw new Error("already scanning");
		if (this.scanRefusing) throw new Error("scan failed");
		this.scans++;
		this.#scan = options;
	}

	configure({ hostname }: { hostname: string }): void {
		// 469–473
		this.#validate();
		if (hostname.length > 32) throw new Error("set hostname failed");
		this.hostname = hostname;
	}

	close(): void {
		// 163–191
		this.#validate();
		this.closed = true;
	}

	/** The access point accepts the station. */
	joins(): void {
		// 238–246
		this.#joined = true;
		this.#announced = 0;
		this.#deliver(CONNECTED);
		if (this.ipv6) this.#announce(IPV6);
	}

	/** DHCP gives an address, the first one or a new one. */
	gets(address: string): void {
		// 265–268
		this.#ipv4 = address;
		this.#announce(IPV4);
	}

	/** The lease has ended: the driver ignores IP_EVENT_STA_LOST_IP. */
	losesAddress(): void {
		// 269
		this.#ipv4 = undefined;
	}

	joinsAndGets(address: string): void {
		this.joins();
		this.gets(address);
	}

	/** The attempt failed, or the link went down: the driver has one event for both. */
	fails(): void {
		// 247–249
		this.#joined = false;
		this.#ipv4 = undefined;
		this.#announced = 0;
		this.#deliver(DISCONNECTED);
	}

	/** The standard (ECMA-419) lets a class report 300 too; this one does not. */
	nags(): void {
		this.#changed();
	}

	/** The scan ends with the given results. */
	finds(...networks: WiFiScanResult[]): void {
		// 277–323
		const scan = this.#scan!;
		this.#scan = undefined;
		for (const network of networks) scan.onFound(network);
		scan.onComplete();
	}

	/** Once both addresses are there, every further event is posted, and changes nothing. */
	#announce(address: number): void {
		// 257–275
		this.#announced |= address;
		if (this.#announced === (IPV4 | IPV6)) this.#deliver(GOT_IP);
	}

	#deliver(event: string): void {
		// 325–371
		const before = [this.#connecting, this.#connected, this.#ip].join();
		const hadIPv4 = this.#ip & IPV4;
		if (event === GOT_IP) {
			this.#connected = true;
			this.#ip = IPV4 | IPV6;
		} else {
			this.#connecting = false;
			this.#connected = event === CONNECTED;
			this.#ip = 0;
		}
		if (before !== [this.#connecting, this.#connected, this.#ip].join()) this.#changed();
		if (!hadIPv4 && this.#ip & IPV4) this.#changed();
	}

	#changed(): void {
		if (!this.closed) this.#options.onChanged();
	}

	#validate(): void {
		if (this.closed) throw new Error("invalid host object");
	}
}
