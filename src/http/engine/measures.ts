import type { ShareHolder } from "./occupant.ts";

/** 1 for a stream. */
export function streamCount({ reservation }: ShareHolder): number {
	return reservation?.streamSlots ? 1 : 0;
}

/** Bytes of a stream's memory. */
export function streamBytes({ reservation }: ShareHolder): number {
	return reservation?.streamBytes ?? 0;
}

/** Bytes reserved for a response. */
export function responseBytes({ reservation }: ShareHolder): number {
	return reservation?.responseBytes ?? 0;
}

/** 1 for a connection whose protocol was switched, which has a handler for as long as it lasts. */
export function upgradedCount({ reservation }: ShareHolder): number {
	return reservation?.streamSlots && reservation.hasHandler ? 1 : 0;
}
