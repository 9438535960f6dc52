/** A board: see hosts/esp32s3/boards/schema.json. */
export interface Board {
	readonly title: string;
	readonly also?: readonly string[];
	readonly target: string;
	readonly pins: { readonly data: readonly number[] } & Readonly<Record<"pixelClock" | "vsync" | "href" | "externalClock", number>>
		& Readonly<Partial<Record<"powerDown" | "reset", number>>>;
	readonly i2c: { readonly data: number; readonly clock: number };
	readonly xclkFrequency: number;
	readonly sensor: string;
	readonly psram: "octal" | "quad";
	readonly flash: number;
	readonly leds?: readonly { readonly pin: number; readonly kind: string }[];
	readonly power?: { readonly pin: number; readonly level: number };
}

export function readBoards(): Map<string, Board>;
export function boardTable(): string;
