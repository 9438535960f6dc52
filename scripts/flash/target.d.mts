import type { BoardFile } from "./boards.mjs";

export function writeTarget(name: string): string;
export function jpegBoards(boards?: ReadonlyMap<string, BoardFile>): string[];
