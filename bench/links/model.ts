/** A radio channel, as in bench/links/radio.c. Times are in microseconds. */
export interface Link {
	readonly roundTrip: number;
	/** Bits per microsecond: Mbit/s. */
	readonly rate: number;
	/** The time that 802.11 spends on each packet in addition to its bits. */
	readonly overhead: number;
}

/** Bytes of data in a segment: the SDK's TCP_MSS. */
const SEGMENT = 1436;
/** Bytes of the IP and TCP headers. */
const HEADERS = 40;
/** Bytes of a part's head and delimiter. */
const PART_HEAD = 94;

/** Returns how long a packet is in the air. */
function airtime({ rate, overhead }: Link, payload: number): number {
	return overhead + ((payload + HEADERS) * 8) / rate;
}

/** Returns the bytes per second that the channel carries to all viewers, with one acknowledgement per two segments. */
export function channelRate(link: Link): number {
	return (SEGMENT / (airtime(link, SEGMENT) + airtime(link, 0) / 2)) * 1e6;
}

/** Returns the bytes per second of a single connection: one send buffer per round trip. */
export function windowRate(link: Link, sendBuffer: number): number {
	return (sendBuffer / (link.roundTrip + 2 * airtime(link, SEGMENT) + airtime(link, 0))) * 1e6;
}

/** Returns the frames per second that each viewer receives. */
export function frameRate(link: Link, sendBuffer: number, frame: number, viewers: number, fps: number): number {
	return Math.min(fps, Math.min(windowRate(link, sendBuffer), channelRate(link) / viewers) / (frame + PART_HEAD));
}
