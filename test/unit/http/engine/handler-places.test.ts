import { assert } from "chai";
import { Budget } from "yieldcam/http/engine/budget";
import { HANDLER_SLOTS, HandlerPlaces, type QueuedRequest } from "yieldcam/http/engine/handler-places";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";

const [a, b, c] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

/** A request that notes what becomes of it, and takes a place when it is retried. */
class Queued implements QueuedRequest {
	readonly remoteAddress: string;
	readonly mayTakeLast: boolean;
	readonly lacksMemory: boolean = false;
	readonly maySendSlowly = false;
	readonly #places: HandlerPlaces;
	outcome = "waits";

	constructor(places: HandlerPlaces, address: string, mayTakeLast = false) {
		this.#places = places;
		this.remoteAddress = address;
		this.mayTakeLast = mayTakeLast;
	}

	retry(): void {
		this.outcome = this.#places.tryAcquire(this.remoteAddress, this.mayTakeLast) ? "runs" : "found no place";
	}

	giveWay(): void {
		this.outcome = "gave way";
	}
}

describe("the places of handlers", () => {
	let suspicions: Record<string, number>;
	let slots: Budget;
	let places: HandlerPlaces;
	/** Connections that are left to requests which are answered at once. */
	let quickPlaces: number;
	/** Whether there is memory for one more request in the queue. */
	let grows: boolean;

	/** Places for the given number of handlers. */
	function open(count: number): void {
		slots = new Budget(count * HANDLER_SLOTS);
		quickPlaces = 10;
		places = new HandlerPlaces(
			slots,
			4,
			(address) => suspicions[address ?? ""] ?? 0,
			() => quickPlaces,
		);
	}

	function queue(address: string, mayTakeLast = false): Queued {
		const request = new Queued(places, address, mayTakeLast);
		if (!places.enqueue(request, grows)) request.outcome = "refused";
		return request;
	}

	beforeEach(() => {
		resetClock();
		suspicions = {};
		grows = true;
	});

	it("leave the last to requests that may take it, and one more to other addresses than one that has two", () => {
		open(5);
		const taken = [a, a, a, a].map((address) => places.tryAcquire(address, false));
		assert.deepEqual(taken, [true, true, true, false]);
		assert.isTrue(places.tryAcquire(b, false));
		assert.isFalse(places.tryAcquire(b, false), "the last");
		assert.isFalse(places.isFree(c, false));
		assert.isTrue(places.isFree(c, true));
		assert.isTrue(places.tryAcquire(c, true));
		assert.isFalse(places.tryAcquire(c, true));
		assert.equal(slots.left, 0);
	});

	it("are not all taken by requests of one address that may take the last", () => {
		open(5);
		assert.deepEqual(
			[a, a, a, a].map((address) => places.tryAcquire(address, true)),
			[true, true, true, false],
		);
		assert.isTrue(places.tryAcquire(b, false));
		assert.isTrue(places.tryAcquire(b, true));
	});

	it("are not two of one address if streams have left few connections", () => {
		for (const [left, second] of [
			[3, true],
			[2, false],
		] as const) {
			open(3);
			quickPlaces = left;
			assert.isTrue(places.tryAcquire(a, false));
			assert.equal(places.isFree(a, false), second);
			assert.equal(places.tryAcquire(a, false), second);
			if (second) continue;
			assert.isTrue(places.isFree(a, true), "it may take the last");
			assert.isTrue(places.tryAcquire(b, false));
		}
	});

	it("have a queue as long as two connections are left, or one for its first request", () => {
		open(1);
		const growing = (): boolean[] => [0, 1, 2, 3].map((left) => ((quickPlaces = left), places.mayGrow));
		assert.deepEqual(growing(), [false, false, true, true]);
		queue(a);
		assert.deepEqual(growing(), [false, false, false, true]);
	});

	it("are given back each to its address", () => {
		open(4);
		for (const address of [a, b, a]) assert.isTrue(places.tryAcquire(address, address === b));
		places.release(b);
		assert.isFalse(places.tryAcquire(a, false), "two are still its own");
		places.release(a);
		assert.isTrue(places.tryAcquire(a, false));
		places.release(a);
		places.release(a);
		assert.equal(slots.left, 4 * HANDLER_SLOTS);
		assert.deepEqual(
			[a, a, a].map((address) => places.tryAcquire(address, false)),
			[true, true, false],
			"nothing is left of the ones before",
		);
	});

	it("go to a queued request of the address that has fewest, in a turn of its own, one after the other", () => {
		open(3);
		places.tryAcquire(a, false);
		places.tryAcquire(b, false);
		const requests = [queue(a), queue(b), queue(c), queue(c)];
		advance(0);
		assert.deepEqual(
			requests.map(({ outcome }) => outcome),
			Array(4).fill("waits"),
			"only the last is free",
		);
		assert.equal(pendingTimers(), 0, "nothing runs while nothing changes");
		places.release(a);
		assert.deepEqual(
			requests.map(({ outcome }) => outcome),
			Array(4).fill("waits"),
		);
		advance(0);
		assert.deepEqual(
			requests.map(({ outcome }) => outcome),
			["runs", "waits", "waits", "waits"],
			"two have none, and a's came first",
		);
		places.release(b);
		places.release(a);
		assert.equal(pendingTimers(), 1);
		for (let i = 0; i < 5; i++) advance(0);
		assert.deepEqual(
			requests.map(({ outcome }) => outcome),
			["runs", "runs", "runs", "waits"],
		);
		assert.isTrue(places.busy);
		places.release(b);
		advance(0);
		assert.equal(requests[3].outcome, "runs");
		assert.isFalse(places.busy);
	});

	it("are waited for by those who got one longest ago, or never: the one who got one last gives way", () => {
		open(4);
		const addresses = ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"];
		for (const address of [a, ...addresses]) {
			places.tryAcquire(address, true);
			places.release(address);
		}
		for (const address of [b, c]) places.tryAcquire(address, true);
		const others = addresses.map((address) => queue(address));
		assert.equal(queue(addresses[3]).outcome, "refused");
		assert.equal(queue(a).outcome, "waits", "it got one before the others");
		assert.deepEqual(
			others.map(({ outcome }) => outcome),
			["waits", "waits", "waits", "gave way"],
		);
		assert.equal(queue("192.0.2.99").outcome, "waits", "it never got one");
		assert.equal(others[2].outcome, "gave way");
	});

	it("are not waited for by an address with one at work in place of one that has none", () => {
		open(3);
		places.tryAcquire(a, true);
		for (const address of ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"]) {
			places.tryAcquire(address, true);
			places.release(address);
			queue(address);
		}
		assert.equal(queue(a).outcome, "refused", "although it got its place before the others");
		places.release(a);
		assert.equal(queue(a).outcome, "waits");
	});

	it("are waited for by one more only in place of another while memory is short", () => {
		open(2);
		for (const address of [a, b]) places.tryAcquire(address, true);
		grows = false;
		assert.equal(queue(c).outcome, "refused");
		grows = true;
		const first = queue(a);
		grows = false;
		assert.equal(queue(c).outcome, "waits");
		assert.equal(first.outcome, "gave way");
	});

	it("go at once to a queued request that may take the last", () => {
		open(1);
		const request = queue(a, true);
		advance(0);
		assert.equal(request.outcome, "runs");
	});

	it("go to the address with the least suspicion first", () => {
		open(2);
		places.tryAcquire("192.0.2.9", false);
		suspicions = { [b]: -2, [c]: -1 };
		const requests = [a, c, b].map((address) => queue(address));
		const order: string[] = [];
		for (let i = 0; i < 3; i++) {
			places.release(i === 0 ? "192.0.2.9" : order[i - 1]);
			advance(0);
			order.push(
				requests.find(({ outcome, remoteAddress }) => outcome === "runs" && !order.includes(remoteAddress))!
					.remoteAddress,
			);
		}
		assert.deepEqual(order, [b, c, a]);
	});

	it("are not needed by a request that lacks memory", () => {
		open(2);
		places.tryAcquire(a, false);
		const [waits, lacking] = [new Queued(places, b), new Queued(places, c)];
		Object.defineProperty(lacking, "lacksMemory", { value: true });
		suspicions = { [c]: -1 };
		for (const request of [waits, lacking]) places.enqueue(request, true);
		advance(0);
		assert.equal(lacking.outcome, "found no place");
		assert.equal(waits.outcome, "waits");
	});

	it("do not go to a request that has left the queue, or was never in it", () => {
		open(2);
		places.tryAcquire(a, false);
		const [first, second] = [queue(b), queue(c)];
		places.remove(first);
		places.remove(new Queued(places, c));
		places.release(a);
		advance(0);
		assert.deepEqual([first.outcome, second.outcome], ["waits", "runs"]);
	});

	it("have a queue of four, in which the newest of an address with two more gives way, each once", () => {
		open(1);
		const four = [a, a, a, b].map((address) => queue(address));
		assert.equal(queue(a).outcome, "refused");
		const newcomer = queue(c);
		assert.equal(newcomer.outcome, "waits");
		assert.deepEqual(
			four.map(({ outcome }) => outcome),
			["waits", "waits", "gave way", "waits"],
		);
		assert.equal(queue(b).outcome, "refused", "a has one more than b, and not two");
		assert.equal(queue("192.0.2.4").outcome, "waits");
		assert.deepEqual(
			four.map(({ outcome }) => outcome),
			["waits", "gave way", "gave way", "waits"],
		);
		assert.equal(queue("192.0.2.5").outcome, "refused");
	});

	it("have a queue in which one of an address with more against it gives way, the first in it too", () => {
		open(1);
		suspicions = { [a]: 1 };
		const four = [a, b, c, "192.0.2.4"].map((address) => queue(address));
		assert.equal(queue("192.0.2.5").outcome, "waits");
		assert.deepEqual(
			four.map(({ outcome }) => outcome),
			["gave way", "waits", "waits", "waits"],
		);
		suspicions = { [a]: 1, [b]: 1 };
		assert.equal(queue(a).outcome, "refused", "there is as much against it");
	});
});
