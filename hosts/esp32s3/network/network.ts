import type { Credentials } from "./credentials.ts";
import { candidateName, uniqueName } from "./host-name.ts";
import type { UDPIO } from "yieldcam/http/udp-io";
import type { WiFiIO } from "./io.ts";
import { MdnsResponder } from "./mdns-responder.ts";
import { WifiStation } from "./wifi-station.ts";

export interface NetworkOptions {
	/** `embedded:network/interface/wifi`. */
	readonly wifi: WiFiIO;
	/** `embedded:io/socket/udp`. */
	readonly udp: UDPIO;
	/** At least one. */
	readonly networks: readonly Credentials[];
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

/** Connects the board to the network: Wi-Fi, and a name in it. */
export class Network {
	readonly #options: NetworkOptions;
	readonly #station: WifiStation;
	#responder: MdnsResponder | undefined;
	#hostname: string | undefined;
	#title: string | undefined;
	/** Number of names that were taken so far. A board keeps its name when the link comes back. */
	#attempt = 0;

	constructor(options: NetworkOptions) {
		this.#options = options;
		const { wifi, networks, hostname, title } = options;
		this.#title = title;
		this.#station = new WifiStation({
			io: wifi,
			networks,
			onConnected: (address) => this.connected(address),
			onDisconnected: (reason) => this.disconnected(reason),
			onFailed: (reason, pause) => this.tell(`${reason}; next attempt in ${pause / 1_000} s`),
		});
		this.tell("joining");
		this.#station.start(uniqueName(hostname, this.#station.mac));
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
		this.#station.close();
	}

	private connected(address: string): void {
		const { rssi } = this.#station;
		this.tell(rssi === undefined ? "connected" : `connected at ${rssi} dBm`);
		this.tellURL(address);
		this.#options.onConnected?.(address);
		if (this.#station.address === address) this.announce(address);
	}

	private announce(address: string): void {
		const { udp, port, hostname, log } = this.#options;
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
		this.#options.onDisconnected?.(reason);
	}

	private silence(): void {
		this.#responder?.close();
		this.#responder = undefined;
		this.#hostname = undefined;
	}

	/** Logs a line about the network. An SSID may have any character; as JSON it cannot forge a line. */
	private tell(what: string): void {
		const { ssid, source } = this.#station.network;
		this.#options.log(`yieldcam: Wi-Fi ${JSON.stringify(ssid)} (${source}): ${what}`);
	}

	private tellURL(host: string): void {
		const { port, log } = this.#options;
		log(`yieldcam is at http://${host}${port === 80 ? "" : `:${port}`}/`);
	}
}
