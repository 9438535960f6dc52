import { assert } from "chai";
import { HandlerPlaces } from "yieldcam/http/engine/handler-places";
import { Reservation } from "yieldcam/http/engine/reservation";
import { Budget } from "yieldcam/http/engine/budget";
import type { ServerContext } from "yieldcam/http/engine/server-context";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { HttpError } from "yieldcam/http/http-error";
import { Input } from "yieldcam/http/engine/input";

const ADDRESS = "192.0.2.1";
const ASKER = { remoteAddress: ADDRESS, reservation: undefined };

const STREAM = 100,
	HANDLER = 450;

/** A server with the given amount of everything. */
class FakeHost {
	readonly limits = { ...DEFAULT_LIMITS, responseMemory: 1_000, streamHead: 640 };
	readonly headMemory = new Budget(1_000);
	readonly streamMemory = new Budget(1_000);
	readonly responseMemory = new Budget(1_000);
	readonly contentWaiters = new Budget(1);
	readonly slots = new Budget(2 * HANDLER + STREAM);
	readonly streams = new Budget(2);
	readonly handlers = new HandlerPlaces(
		this.slots,
		4,
		() => 0,
		() => Infinity,
	);
	/** Are called for room; return whether there is more. */
	abortContentWaiter = (): boolean => false;
	displace = (): boolean => false;
	displaceStranger = (): boolean => false;
	/** Are called for memory; return whether there is more. */
	abortSlowest = (): boolean => false;
	makeHeadRoom = (): boolean => false;
	releaseSpare = (): boolean => false;
	admits = true;

	freeMemory = (): boolean => this.admits;
	/** It makes room itself. */
	readonly room = this;

	reservation(): Reservation {
		return new Reservation(this as unknown as ServerContext);
	}

	/** What is left of each budget. */
	get left(): readonly number[] {
		return [
			this.headMemory,
			this.streamMemory,
			this.responseMemory,
			this.contentWaiters,
			this.slots,
			this.streams,
		].map(({ left }) => left);
	}
}

/** Header fields of the given number of bytes, which can have fewer. */
class FakeHeaders {
	byteLength: number;

	constructor(byteLength: number) {
		this.byteLength = byteLength;
	}

	shrink(most: number): void {
		this.byteLength = Math.min(this.byteLength, most);
	}

	clear(): void {
		this.byteLength = 0;
	}
}

/** Input of the given number of bytes, charged to a host's memory. */
function inputOf(host: FakeHost, count: number): Input {
	const input = new Input({ read: (size) => new ArrayBuffer(size!) }, host.headMemory);
	input.readable(count);
	input.read(count);
	return input;
}

function status(action: () => void): number {
	try {
		action();
	} catch (error) {
		return (error as HttpError).status;
	}
	return 200;
}

