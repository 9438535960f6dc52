import EspCamera from "yieldcam/common/camera";
import { resolve } from "yieldcam/client/resolve";
import type { UDPIO } from "yieldcam/http/udp-io";
import type { Clock } from "yieldcam/time/clock";
import { TimeKeeper } from "yieldcam/time/time-keeper";

export interface NetworkTimeOptions {
	readonly clock: Clock;
	readonly UDP: UDPIO;
	/** The IPv4 address of the device. Default: all. */
	readonly address?: string;
	/** `ntp`: servers, separated by commas. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The servers that the network offers, as IPv4 addresses. They are asked if the configuration has none. */
	offered?(): readonly string[];
	log(line: string): void;
}

/** Makes what keeps the clock right. It begins when it is started. */
export function networkTime({ config, offered, ...more }: NetworkTimeOptions): TimeKeeper {
	const { ntp } = config,
		configured = typeof ntp === "string" ? ntp.split(",").map((server) => server.trim()) : undefined;
	return new TimeKeeper({
		...more,
		now: () => EspCamera.now,
		servers: () => configured ?? offered?.() ?? [],
		resolve,
	});
}
