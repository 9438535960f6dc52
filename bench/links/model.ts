/** A radio channel, as bench/links/radio.c has it. Times in microseconds. */
export interface Link {
	readonly roundTrip: number;
	/** Bits per microsecond: Mbit/s. */
	readonly rate: number;
	/** What 802.11 spends on each packet beside its bits. */
	readonly overhead: number;
}

/** Bytes of a frame in a segment: the SDK's TCP_MSS. */
const SEGMENT = 1436;
/** Of IP and TCP. */
const HEADERS = 40;
/** Bytes of a part's head and delimiter. */
const PART_HEAD = 94;

/** How long a packet is in the air. */
function airtime({ rate, overhead }: Link, payload: number): number {
	return overhead + ((payload + HEADERS) * 8) / rate;
}

/** Bytes per second that the channel carries to all viewers together: an acknowledgement for two segments. */
export function channelRate(link: Link): number {
	return (SEGMENT / (airtime(link, SEGMENT) + airtime(link, 0) / 2)) * 1e6;
}

/** Bytes per second that one connection comes to alone: one send buffer for each round trip. */
export function windowRate(link: Link, sendBuffer: number): number {
	return (sendBuffer / (link.roundTrip + 2 * airtime(link, SEGMENT) + airtime(link, 0))) * 1e6;
}

/** Frames per second that each viewer gets. */
export function frameRate(link: Link, sendBuffer: number, frame: number, viewers: number, fps: number): number {
	return Math.min(fps, Math.min(windowRate(link, sendBuffer), channelRate(link) / viewers) / (frame + PART_HEAD));
}
