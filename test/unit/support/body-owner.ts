import { assert } from "chai";
import type { BodyOwner } from "yieldcam/http/body";

/** The owner of a body that is not sent; `room` is what it reports of the heap. */
export class FakeOwner implements BodyOwner {
	dropped = 0;
	room = true;
	asked: number[] = [];

	report(error: unknown): void {
		assert.fail(`reported ${error}`);
	}

	freeMemory(bytes: number): boolean {
		this.asked.push(bytes);
		return this.room;
	}

	abort(): void {
		this.dropped++;
	}
}
