import type { WiFiScanOptions } from "./io.ts";

/** A network that somebody has chosen on the device. */
export interface Choice {
	readonly ssid: string;
	readonly result: "trying" | "joined" | "failed";
	/** Why it has failed, or is not kept. */
	readonly reason: string | undefined;
}

/** The network that a device has joined by Wi-Fi, as far as an admin can see and change it. */
export interface DeviceNetwork {
	/** The name of the network that is joined, or being tried. */
	readonly ssid: string | undefined;
	/** The IPv4 address, while connected. */
	readonly address: string | undefined;
	/** The claimed name without ".local", while it is the device's. */
	readonly hostname: string | undefined;
	/** The strength of the signal in dBm, while connected. */
	readonly rssi: number | undefined;
	/** What became of the network that was chosen last, since the start. */
	readonly choice: Choice | undefined;
	/** Finds the networks in range. Throws an Error while Wi-Fi is busy. */
	scan(options: WiFiScanOptions): void;
	/**
	 * Tries a network in place of the one that is joined, and keeps it if there is an address in it. Otherwise the device goes
	 * back to the ones before.
	 */
	choose(ssid: string, password: string | undefined): void;
}
