/**
 * The interfaces of the SDK's network classes, as far as they are used here. Classes receive them and import none, so
 * that the unit tests run without the SDK. Files and lines are those of SDK 8.2.3.
 */

/** The station of `embedded:network/interface/wifi` (modules/io/wifi/esp32/wifi-esp32.c). */
export interface WiFi {
	/**
	 * 200 not connected, 300 connecting, 400 joined the network, 500 joined with an IPv4 and a link-local
	 * IPv6 address (xs_wifi419_connection_get).
	 */
	readonly connection: number;
	/** The IPv4 address if there is one, else the link-local IPv6 address, else undefined (xs_wifi419_address_get). */
	readonly address: string | undefined;
	/** "a0:b1:c2:d3:e4:f5" */
	readonly MAC: string | undefined;
	/** dBm, while joined. */
	readonly RSSI: number | undefined;
	/** Throws while an attempt is in progress, and if the driver refuses. Makes one attempt only. */
	connect(options: WiFiConnectOptions): void;
	/** Takes effect at once; the driver's own event comes later and is not reported. */
	disconnect(): void;
	/** Throws while a scan is in progress, and while the driver is connecting. */
	scan(options: WiFiScanOptions): void;
	/** `hostname`, at most 32 bytes, is sent to the DHCP server. */
	configure(options: { hostname: string }): void;
	/** The station stays connected. */
	close(): void;
}

export interface WiFiConnectOptions {
	SSID: string;
	password?: string;
}

export interface WiFiScanOptions {
	onFound(network: WiFiScanResult): void;
	onComplete(): void;
}

export interface WiFiScanResult {
	SSID: string;
	/** dBm */
	RSSI: number;
	/** "none" for an open network. */
	security?: string;
}

export interface WiFiOptions {
	/** Something about `connection` or `address` has changed. The callback may call any method. */
	onChanged(): void;
}

export type WiFiIO = new (options: WiFiOptions) => WiFi;

/** The module `preference` (modules/files/preference): on the board, Espressif's NVS. */
export interface Preferences {
	/** Returns undefined if nothing is stored. Throws if the storage fails. */
	get(domain: string, key: string): unknown;
}

/**
 * An access point of the device's own (hosts/esp32s3/network/access-point.c). Its clients get addresses by DHCP, and with them the
 * address of the page that they have to open (RFC 8910): the root of the device's web server.
 */
export interface AccessPoint {
	/** Its IPv4 address. Those of its clients begin with the same three numbers. */
	readonly address: string;
	/** Ends it. Its clients are disconnected. */
	close(): void;
}

export interface AccessPointOptions {
	/** 1 to 32 bytes. */
	ssid: string;
	/** 8 to 63 bytes, for WPA2. Absent for an open network. */
	password?: string;
}

/** Throws an Error if the driver refuses. */
export type AccessPointIO = new (options: AccessPointOptions) => AccessPoint;