describe("a request's reservation", () => {
	let host: FakeHost;
	let all: readonly number[];

	beforeEach(() => {
		host = new FakeHost();
		all = host.left;
	});

	it("releases nothing that it has not taken", () => {
		const reservation = host.reservation();
		reservation.releaseHead();
		reservation.releaseHandler();
		reservation.releaseContentWait();
		reservation.reserveResponse(0, ASKER);
		assert.isTrue(reservation.releasePlaces(inputOf(host, 0)));
		assert.deepEqual(host.left, all);
	});

	it("has memory for the head and a content-waiting slot until they are released, once", () => {
		const reservation = host.reservation();
		assert.isTrue(reservation.reserveHead(300, ASKER));
		assert.isTrue(reservation.reserveContentWait(ASKER));
		assert.isTrue(reservation.reserveContentWait(ASKER), "it already has it");
		assert.deepEqual([host.headMemory.left, host.contentWaiters.left], [700, 0]);
		for (let i = 0; i < 2; i++) {
			reservation.releaseContentWait();
			reservation.releaseHead();
			assert.deepEqual(host.left, all);
		}
	});

	it("has no content-waiting slot if none is free and nobody makes room", () => {
		const first = host.reservation();
		first.reserveContentWait(ASKER);
		const before = host.left,
			reservation = host.reservation();
		assert.isFalse(reservation.reserveContentWait(ASKER));
		assert.isFalse(reservation.awaitsContent);
		assert.deepEqual(host.left, before);
		host.abortContentWaiter = () => {
			first.releaseContentWait();
			return true;
		};
		assert.isTrue(reservation.reserveContentWait(ASKER));
		assert.deepEqual(host.left, before);
	});

	it("makes others free memory for the head until there is enough, or no one is left", () => {
		const other = host.reservation();
		other.reserveHead(1_000, ASKER);
		const reservation = host.reservation();
		assert.isFalse(reservation.reserveHead(300, ASKER));
		let relieved = 0;
		host.makeHeadRoom = () => {
			if (++relieved === 2) other.releaseHead();
			return true;
		};
		assert.isTrue(reservation.reserveHead(300, ASKER));
		assert.equal(relieved, 2);
		assert.equal(host.headMemory.left, 700);
	});

	it("takes a handler's memory once, until the handler is done", () => {
		const reservation = host.reservation();
		assert.isTrue(reservation.acquireHandler(ADDRESS));
		assert.isTrue(reservation.acquireHandler(ADDRESS), "it already has it");
		assert.equal(host.slots.left, HANDLER + STREAM);
		reservation.releaseHandler();
		reservation.releaseHandler();
		assert.deepEqual(host.left, all);
	});

	it("leaves the last handler's memory to those that may use it", () => {
		host.reservation().acquireHandler(ADDRESS);
		const before = host.left;
		assert.isFalse(host.reservation().acquireHandler(ADDRESS));
		assert.isFalse(host.reservation().acquireHandler(ADDRESS, false));
		assert.deepEqual(host.left, before);
		assert.isTrue(host.reservation().acquireHandler(ADDRESS, true));
		assert.equal(host.slots.left, STREAM);
		assert.isFalse(host.reservation().acquireHandler(ADDRESS, true));
	});

	it("gets no handler's memory if the heap lacks it, except for the last", () => {
		host.admits = false;
		assert.isFalse(host.reservation().acquireHandler(ADDRESS));
		assert.deepEqual(host.left, all);
		assert.isTrue(host.reservation().acquireHandler(ADDRESS, true));
	});

	it("takes the stream memory for one stream, with bytes read beyond the head, and releases all of it", () => {
		for (let i = 0; i < 2; i++) {
			const reservation = host.reservation(),
				input = inputOf(host, 50);
			reservation.reserveHead(300, ASKER);
			reservation.reserveStream(input, ASKER, new FakeHeaders(300));
			assert.isTrue(reservation.streamSlots > 0);
			assert.deepEqual(host.left, [1_000, 650, 1_000, 1, 2 * HANDLER, 1]);
			reservation.releaseHead();
			assert.isTrue(reservation.releasePlaces(input));
			assert.isFalse(reservation.streamSlots > 0);
			input.clear();
			assert.deepEqual(host.left, all);
		}
	});

	for (const [what, exhaust, retry] of [
		["there are too many", ({ streams }: FakeHost) => streams.tryReserve(2), 5],
		["there are no slots for it", ({ slots }: FakeHost) => slots.tryReserve(2 * HANDLER + 1), 5],
		["only a handler's are left", ({ slots }: FakeHost) => slots.tryReserve(HANDLER + 1), 5],
		["the heap lacks memory", (host: FakeHost) => (host.admits = false), 5],
		["there is no memory for its head", ({ streamMemory }: FakeHost) => streamMemory.tryReserve(701), 5],
	] as const)
		it(`is refused a stream if ${what}, and takes nothing for it`, () => {
			exhaust(host);
			const reservation = host.reservation(),
				input = inputOf(host, 50);
			reservation.reserveHead(300, ASKER);
			const before = host.left;
			let error: HttpError | undefined;
			try {
				reservation.reserveStream(input, ASKER, new FakeHeaders(300));
			} catch (caught) {
				error = caught as HttpError;
			}
			assert.equal(error?.status, 503);
			assert.equal(error?.headers?.["Retry-After" as never], retry);
			assert.isFalse(reservation.streamSlots > 0);
			assert.deepEqual(host.left, before);
		});

	it("drops bytes read beyond the head if there is no memory of streams for them", () => {
		const reservation = host.reservation(),
			input = inputOf(host, 50);
		reservation.reserveHead(300, ASKER);
		host.streamMemory.tryReserve(651);
		assert.isFalse(reservation.reserveStream(input, ASKER, new FakeHeaders(300)));
		assert.deepEqual([input.length, input.share], [0, 0]);
		assert.deepEqual(host.left, [1_000, 49, 1_000, 1, 2 * HANDLER, 1]);
		reservation.releaseHead();
		reservation.releasePlaces(input);
		host.streamMemory.release(651);
		assert.deepEqual(host.left, all);
	});

	it("trims other streams for the memory of its head", () => {
		const other = host.reservation(),
			reservation = host.reservation();
		other.reserveHead(600, ASKER);
		other.reserveStream(inputOf(host, 0), ASKER, new FakeHeaders(600));
		reservation.reserveHead(500, ASKER);
		host.releaseSpare = () => {
			other.releaseHead();
			return true;
		};
		assert.isTrue(reservation.reserveStream(inputOf(host, 0), ASKER, new FakeHeaders(500)));
		assert.equal(host.streamMemory.left, 500);
	});

	for (const [what, shrinks] of [
		["at most as much as a stream's head", true],
		["nothing if its names alone have more", false],
	] as const)
		it(`keeps ${what} of a head that has to shrink`, () => {
			const reservation = host.reservation(),
				headers = new FakeHeaders(900);
			reservation.reserveHead(900, ASKER);
			assert.equal(reservation.spareHeadBytes, 260);
			if (!shrinks)
				headers.shrink = () => {
					throw new HttpError(431);
				};
			assert.equal(reservation.shrinkHead(headers), shrinks);
			assert.equal(reservation.spareHeadBytes, 0);
			assert.equal(host.headMemory.left, 1_000 - headers.byteLength);
			assert.equal(headers.byteLength, shrinks ? 640 : 0);
			reservation.releaseHead();
			assert.deepEqual(host.left, all);
		});

	it("shrinks a longer head", () => {
		const reservation = host.reservation(),
			headers = new FakeHeaders(641);
		reservation.reserveHead(641, ASKER);
		reservation.reserveStream(inputOf(host, 0), ASKER, headers);
		assert.equal(headers.byteLength, 640);
		assert.equal(reservation.streamBytes, 640);
		assert.deepEqual(host.left, [1_000, 360, 1_000, 1, 2 * HANDLER, 1]);
		reservation.releaseHead();
		assert.equal(host.streamMemory.left, 1_000);
	});

	it("forgets the head of a stream if its names alone are too long", () => {
		const reservation = host.reservation(),
			headers = new FakeHeaders(641);
		headers.shrink = () => {
			throw new HttpError(431);
		};
		reservation.reserveHead(641, ASKER);
		assert.isTrue(reservation.reserveStream(inputOf(host, 0), ASKER, headers));
		assert.equal(headers.byteLength, 0);
		assert.equal(reservation.streamBytes, 0);
		assert.equal(host.headMemory.left, 1_000);
	});

	it("displaces others until there is a place and memory for a stream", () => {
		const other = host.reservation(),
			input = inputOf(host, 0);
		other.reserveHead(500, ASKER);
		other.reserveStream(input, ASKER, new FakeHeaders(500));
		host.streams.tryReserve(1);
		const asked: number[] = [];
		host.displace = ((measure: (holder: object) => number, need: number) => {
			asked.push(need, measure({ reservation: other }));
			if (need === 1) host.streams.release(1);
			else {
				other.releaseHead();
				other.releasePlaces(input);
			}
			return true;
		}) as () => boolean;
		const reservation = host.reservation();
		reservation.reserveHead(100, ASKER);
		reservation.reserveStream(input, ASKER, new FakeHeaders(100));
		assert.deepEqual(asked, [1, 1]);
		host.streamMemory.tryReserve(host.streamMemory.left);
		const third = host.reservation();
		third.reserveHead(200, ASKER);
		third.reserveStream(input, ASKER, new FakeHeaders(200));
		assert.deepEqual(asked, [1, 1, 1, 1, 200, 500]);
	});

	it("ends a stream without memory for bytes read beyond it, and its connection learns so", () => {
		const reservation = host.reservation(),
			input = inputOf(host, 50);
		reservation.reserveHead(300, ASKER);
		reservation.reserveStream(input, ASKER, new FakeHeaders(300));
		host.headMemory.tryReserve(951);
		assert.isFalse(reservation.releasePlaces(input));
		reservation.releaseHead();
	});

	it("takes what a stream needs beyond most, keeps a handler's place free beside that, and releases all of it", () => {
		const reservation = host.reservation(),
			input = inputOf(host, 0);
		reservation.reserveStream(input, ASKER, new FakeHeaders(100), 32);
		assert.equal(host.slots.left, 2 * HANDLER - 32);
		assert.isTrue(reservation.releasePlaces(input));
		reservation.releaseHead();
		assert.equal(host.slots.left, 2 * HANDLER + STREAM);
		host.slots.tryReserve(HANDLER - 31);
		assert.equal(
			status(() => reservation.reserveStream(input, ASKER, new FakeHeaders(100), 32)),
			503,
		);
		assert.equal(host.slots.left, HANDLER + STREAM + 31);
		assert.isTrue(reservation.reserveStream(input, ASKER, new FakeHeaders(100), 31));
	});

	it("charges for a response, in place of the one before, and nothing for a small one", () => {
		const reservation = host.reservation();
		for (const [size, left] of [
			[512, 1_000],
			[513, 487],
			[600, 400],
			[512, 1_000],
			[5_000, 0],
			[0, 1_000],
		] as const) {
			assert.isTrue(reservation.reserveResponse(size, ASKER), String(size));
			assert.equal(host.responseMemory.left, left, String(size));
		}
	});

	it("makes others free memory for a response until there is enough, or no one is left", () => {
		const other = host.reservation(),
			reservation = host.reservation();
		other.reserveResponse(600, ASKER);
		assert.isTrue(reservation.reserveResponse(512, ASKER), "small");
		assert.isFalse(reservation.reserveResponse(513, ASKER));
		assert.equal(host.responseMemory.left, 400);
		host.abortSlowest = () => other.reserveResponse(0, ASKER);
		assert.isTrue(reservation.reserveResponse(513, ASKER));
		assert.equal(host.responseMemory.left, 487);
	});
});
