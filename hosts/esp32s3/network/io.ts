/**
 * The shape of the SDK's network classes, as far as they are used here. Each class is given one and
 * imports none, so that the unit tests run without the SDK. File and line are those of SDK 8.2.3.
 */

/** The station of `embedded:network/interface/wifi` (modules/io/wifi/esp32/wifi-esp32.c). */
export interface WiFi {
	/**
	 * 200 not connected, 300 connecting, 400 joined the network, 500 joined with an IPv4 and a link-local
	 * IPv6 address (xs_wifi419_connection_get).
	 */
	readonly connection: number;
	/** IPv4 where there is one, else the link-local IPv6 one, else undefined (xs_wifi419_address_get). */
	readonly address: string | undefined;
	/** "a0:b1:c2:d3:e4:f5" */
	readonly MAC: string | undefined;
	/** dBm, while joined. */
	readonly RSSI: number | undefined;
	/** Throws while an attempt is under way, and where the driver refuses. Never tries more than once. */
	connect(options: WiFiConnectOptions): void;
	/** Takes effect at once; the driver's own event comes later and is not reported. */
	disconnect(): void;
	/** Throws while a scan is under way, and while the driver is connecting. */
	scan(options: WiFiScanOptions): void;
	/** `hostname`, at most 32 bytes, is what the DHCP server is told. */
	configure(options: { hostname: string }): void;
	/** Leaves the station connected. */
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
	/** Something about `connection` or `address` is not as it was. A callback may call any method. */
	onChanged(): void;
}

export type WiFiIO = new (options: WiFiOptions) => WiFi;

export interface Packet extends ArrayBuffer {
	readonly address: string;
	readonly port: number;
}

/** `embedded:io/socket/udp` (modules/io/socket/lwip/udp.c). */
export interface UDP {
	/** The oldest packet that arrived, undefined when there is none. */
	read(): Packet | undefined;
	/** Throws where lwIP does not take it: no route, no memory. */
	write(bytes: Uint8Array, address: string, port: number): void;
	/** Joins a multicast group. */
	add(address: string): void;
	close(): void;
}

export interface UDPOptions {
	port: number;
	/** `count` packets have arrived. */
	onReadable(count: number): void;
}

/** Throws while the link is down ("no network"), and where the port is taken. */
export type UDPIO = new (options: UDPOptions) => UDP;

/** The module `preference` (modules/files/preference): on the board, Espressif's NVS. */
export interface Preferences {
	/** Undefined where nothing is stored; throws where the storage fails. */
	get(domain: string, key: string): unknown;
}
