import { assert } from "chai";
import type { Connection } from "yieldcam/http/engine/connection";
import { Places } from "yieldcam/http/engine/places";
import { ELSEWHERE, HEADS, RESPONSES, RoomMaker } from "yieldcam/http/engine/room-maker";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { FakeMachine } from "../../support/fake-machine.ts";
import { resetClock } from "../../support/time.ts";

/** What a connection tells of itself; idle, of an address, unless a test says more. */
interface Fake {
	readonly name: string;
	readonly remoteAddress?: string;
	readonly recentBytes?: number;
	readonly holdsResponse?: boolean;
	readonly responding?: boolean;
	readonly awaitsContent?: boolean;
	readonly contentStalled?: boolean;
	readonly postponed?: boolean;
	readonly streaming?: boolean;
	readonly queued?: boolean;
	readonly held?: number;
	readonly dormant?: boolean;
	readonly expendable?: boolean;
	readonly served?: boolean;
	readonly idleSince?: number;
	readonly unfinishedBytes?: number;
	/** How much it has of what `displace` is asked for. */
	readonly has?: number;
}

function open(fakes: readonly Fake[], suspicions: Record<string, number> = {}, claims: Record<string, number> = {}) {
	const machine = new FakeMachine();
	resetClock();
	const places = new Places({ limits: DEFAULT_LIMITS, suspicion: (address) => suspicions[address ?? ""] ?? 0 });
	const closed: string[] = [];
	const connections = fakes.map((fake) => {
		const connection = {
			remoteAddress: "192.0.2.1",
			served: false,
			sender: { held: fake.held ?? 0 },
			...fake,
			abort() {
				closed.push(fake.name);
				places.delete(connection);
			},
		} as unknown as Connection;
		places.add(connection);
		return connection;
	});
	return {
		machine,
		room: new RoomMaker(
			places,
			machine,
			(address) => claims[address ?? ""] ?? Infinity,
			DEFAULT_LIMITS.responseMemory,
		),
		connections,
		closed,
	};
}

const measure = (holder: object): number => (holder as Fake).has ?? 0;
const [a, b, c] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

describe("room for what a budget lacks", () => {
	it("is made by the client that took least of its response, of those that hold the memory that is short", () => {
		for (const [memory, expected] of [
			[HEADS, ["waits", "trickles", "slow"]],
			[RESPONSES, ["trickles", "slow"]],
			[ELSEWHERE, ["trickles", "slow", "quicker"]],
		] as const) {
			const { room, closed } = open([
				{ name: "quicker", recentBytes: 65_535, responding: true, holdsResponse: true },
				{ name: "quick", recentBytes: 65_536, responding: true, holdsResponse: true },
				{ name: "slow", recentBytes: 8_191, responding: true, holdsResponse: true },
				{ name: "new", responding: true, holdsResponse: true },
				{ name: "waits", recentBytes: 0 },
				{ name: "trickles", recentBytes: 1, responding: true, holdsResponse: true },
			]);
			while (room.abortSlowest(memory));
			assert.deepEqual(closed, [...expected]);
		}
	});

	it("is made by the stream whose client has been at a block for longest, and not by the one that asks", () => {
		const { room, connections, closed } = open([
			{ name: "asks", streaming: true, held: 1 },
			{ name: "idle", streaming: true, held: 0 },
			{ name: "later", streaming: true, held: 3 },
			{ name: "download", streaming: false, held: 2 },
			{ name: "longest", streaming: true, held: 2 },
		]);
		while (room.abortLongestHeld(connections[0]));
		assert.deepEqual(closed, ["longest", "later"]);
	});
});

describe("room for content that is waited for", () => {
	it("is made by addresses with more against them, then by one with two more, then where nothing arrives", () => {
		const { room, connections, closed } = open(
			[
				{ name: "stalled", remoteAddress: c, awaitsContent: true, contentStalled: true },
				{ name: "first of three", remoteAddress: b, awaitsContent: true },
				{ name: "second of three", remoteAddress: b, awaitsContent: true },
				{ name: "third of three", remoteAddress: b, awaitsContent: true },
				{ name: "has its content", remoteAddress: b, contentStalled: true },
				{ name: "asks", remoteAddress: a, awaitsContent: true, contentStalled: true },
				{ name: "guesses", remoteAddress: "192.0.2.4", awaitsContent: true },
			],
			{ "192.0.2.4": 1 },
		);
		const asker = connections[5];
		while (room.abortContentWaiter(asker));
		assert.deepEqual(closed, ["guesses", "first of three", "stalled"]);
	});
});

