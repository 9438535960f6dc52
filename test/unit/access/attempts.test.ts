import { assert } from "chai";
import { Attempts } from "yieldcam/access/attempts";
import { sipHash } from "yieldcam/access/sip-hash";
import type { HttpError } from "yieldcam/http/http-error";

describe("HalfSipHash", () => {
	// The first is in vectors.h of the reference implementation. The others come from a second one, in Python, that
	// reproduces vectors.h.
	for (const [text, hash] of [
		["", 0x5b9f35a9],
		["a", 0x5a9ba241],
		["ab", 0xeb073dc8],
		["abc", 0xeadabd2d],
		["abcd", 0x2caf3e9e],
		["abcde", 0x16769705],
		["192.0.2.1", 0xfdf664be],
		["198.51.100.17", 0x24ea2f6a],
		["2001:db8:1:2", 0xc4143464],
	] as const)
		it(`of "${text}" matches other implementations`, () =>
			assert.equal(sipHash(text, 0x03020100, 0x07060504), hash));
});

describe("failed attempts", () => {
	let now = 0;
	let attempts: Attempts;

	beforeEach(() => {
		now = 1_000_000;
		attempts = new Attempts(() => now);
	});

	/** Seconds that an address has to wait. */
	function wait(address: string): number {
		try {
			attempts.check(address);
			return 0;
		} catch (error) {
			assert.equal((error as HttpError).status, 429);
			return (error as HttpError).headers!["Retry-After"] as number;
		}
	}

	function fail(times: number, address: string): void {
		for (let i = 0; i < times; i++) attempts.failed(address);
	}

	/** Lets the count over all addresses expire; each address keeps its own. */
	function calm(): void {
		now += 60_000;
	}

	it("are counted per address", () => {
		assert.equal(attempts.count("a"), 0);
		fail(3, "a");
		fail(1, "b");
		assert.deepEqual(
			["a", "b", "c"].map((address) => attempts.count(address)),
			[3, 1, 0],
		);
		attempts.succeeded("a", "admin");
		assert.deepEqual(
			["a", "b", "c"].map((address) => attempts.count(address)),
			[0, 1, 0],
		);
	});

	it("are forgotten by the viewer's password only as far as they were guesses at that", () => {
		fail(2, "a");
		for (let i = 0; i < 3; i++) attempts.failed("a", "viewer");
		attempts.succeeded("a", "viewer");
		assert.equal(attempts.count("a"), 2);
		for (let i = 0; i < 40; i++) {
			for (let j = 0; j < 4; j++) attempts.failed("b", "admin");
			attempts.succeeded("b", "viewer");
		}
		assert.throws(() => attempts.check("b"), /too many wrong passwords/);
		attempts.succeeded("b", "admin");
		assert.equal(attempts.count("b"), 0);
		for (let i = 0; i < 4; i++) attempts.failed("c", "viewer");
		attempts.succeeded("c", "viewer");
		assert.equal(attempts.count("c"), 0);
	});

	it("are counted once a second for a deferred address, and add no waiting time", () => {
		for (let i = 0; i < 6; i++) attempts.deferred("a");
		assert.equal(attempts.count("a"), 1);
		now += 999;
		attempts.deferred("a");
		assert.equal(attempts.count("a"), 1);
		now += 1;
		attempts.deferred("a");
		assert.equal(attempts.count("a"), 2);
		for (let i = 0; i < 100; i++) attempts.deferred(`b${i}`);
		fail(2, "a");
		assert.equal(wait("a"), 0);
		fail(2, "a");
		assert.equal(wait("a"), 0);
		for (let i = 0; i < 9; i++) {
			now += 1_000;
			attempts.deferred("a");
		}
		assert.equal(wait("a"), 0);
		fail(1, "a");
		assert.equal(wait("a"), 1);
		fail(100, "others");
		attempts.deferred("c");
		assert.equal(wait("c"), 0, "though many others fail");
	});

	it("are remembered for ten minutes, and no longer", () => {
		fail(4, "a");
		now += 600_000;
		assert.equal(attempts.count("a"), 4);
		fail(1, "a");
		assert.equal(wait("a"), 1);
		now += 600_001;
		assert.equal(attempts.count("a"), 0);
		fail(4, "a");
		assert.equal(wait("a"), 0);
	});

	it("make an address wait up to a minute, however many there were", () => {
		fail(100, "a");
		assert.equal(wait("a"), 60);
		now += 60_000;
		assert.equal(wait("a"), 0);
		assert.equal(attempts.count("a"), 100);
	});

	it("are remembered for 256 addresses", () => {
		for (let i = 0; i < 256; i++) fail(1, `a${i}`);
		for (let i = 0; i < 256; i++) assert.equal(attempts.count(`a${i}`), 1, String(i));
		fail(1, "b");
		assert.equal(attempts.count("b"), 1);
		assert.equal(attempts.count("a0"), 0, "the oldest");
		assert.equal(attempts.count("a1"), 1);
	});

	it("of a waiting address are not displaced by those of any number of others", () => {
		fail(9, "bad");
		calm();
		fail(1, "bad");
		assert.equal(wait("bad"), 32);
		for (let i = 0; i < 300; i++) {
			now += 10;
			fail(1, `a${i}`);
		}
		assert.equal(attempts.count("bad"), 10);
		assert.equal(attempts.count("a299"), 1);
		assert.isAbove(wait("bad"), 0);
	});

	// Of sixteen at a time, in turn.
	it("of the address with the shortest wait are forgotten first, if all have to wait", () => {
		for (let i = 0; i < 256; i++) fail(i === 10 ? 9 : 12, `a${i}`);
		fail(1, "b");
		assert.equal(attempts.count("a10"), 0);
		assert.equal(attempts.count("b"), 1);
		assert.equal(attempts.count("a0"), 12);
	});

	it("of the address with fewer failures, and then of the older one, are forgotten first, if the wait is equal", () => {
		for (let i = 0; i < 256; i++) {
			fail(i === 5 || i === 20 ? 1 : 2, `a${i}`);
			now++;
		}
		calm();
		for (const forgotten of ["a5", "a20", "a32", "a48"]) {
			fail(3, `instead of ${forgotten}`);
			assert.equal(attempts.count(forgotten), 0);
			calm();
		}
		assert.equal(attempts.count("a0"), 2);
	});

	it("whose wait is over make room first", () => {
		fail(20, "a0");
		now += 600_001;
		for (let i = 1; i < 256; i++) fail(1, `a${i}`);
		calm();
		fail(1, "a256");
		for (let i = 1; i < 257; i++) assert.equal(attempts.count(`a${i}`), 1);
	});

	it("by many addresses at once make each of them wait, and no other", () => {
		for (let i = 0; i < 40; i++) fail(1, `a${i}`);
		assert.equal(wait("a0"), 1);
		for (let i = 0; i < 40; i++) fail(1, `a${i}`);
		assert.equal(wait("a0"), 8);
		assert.equal(wait("b"), 0, "one that has not failed");
		now += 8_000;
		fail(1, "b");
		assert.equal(wait("b"), 2, "and has failed once");
		attempts.succeeded("b", "admin");
		assert.equal(wait("b"), 0);
		calm();
		fail(1, "c");
		assert.equal(wait("c"), 0, "when they have calmed down");
	});

	it("over all addresses are forgiven at one a second", () => {
		for (let i = 0; i < 15; i++) fail(1, `a${i}`);
		now += 10_000;
		fail(4, "b");
		assert.equal(wait("b"), 0);
	});

	it("by ten addresses at once take away one free attempt", () => {
		for (let i = 0; i < 9; i++) fail(1, `a${i}`);
		fail(4, "b");
		assert.equal(wait("b"), 1);
		now += 4_000;
		attempts.succeeded("b", "admin");
		fail(1, "c");
		fail(3, "c");
		assert.equal(wait("c"), 1);
	});

	it("report the wait in whole seconds, rounded up", () => {
		fail(100, "a");
		for (const [passed, seconds] of [
			[0, 60],
			[27_999, 33],
			[1, 32],
			[31_999, 1],
			[1, 0],
		] as const) {
			now += passed;
			assert.equal(wait("a"), seconds);
		}
	});

	it("of another address, or none at all, make no address wait", () => {
		assert.equal(wait("a"), 0);
		fail(9, "a");
		assert.equal(wait("b"), 0);
	});

	it("are forgotten after ten minutes, and counted from one again", () => {
		fail(9, "a");
		fail(1, "b");
		now += 300_000;
		fail(2, "b");
		now += 300_001;
		assert.equal(attempts.count("a"), 0);
		assert.equal(wait("a"), 0);
		fail(1, "a");
		assert.equal(attempts.count("a"), 1);
		assert.equal(wait("a"), 0, "the nine are forgiven");
		fail(8, "a");
		assert.equal(attempts.count("a"), 9);
		assert.equal(wait("a"), 16);
		assert.equal(attempts.count("b"), 3);
	});

	it("of an address that succeeded make room for another, wherever they are in the table", () => {
		for (let i = 0; i < 256; i++) fail(i < 2 ? 12 : 1, `a${i}`);
		for (const [i, address] of ["a0", "a1"].entries()) {
			attempts.succeeded(address, "admin");
			fail(1, `b${i}`);
		}
		for (let i = 2; i < 256; i++) assert.equal(attempts.count(`a${i}`), 1, `a${i}`);
		for (const address of ["b0", "b1"]) assert.equal(attempts.count(address), 1, address);
	});

	it("of the address that failed longest ago are forgotten first, if all failed equally often", () => {
		for (let i = 0; i < 256; i++) {
			fail(1, `a${i}`);
			now++;
		}
		attempts.succeeded("a0", "admin");
		fail(1, "c");
		calm();
		fail(1, "d");
		assert.equal(attempts.count("c"), 1, "in the first slot, and the newest");
		assert.equal(attempts.count("a1"), 0);
	});

	it("over all addresses are counted from 0, wherever the clock starts", () => {
		for (now of [0, 1, 1_000_000]) {
			attempts = new Attempts(() => now);
			for (let i = 0; i < 5; i++) fail(1, `a${i}`);
			fail(4, "b");
			assert.equal(wait("b"), 0, "nine");
			fail(1, "c");
			assert.equal(wait("b"), 1, "ten");
		}
	});

	it("over all addresses are forgiven down to 0, and no further", () => {
		fail(1, "a");
		now += 100_000;
		for (let i = 0; i < 5; i++) fail(1, `a${i}`);
		fail(4, "b");
		assert.equal(wait("b"), 0, "nine");
		fail(1, "c");
		assert.equal(wait("b"), 1, "ten");
	});

	it("by sixty addresses at once are forgiven at one a second, to the millisecond", () => {
		for (let i = 0; i < 60; i++) fail(1, `a${i}`);
		now += 54_010;
		fail(4, "b");
		assert.equal(wait("b"), 0, "9.99 are left");
		fail(1, "c");
		assert.equal(wait("b"), 1);
	});

	it("make no address wait if the clock is set back", () => {
		fail(30, "a");
		now -= 500_000;
		assert.equal(wait("a"), 0);
		assert.equal(attempts.count("a"), 0);
	});
});
