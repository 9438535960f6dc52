import type { Board } from "../../hosts/esp32s3/board.ts";

/** What is known of a board: hosts/esp32s3/boards/schema.json. */
export interface BoardFile {
	readonly title: string;
	readonly also?: readonly string[];
	readonly sensor: string;
	readonly psram: "octal" | "quad";
	/** MHz; 80 unless told. */
	readonly psramClock?: 40 | 80;
	/** Megabytes. */
	readonly flash: number;
	/** What the firmware does not do that this board needs. */
	readonly lacks?: string;
	readonly config: { readonly board: Board };
}

export function readBoards(): Map<string, BoardFile>;
export function boardTable(): string;
