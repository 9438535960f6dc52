import type { Machine } from "yieldcam/http/machine";

/** A machine whose free heap a test sets. */
export class FakeMachine implements Machine {
	slots = Infinity;
	bytes = Infinity;
	reserved = 0;

	room(slots: number, bytes: number): boolean {
		return slots <= this.slots && bytes <= this.bytes;
	}

	settle(): number {
		return this.reserved;
	}

	isName(): boolean {
		return true;
	}
}