describe("memory for a request", () => {
	it("is freed by idle connections, as many as needed, of known addresses last, and of each those that have waited longest", () => {
		const idle = { dormant: true, expendable: true, served: true };
		const fakes = [
			{ ...idle, name: "known", remoteAddress: a, idleSince: 1 },
			{ ...idle, name: "later", remoteAddress: b, idleSince: 3 },
			{ ...idle, name: "longest", remoteAddress: b, idleSince: 2 },
			{ ...idle, name: "known later", remoteAddress: a, idleSince: 4 },
		];
		for (const [lacking, expected] of [
			[1, ["longest"]],
			[70, ["longest"]],
			[71, ["longest", "later"]],
			[141, ["longest", "later", "known"]],
			[211, ["longest", "later", "known", "known later"]],
		] as const) {
			const { room, machine, closed } = open(fakes, { [a]: -1 });
			machine.room = (slots) => slots <= 900 - lacking + 70 * closed.length;
			assert.isTrue(room.freeMemory(900, 0));
			assert.deepEqual(closed, [...expected]);
		}
	});

	it("is not freed by idle connections that hold no bytes if bytes are short", () => {
		const idle = { dormant: true, expendable: true, served: true };
		const { room, machine, closed } = open([
			{ ...idle, name: "idle", unfinishedBytes: 0 },
			{ ...idle, name: "sends a head", unfinishedBytes: 500 },
		]);
		machine.bytes = 100;
		assert.isFalse(room.freeMemory(900, 200));
		assert.deepEqual(closed, ["sends a head"]);
	});

	it("is freed by requests that wait for their turn, one by one, those with less claim than it has", () => {
		const fakes = [
			{ name: "asks", remoteAddress: a, queued: true },
			{ name: "owner", remoteAddress: "192.0.2.9", queued: true },
			{ name: "served last", remoteAddress: b, queued: true },
			{ name: "served before", remoteAddress: c, postponed: true },
			{ name: "never served", remoteAddress: "192.0.2.4", queued: true },
			{ name: "guesses", remoteAddress: "192.0.2.5", queued: true },
		];
		const suspicions = { "192.0.2.9": -1, "192.0.2.5": 1 };
		for (const [claim, expected] of [
			[3, ["guesses", "served last", "served before"]],
			[1, ["guesses", "served last"]],
			[0, ["guesses"]],
		] as const) {
			const { room, machine, connections, closed } = open(fakes, suspicions, { [a]: claim, [b]: 0, [c]: 1 });
			machine.slots = 0;
			assert.isFalse(room.freeMemory(1, 0, connections[0]));
			assert.deepEqual(closed, [...expected]);
		}
		const { room, machine, connections, closed } = open(fakes, suspicions);
		machine.room = () => closed.length > 0;
		assert.isTrue(room.freeMemory(1, 0, connections[0]));
		assert.deepEqual(closed, ["guesses"]);
	});

	it("is not freed by requests of others that are as well known", () => {
		const { room, machine, connections, closed } = open(
			[
				{ name: "asks", remoteAddress: a },
				{ name: "viewer", remoteAddress: b, queued: true },
				{ name: "owner", remoteAddress: c, queued: true },
				{ name: "stranger", remoteAddress: "192.0.2.4", queued: true },
			],
			{ [a]: -1, [b]: -1, [c]: -2 },
			{ [b]: 0, [c]: 0 },
		);
		machine.slots = 0;
		assert.isFalse(room.freeMemory(1, 0, connections[0]));
		assert.deepEqual(closed, ["stranger"]);
		assert.deepEqual(
			[a, b, c, "192.0.2.4"].map((address) => room.isKnown(address)),
			[true, true, true, false],
		);
	});
});

describe("room for a request that is to be postponed", () => {
	it("is made by the one that was postponed for longest, but of those with most against them first", () => {
		const { room, connections, closed } = open(
			[
				{ name: "asks", remoteAddress: a, postponed: true },
				{ name: "not postponed", remoteAddress: c },
				{ name: "owner", remoteAddress: "192.0.2.9", postponed: true },
				{ name: "first", remoteAddress: b, postponed: true },
				{ name: "second", remoteAddress: a, postponed: true },
				{ name: "guesses", remoteAddress: c, postponed: true },
			],
			{ [c]: 2, "192.0.2.9": -1 },
		);
		while (room.abortPostponed(connections[0]));
		assert.deepEqual(closed, ["guesses", "first", "second"]);
	});
});

describe("room for what an address has too much of", () => {
	it("is made by the connection that has most, the newest of several", () => {
		const { room, connections, closed } = open([
			{ name: "asks", remoteAddress: a },
			{ name: "small", remoteAddress: b, has: 1 },
			{ name: "large", remoteAddress: b, has: 3 },
			{ name: "as large", remoteAddress: b, has: 3 },
			{ name: "none", remoteAddress: b, has: 0 },
		]);
		assert.isTrue(room.displace(measure, 1, connections[0]));
		assert.deepEqual(closed, ["as large"]);
	});

	it("is made until the address would have less than the other", () => {
		const { room, connections, closed } = open([
			{ name: "asks", remoteAddress: a, has: 5 },
			{ name: "other of the same", remoteAddress: a, has: 1 },
			...[1, 2, 3, 4, 5].map((i) => ({ name: `${i}`, remoteAddress: b, has: 2 })),
		]);
		// Ten, of which eight remain: no less than 6 and 2.
		assert.isTrue(room.displace(measure, 2, connections[0]));
		assert.isFalse(room.displace(measure, 2, connections[0]));
		assert.deepEqual(closed, ["5"]);
	});

	it("is not made by an address that has no more than it may keep", () => {
		const { room, connections, closed } = open([
			{ name: "asks", remoteAddress: a },
			...[1, 2, 3, 4, 5].map((i) => ({ name: `${i}`, remoteAddress: b, has: 1 })),
		]);
		while (room.displace(measure, 1, connections[0], 3));
		assert.deepEqual(closed, ["5", "4"]);
	});

	it("is not made by addresses that have one each, nor by the one that asks", () => {
		const { room, connections, closed } = open([
			{ name: "asks", remoteAddress: a, has: 10 },
			{ name: "one", remoteAddress: b, has: 1 },
			{ name: "another", remoteAddress: c, has: 1 },
		]);
		assert.isFalse(room.displace(measure, 1, connections[0]));
		assert.isFalse(room.displace(measure, 0, connections[0]));
		assert.deepEqual(closed, []);
	});
});
