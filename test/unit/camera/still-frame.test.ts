import { assert } from "chai";
import { stillFrame } from "yieldcam/camera/still-frame";

describe("a still frame", () => {
	it("has no size if none is known, and the wall clock's time", () => {
		const before = Date.now();
		const frame = stillFrame(new ArrayBuffer(3));
		const after = Date.now();
		assert.deepEqual([frame.width, frame.height, frame.byteLength], [0, 0, 3]);
		assert.isAtLeast(frame.timestamp, before * 1_000);
		assert.isAtMost(frame.timestamp, after * 1_000);
	});

	it("has the size and the time that it is given", () => {
		const frame = stillFrame(new ArrayBuffer(3), { width: 4, height: 5 }, 6);
		assert.deepEqual([frame.width, frame.height, frame.timestamp], [4, 5, 6]);
	});

	it("needs no copy if there is a newer one", () => assert.isTrue(stillFrame(new ArrayBuffer(3)).supersede()));

	it("contains only the bytes of a view", () => {
		const bytes = Uint8Array.of(0, 1, 2, 3);
		assert.deepEqual([...new Uint8Array(stillFrame(bytes.subarray(1, 3)).buffer)], [1, 2]);
		assert.strictEqual(stillFrame(bytes).buffer, bytes.buffer, "without a copy if it has no others");
	});
});
