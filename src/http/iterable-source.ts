import type { Block } from "./body.ts";
import { IteratorSource } from "./iterator-source.ts";

/** An async iterable of blocks or text, such as an async generator, as a source to pull from. */
export class IterableSource extends IteratorSource<Block | string> {
	protected override blockOf(value: Block | string): Block {
		return typeof value === "string" ? ArrayBuffer.fromString(value) : value;
	}
}
