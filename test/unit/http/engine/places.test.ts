import { assert } from "chai";
import type { Connection } from "yieldcam/http/engine/connection";
import { Places, type PlacesOptions } from "yieldcam/http/engine/places";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { advance, resetClock } from "../../support/time.ts";

const LOOK = DEFAULT_LIMITS.lookInterval;
const KNOWN = "192.0.2.1",
	STRANGER = "192.0.2.9";

/** What a connection tells of itself; served and idle, of an address, unless a test says more. */
function connection(more: Readonly<Record<string, unknown>> = {}): Connection & { closed: boolean } {
	const fake = {
		remoteAddress: STRANGER,
		served: true,
		fresh: false,
		idleSince: undefined,
		waiting: false,
		streaming: false,
		draining: false,
		lingering: false,
		expendable: false,
		progress: 0,
		closed: false,
		abort() {
			fake.closed = true;
		},
		refuse() {},
		...more,
	};
	return fake as unknown as Connection & { closed: boolean };
}

function open(limits: Partial<typeof DEFAULT_LIMITS> = {}, options: Partial<PlacesOptions> = {}): Places {
	return new Places({ limits: { ...DEFAULT_LIMITS, ...limits }, suspicion: () => 0, ...options });
}

describe("the places of a server", () => {
	beforeEach(resetClock);

	it("are all taken if the machine has no socket left, although the limit has not been reached", () => {
		let left = 2;
		const places = open({}, { socketsLeft: () => left });
		assert.isFalse(places.full);
		left = 0;
		assert.isFalse(places.full, "no connection could make room");
		const idle = connection({ idleSince: 1, waiting: true, expendable: true });
		places.add(idle);
		assert.isTrue(places.full);
		places.freePlace(KNOWN);
		assert.isTrue(idle.closed, "not only refused, which would keep its socket");
	});

	describe("whose requests are all at work", () => {
		const working = (remoteAddress: string, more = {}): ReturnType<typeof connection> =>
			connection({ remoteAddress, progress: undefined, queued: false, ...more });

		it("make room for another address, if one has two more than that: one that waits for its turn comes first", () => {
			const places = open({ connections: 3 });
			const first = working(STRANGER),
				second = working(STRANGER),
				queued = working(STRANGER, { queued: true });
			for (const each of [first, second, queued]) places.add(each);
			places.freePlace(KNOWN);
			assert.deepEqual([first.closed, second.closed, queued.closed], [false, false, true]);
			places.delete(queued);
			places.add(working(KNOWN));
			places.freePlace(KNOWN);
			assert.deepEqual([first.closed, second.closed], [false, false], "it would have as many");
			places.freePlace("192.0.2.77");
			assert.deepEqual([first.closed, second.closed], [true, false]);
			places.delete(first);
			const lingering = working(STRANGER, { progress: 0, lingering: true });
			places.add(lingering);
			places.freePlace("192.0.2.77");
			assert.isTrue(lingering.closed, "it comes before one at work");
		});

		it("keep their places if these are streams, or for an address with more against it", () => {
			const places = open({ connections: 2 }, { suspicion: (address) => (address === KNOWN ? 1 : 0) });
			const all = [working(STRANGER), working(STRANGER)],
				streams = open({ connections: 2 }),
				watching = [1, 2].map(() => working(STRANGER, { streaming: true }));
			for (const each of all) places.add(each);
			for (const each of watching) streams.add(each);
			places.freePlace(KNOWN);
			streams.freePlace(KNOWN);
			assert.isEmpty([...all, ...watching].filter(({ closed }) => closed));
		});
	});

	it("are not limited by sockets if nobody knows how many are left", () => {
		const places = open({ connections: 2 }, { socketsLeft: () => undefined });
		places.add(connection());
		assert.isFalse(places.full);
	});

	describe("an address", () => {
		it("is known once it was served, even over a connection that lasts", () => {
			for (const lasting of [{ served: true }, { served: false, streaming: true }]) {
				const places = open();
				places.add(connection({ remoteAddress: KNOWN, ...lasting }));
				for (let second = 0; second < 10; second++) {
					assert.equal(places.suspicion(KNOWN), 0);
					places.sweep(false);
				}
				assert.equal(places.suspicion(KNOWN), 0);
				advance(5_000);
				assert.isBelow(places.suspicion(KNOWN), 0);
			}
		});

		it("does not become known by streams if streams have all of their places", () => {
			const places = open({ connections: 5 });
			for (let i = 0; i < 2; i++) places.add(connection({ served: false, streaming: true }));
			for (let second = 0; second < 60; second++) places.sweep(false);
			advance(5_000);
			assert.equal(places.suspicion(STRANGER), 0);
		});

		it("is not known if it was served for the first time right before places were short", () => {
			const places = open();
			places.add(connection({ remoteAddress: KNOWN }));
			places.delete([...places.connections][0]);
			places.noteShortage();
			advance(5_000);
			assert.equal(places.suspicion(KNOWN), 0);
			places.stopLooking();
		});

		it("is not known because it is connected", () => {
			const places = open();
			places.add(connection({ remoteAddress: STRANGER, served: false, fresh: true }));
			for (let second = 0; second < 60; second++) places.sweep(false);
			assert.equal(places.suspicion(STRANGER), 0);
		});

		it("stays known for as long as places are short, when nobody can become known", () => {
			const places = open({ connections: 2 });
			const first = connection({ remoteAddress: KNOWN });
			places.add(first);
			places.delete(first);
			advance(5_000);
			for (let i = 0; i < 2; i++) places.add(connection());
			for (let second = 0; second < 3_600; second++) places.sweep(true);
			assert.isBelow(places.suspicion(KNOWN), 0);
			assert.equal(places.suspicion(STRANGER), 0);
		});
	});

	for (const state of ["lingering", "draining"]) {
		it(`make room by a stranger's connection that is ${state} for an address that was served before`, () => {
			const places = open({ connections: 2 });
			const before = connection({ remoteAddress: KNOWN });
			places.add(before);
			places.delete(before);
			advance(5_000);
			const stranger = connection({ [state]: true });
			places.add(stranger);
			places.add(connection({ streaming: true }));
			places.startLooking();
			places.freePlace("192.0.2.7");
			assert.isFalse(stranger.closed, "for another stranger it has its time");
			places.freePlace(KNOWN);
			assert.isTrue(stranger.closed);
			advance(LOOK);
			places.stopLooking();
		});
	}
});
