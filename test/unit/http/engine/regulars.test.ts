import { assert } from "chai";
import { Regulars } from "yieldcam/http/engine/regulars";

describe("the regular clients of a server", () => {
	let regulars: Regulars;

	beforeEach(() => {
		regulars = new Regulars();
	});

	function note(address: string, times = 1): void {
		for (let i = 0; i < times; i++) regulars.note(address);
	}

	it("are those that were served", () => {
		note("a");
		assert.isTrue(regulars.has("a"));
		assert.isFalse(regulars.has("b"));
		assert.isFalse(regulars.has(undefined));
		regulars.note(undefined);
		assert.isFalse(regulars.has(undefined));
	});

	it("are at most sixteen, of which those that come often stay", () => {
		note("often", 5);
		for (let i = 0; i < 15; i++) note(`once ${i}`);
		for (let i = 0; i < 60; i++) note(`new ${i}`);
		assert.isTrue(regulars.has("often"));
		assert.isTrue(regulars.has("new 59"));
		assert.isFalse(regulars.has("once 0"));
		const all = Array.from({ length: 60 }, (_, i) => `new ${i}`).filter((address) => regulars.has(address));
		assert.lengthOf(all, 15);
	});

	it("lose a visit for each client that comes for the first time, and are forgotten in the end", () => {
		for (let i = 0; i < 16; i++) note(`twice ${i}`, 2);
		note("new");
		assert.isFalse(regulars.has("new"));
		note("new");
		assert.isTrue(regulars.has("new"));
		assert.isFalse(regulars.has("twice 0"));
		assert.isTrue(regulars.has("twice 1"));
	});

	it("are gradually forgotten if they do not come again", () => {
		note("a", 3);
		note("b", 4);
		for (let sweeps = 0; sweeps < 1_200; sweeps++) regulars.sweep();
		assert.isFalse(regulars.has("a"));
		assert.isTrue(regulars.has("b"));
		for (let sweeps = 0; sweeps < 600; sweeps++) regulars.sweep();
		assert.isFalse(regulars.has("b"));
	});
});
