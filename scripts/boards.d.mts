import type { Board } from "../hosts/esp32s3/board.ts";

/** What is known of a board: hosts/esp32s3/boards/schema.json. */
export interface BoardFile {
	readonly title: string;
	readonly also?: readonly string[];
	readonly sensor: string;
	readonly psram: "octal" | "quad";
	/** Megabytes. */
	readonly flash: number;
	readonly config: { readonly board: Board };
}

export function readBoards(): Map<string, BoardFile>;
export function boardTable(): string;
