import UDP from "embedded:io/socket/udp";
import WiFi from "embedded:network/interface/wifi";
import Preference from "preference";
import AccessPoint from "yieldcam/esp32s3/network/access-point";
import { NETWORK_STORE } from "yieldcam/esp32s3/preference-store";
import { findCredentials } from "yieldcam/network/credentials";
import { findHostName } from "yieldcam/network/host-name";
import type { UDPIO } from "yieldcam/http/udp-io";
import { Network, type NetworkOptions } from "yieldcam/network/network";

export interface StartNetworkOptions extends Pick<
	NetworkOptions,
	"title" | "onAccessPoint" | "onConnected" | "onDisconnected" | "onName"
> {
	/** `mc/config`: `ssid`, `password`, `hostname`, `setupKey`. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The web server's port. Default: 80. */
	readonly port?: number;
	/** Receives a line of text without its line end. Default: the console. */
	readonly log?: (line: string) => void;
}

/**
 * Joins the Wi-Fi network that somebody has chosen on the board, or that the preferences or the build give, and stays connected. It
 * logs what happens. Without a network it opens the board's own access point.
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
}: StartNetworkOptions): Network {
	const { networks, problems } = findCredentials(config, Preference, NETWORK_STORE);
	problems.forEach((problem) => log(`yieldcam: ${problem}`));
	const hostname = findHostName(config, Preference, (problem) => log(`yieldcam: ${problem}`));
	return new Network({
		wifi: WiFi,
		// The SDK's own target of a board may bring the SDK's typings, which then replace ours and lack `add` and `close`.
		// oxlint-disable-next-line typescript/no-unnecessary-type-assertion
		udp: UDP as unknown as UDPIO,
		accessPoint: AccessPoint,
		accessPointKey: config["setupKey"] as string | undefined,
		networks,
		store: NETWORK_STORE,
		hostname,
		port,
		log,
		...more,
	});
}
