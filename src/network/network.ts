import Timer from "timer";
import type { Choice, DeviceNetwork } from "./device-network.ts";
import type { Store } from "../settings/store.ts";
import { type Credentials, keepChosen } from "./credentials.ts";
import { candidateName, uniqueName } from "./host-name.ts";
import type { UDPIO } from "../http/udp-io.ts";
import type { AccessPointIO, WiFiIO, WiFiScanOptions } from "./io.ts";
import { MdnsResponder } from "./mdns-responder.ts";
import { SETUP_TIMES, SetupPoint } from "./setup-point.ts";
import { WifiStation } from "./wifi-station.ts";

export interface NetworkOptions {
	/** `embedded:network/interface/wifi`. */
	readonly wifi: WiFiIO;
	/** `embedded:io/socket/udp`. */
	readonly udp: UDPIO;
	/** Whether the device logs its addresses, and has a name in the network (mDNS). Default: yes. */
	readonly named?: boolean;
	/** The device's own access point, for the time when there is no network. Without it, there is none. */
	readonly accessPoint?: AccessPointIO | undefined;
	/** The access point's key for WPA2. Without it, the access point is open. */
	readonly accessPointKey?: string | undefined;
	/** The access point is open: listeners can be opened. */
	onAccessPoint?(address: string): void;
	/** In the order of the attempts. */
	readonly networks: readonly Credentials[];
	/** Where a network that somebody chooses on the device is kept. Without it, none can be chosen. */
	readonly store?: Store | undefined;
	/** The name to claim, without ".local", in lower case. */
	readonly hostname: string;
	/** The web server's port. */
	readonly port: number;
	/** What people call the device, for programs that list what is in the network. */
	readonly title?: string | undefined;
	/** Receives a line of text without its line end. No line contains a password. */
	log(line: string): void;
	/**
	 * There is an address. The first call is the time to open listeners, which the SDK refuses before
	 * (builtinCommon.h:40). They outlive the link; connections do not.
	 */
	onConnected?(address: string): void;
	onDisconnected?(reason: string): void;
	/** `HOSTNAME.local` is ours. Called again when it is claimed again. */
	onName?(hostname: string): void;
}

/** Milliseconds until a network that was chosen is tried: the client that has chosen it gets the response before that. */
const CHOICE_PAUSE = 500;

/** Connects the board to the network: Wi-Fi, and a name in it. */
export class Network implements DeviceNetwork {
	readonly #options: NetworkOptions;
	readonly #station: WifiStation;
	/** Through which the network can be set up while there is none. */
	readonly point: SetupPoint | undefined;
	#responder: MdnsResponder | undefined;
	#hostname: string | undefined;
	#title: string | undefined;
	/** What became of the network that was chosen last. */
	#choice: Choice | undefined;
	/** Begins to try it. */
	#trial: Timer | undefined;
	/** Number of names that were taken so far. A board keeps its name when the link comes back. */
	#attempt = 0;

