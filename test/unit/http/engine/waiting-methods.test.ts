import { assert } from "chai";
import { WaitingMethods } from "yieldcam/http/engine/waiting-methods";

describe("methods whose handler waits", () => {
	function learned(): WaitingMethods {
		const waiting = new WaitingMethods();
		// For some addresses only.
		for (let i = 0; i < 64; i++) {
			waiting.note("GET", true);
			waiting.note("GET", false);
		}
		assert.isTrue(waiting.includes("GET"));
		assert.isTrue(waiting.includes("PATCH"));
		return waiting;
	}

	it("are no longer those of a handler that has stopped to wait", () => {
		const waiting = learned();
		for (let i = 0; i < 254; i++) waiting.note("GET", false);
		assert.isTrue(waiting.includes("GET"));
		waiting.note("GET", false);
		assert.isFalse(waiting.includes("GET"));
		assert.isFalse(waiting.includes("PATCH"));
		waiting.note("GET", true);
		assert.isFalse(waiting.includes("GET"), "it is learned again");
	});

	it("are not those of a handler that waits now and then", () => {
		const waiting = new WaitingMethods();
		for (let i = 0; i < 100; i++) {
			waiting.note("GET", true);
			for (let j = 0; j < 256; j++) waiting.note("GET", false);
		}
		assert.isFalse(waiting.includes("GET"));
	});
});
