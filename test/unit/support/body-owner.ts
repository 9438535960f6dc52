import { assert } from "chai";
import type { BodyOwner } from "yieldcam/http/body";

/** The owner of a body that is sent by nobody; `room` is what it says of the heap. */
export class FakeOwner implements BodyOwner {
	dropped = 0;
	room = true;
	asked: number[] = [];

	report(error: unknown): void {
		assert.fail(`reported ${error}`);
	}

	hasRoom(bytes: number): boolean {
		this.asked.push(bytes);
		return this.room;
	}

	makeRoom(bytes: number): boolean {
		return this.hasRoom(bytes);
	}

	abort(): void {
		this.dropped++;
	}
}