	constructor(options: NetworkOptions) {
		this.#options = options;
		const { wifi, udp, networks, hostname, title, log, accessPoint, accessPointKey, onAccessPoint } = options;
		this.#title = title;
		this.#station = new WifiStation({
			io: wifi,
			networks,
			onConnected: (address) => this.connected(address),
			onDisconnected: (reason) => this.disconnected(reason),
			onFailed: (reason, pause) => this.tell(`${reason}; next attempt in ${pause / 1_000} s`),
		});
		const name = uniqueName(hostname, this.#station.mac);
		this.point =
			accessPoint &&
			new SetupPoint({
				io: accessPoint,
				udp,
				ssid: name,
				key: accessPointKey,
				log,
				onOpened: (address) => {
					this.tellURL(address);
					onAccessPoint?.(address);
				},
			});
		this.point?.wait(networks.length > 0 ? SETUP_TIMES.patience : 0);
		if (networks.length > 0) this.tell("joining");
		this.#station.start(name);
	}

	/** The IPv4 address, while connected. */
	get address(): string | undefined {
		return this.#station.address;
	}

	/** The claimed name without ".local", while it is ours. */
	get hostname(): string | undefined {
		return this.#hostname;
	}

	/** The strength of the signal in dBm, while connected. */
	get rssi(): number | undefined {
		return this.#station.rssi;
	}

	/** The name of the network that is joined, or being tried. */
	get ssid(): string | undefined {
		return this.#station.network?.ssid;
	}

	/** What became of the network that was chosen last, since the start. */
	get choice(): Choice | undefined {
		return this.#choice;
	}

	/** Finds the networks in range. Throws an Error while Wi-Fi is busy. */
	scan(options: WiFiScanOptions): void {
		this.#station.scan(options);
	}

	/**
	 * Tries a network in place of the one that is joined, and keeps it if there is an address in it. Otherwise the device goes
	 * back to the ones before.
	 */
	choose(ssid: string, password: string | undefined): void {
		const choice: { -readonly [Key in keyof Choice]: Choice[Key] } = { ssid, result: "trying", reason: undefined };
		const network: Credentials = { ssid, ...(password !== undefined && { password }), source: "device" };
		this.#choice = choice;
		Timer.clear(this.#trial);
		this.#trial = Timer.set(() => {
			this.#trial = undefined;
			this.#station.try(network, (reason) => {
				choice.result = reason === undefined ? "joined" : "failed";
				choice.reason = reason === undefined ? this.keep(network) : reason;
				if (choice.reason !== undefined) this.tell(`${choice.reason}; it is not kept`, network);
			});
			this.tell("trying");
		}, CHOICE_PAUSE);
	}

	/** Keeps a network. Returns why it could not. */
	private keep(network: Credentials): string | undefined {
		const { store } = this.#options;
		try {
			if (store) keepChosen(store, network);
			return undefined;
		} catch (error) {
			return (error as Error).message;
		}
	}

	/** Announces another title. */
	set title(title: string | undefined) {
		this.#title = title;
		if (!this.#responder) return;
		this.silence();
		this.announce(this.#station.address!);
	}

	/** Gives up the name and disconnects. */
	close(): void {
		this.silence();
		Timer.clear(this.#trial);
		this.point?.close();
		this.#station.close();
	}

	private connected(address: string): void {
		const { rssi } = this.#station;
		this.tell(rssi === undefined ? "connected" : `connected at ${rssi} dBm`);
		this.tellURL(address);
		this.point?.connected();
		this.#options.onConnected?.(address);
		if (this.#station.address === address) this.announce(address);
	}

	private announce(address: string): void {
		const { udp, port, hostname, log, named = true } = this.#options;
		if (!named) return;
		try {
			this.#responder = new MdnsResponder({
				io: udp,
				address,
				port,
				title: this.#title,
				name: (attempt) => candidateName(hostname, this.#station.mac, attempt),
				attempt: this.#attempt,
				onName: (name, attempt) => this.named(name, attempt),
			});
		} catch (error) {
			log(`yieldcam: no mDNS, use the address: ${(error as Error).message}`);
		}
	}

	private named(name: string, attempt: number): void {
		this.#attempt = attempt;
		this.#hostname = name;
		this.tellURL(`${name}.local`);
		this.#options.onName?.(name);
	}

	private disconnected(reason: string): void {
		this.silence();
		this.tell(reason);
		this.point?.wait(SETUP_TIMES.afterLoss);
		this.#options.onDisconnected?.(reason);
	}

	private silence(): void {
		this.#responder?.close();
		this.#responder = undefined;
		this.#hostname = undefined;
	}

	/** Logs a line about the network. An SSID may have any character; as JSON it cannot forge a line. */
	private tell(what: string, { ssid, source } = this.#station.network!): void {
		this.#options.log(`yieldcam: Wi-Fi ${JSON.stringify(ssid)} (${source}): ${what}`);
	}

	private tellURL(host: string): void {
		const { port, log, named = true } = this.#options;
		if (named) log(`yieldcam is at http://${host}${port === 80 ? "" : `:${port}`}/`);
	}
}
