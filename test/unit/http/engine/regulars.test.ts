import { assert } from "chai";
import { Regulars } from "yieldcam/http/engine/regulars";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";

describe("the regular clients of a server", () => {
	let regulars: Regulars;

	beforeEach(() => {
		resetClock();
		regulars = new Regulars();
	});

	/** Long enough for a newcomer to be known. */
	const wait = (): void => advance(5_000);

	/** Lets minutes pass, in each of which the addresses come. */
	function come(minutes: number, ...addresses: string[]): void {
		for (let i = 0; i < minutes; i++) {
			for (const address of addresses) regulars.note(address);
			wait();
			for (let sweeps = 0; sweeps < 60; sweeps++) regulars.sweep();
		}
	}

	const several = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name} ${i}`);
	const known = (addresses: readonly string[]): number => addresses.filter((address) => regulars.has(address)).length;

	it("are those that were served some seconds ago", () => {
		regulars.note("a");
		advance(4_999);
		assert.isFalse(regulars.has("a"));
		advance(1);
		assert.isTrue(regulars.has("a"));
		assert.isFalse(regulars.has("b"));
		assert.isFalse(regulars.has(undefined));
		regulars.note(undefined);
		assert.isFalse(regulars.has(undefined));
	});

	it("are at most sixteen, of which those stay that come in more minutes", () => {
		come(3, "often");
		come(1, ...several("once", 15));
		for (let i = 0; i < 5; i++) come(1, ...several(`new in minute ${i}`, 4));
		assert.isTrue(regulars.has("often"));
		assert.equal(known(several("new in minute 4", 4)), 1, "the others took its place one after the other");
		assert.equal(known(several("once", 15)), 14);
	});

	it("are not displaced within a minute, however often others come, and whatever their number", () => {
		come(1, "client");
		const crowd = several("crowd", 100);
		for (let i = 0; i < 30; i++) for (const address of crowd) regulars.note(address);
		assert.isTrue(regulars.has("client"));
		come(1, "client");
		for (let i = 0; i < 5; i++) come(1, ...several(`minute ${i}`, 100));
		assert.isTrue(regulars.has("client"));
	});

	it("lose a visit for each client that comes for the first time, the newest of the least frequent first", () => {
		const twice = several("twice", 16);
		come(2, ...twice);
		regulars.note("new");
		assert.isFalse(regulars.has("new"));
		regulars.note("new");
		wait();
		assert.isTrue(regulars.has("new"));
		assert.isFalse(regulars.has("twice 15"));
		assert.equal(known(twice), 15);
		regulars.note("newer");
		wait();
		assert.isTrue(regulars.has("newer"));
		assert.isFalse(regulars.has("new"));
		for (let i = 0; i < 10; i++) regulars.note(`after ${i}`);
		assert.equal(known(twice), 15, "four in a minute");
	});

	it("are not those that came right before places were short", () => {
		come(1, "client");
		for (const address of several("crowd", 10)) regulars.note(address);
		regulars.note("client");
		regulars.forgetNewcomers();
		wait();
		assert.isTrue(regulars.has("client"));
		assert.equal(known(several("crowd", 10)), 0);
		assert.equal(pendingTimers(), 0);
		regulars.note("crowd 0");
		wait();
		assert.isTrue(regulars.has("crowd 0"));
	});

	it("are newcomers, too, once nobody is connected", () => {
		regulars.note("a");
		regulars.admitNewcomers();
		assert.isTrue(regulars.has("a"));
		assert.equal(pendingTimers(), 0);
	});

	it("are gradually forgotten if they do not come again", () => {
		come(3, "a");
		come(4, "b");
		come(13);
		assert.isFalse(regulars.has("a"));
		assert.isTrue(regulars.has("b"));
		come(10);
		assert.isFalse(regulars.has("b"));
	});
});
