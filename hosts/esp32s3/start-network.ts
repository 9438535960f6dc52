import UDP from "embedded:io/socket/udp";
import WiFi from "embedded:network/interface/wifi";
import Preference from "preference";
import { findCredentials } from "./network/credentials.ts";
import { findHostName } from "./network/host-name.ts";
import type { UDPIO } from "yieldcam/http/udp-io";
import { Network, type NetworkOptions } from "./network/network.ts";

export interface StartNetworkOptions extends Pick<
	NetworkOptions,
	"title" | "onConnected" | "onDisconnected" | "onName"
> {
	/** `mc/config`: `ssid`, `password`, `hostname`. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The web server's port. Default: 80. */
	readonly port?: number;
	/** Receives a line of text without its line end. Default: the console. */
	readonly log?: (line: string) => void;
}

/**
 * Joins the Wi-Fi network given by the preferences or the build, and stays connected. It logs what happens. Returns
 * undefined, and logs the reason, if no network is given.
 *
 * @example
 * let server: Server | undefined;
 * startNetwork({
 * 	config,
 * 	onConnected: () => (server ??= new Server({ io: Listener, port: 80, handler: app.router })),
 * });
 */
export function startNetwork({
	config,
	port = 80,
	log = (line) => trace(`${line}\n`),
	...more
}: StartNetworkOptions): Network | undefined {
	const { networks, problems } = findCredentials(config, Preference);
	problems.forEach((problem) => log(`yieldcam: ${problem}`));
	if (!networks.length) return undefined;
	const hostname = findHostName(config, Preference, (problem) => log(`yieldcam: ${problem}`));
	// The SDK's own target of a board may bring the SDK's typings, which then replace ours and lack `add` and `close`.
	// oxlint-disable-next-line typescript/no-unnecessary-type-assertion
	return new Network({ wifi: WiFi, udp: UDP as unknown as UDPIO, networks, hostname, port, log, ...more });
}
