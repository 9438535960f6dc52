import type { BoardPins, Led } from "./board-pins.ts";

/** Returns the LED that is the board's lamp, if it has one that can be driven. */
export function lampOf({ leds = [], sdCard }: Pick<BoardPins, "leds" | "sdCard">): Led | undefined {
	// The XIAO's LED is on the wire that selects its SD card.
	return leds.find(({ kind, pin }) => kind !== "infrared" && pin !== sdCard?.spi?.select);
}
