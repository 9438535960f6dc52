import { assert } from "chai";
import { Account } from "yieldcam/http/engine/reservation";
import { Budget } from "yieldcam/http/engine/budget";
import type { Host } from "yieldcam/http/engine/server-context";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { HttpError } from "yieldcam/http/http-error";
import { Input } from "yieldcam/http/engine/input";

/** A budget that says what is left of it. */
class Ledger extends Budget {
	left: number;

	constructor(size: number) {
		super(size);
		this.left = size;
	}

	override change(from: number, to: number): boolean {
		const changed = super.change(from, to);
		if (changed) this.left += from - to;
		return changed;
	}
}

const STREAM = 100,
	HANDLER = 450;

/** A server with so much of everything. */
class FakeHost {
	readonly limits = { ...DEFAULT_LIMITS, responseMemory: 1_000 };
	readonly memory = new Ledger(1_000);
	readonly streamMemory = new Ledger(1_000);
	readonly responseMemory = new Ledger(1_000);
	readonly contents = new Ledger(1);
	readonly slots = new Ledger(2 * HANDLER + STREAM);
	readonly streams = new Ledger(2);
	/** Is called for memory; returns whether there is more. */
	relieve = (): boolean => false;
	admits = true;

	hasMemory = (): boolean => this.admits;

	account(): Account {
		return new Account(this as unknown as Host);
	}

	/** What is left of each. */
	get left(): readonly number[] {
		return [this.memory, this.streamMemory, this.responseMemory, this.contents, this.slots, this.streams].map(
			({ left }) => left,
		);
	}
}

/** Input of so many bytes that are charged to a host's memory. */
function inputOf(host: FakeHost, count: number): Input {
	const input = new Input({ read: (size) => new ArrayBuffer(size!) }, host.memory);
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

describe("a request's account", () => {
	let host: FakeHost;
	let all: readonly number[];

	beforeEach(() => {
		host = new FakeHost();
		all = host.left;
	});

	it("gives back nothing that it has not taken", () => {
		const account = host.account();
		account.forget();
		account.rest();
		account.waitNoMore();
		account.hold(0);
		assert.isTrue(account.close(inputOf(host, 0)));
		assert.deepEqual(host.left, all);
	});

	it("has memory for the head, and a place among those that wait for content, until they are given back, once", () => {
		const account = host.account();
		assert.isTrue(account.open(300, true));
		assert.deepEqual([host.memory.left, host.contents.left], [700, 0]);
		for (let i = 0; i < 2; i++) {
			account.waitNoMore();
			account.forget();
			assert.deepEqual(host.left, all);
		}
	});

	it("is not opened where no place is left, and takes nothing then", () => {
		host.account().open(0, true);
		const before = host.left,
			account = host.account();
		assert.isFalse(account.open(300, true));
		assert.isFalse(account.waiting);
		assert.deepEqual(host.left, before);
		assert.isTrue(account.open(300, false), "without content there is no wait");
	});

	it("has others make room for the head until there is enough, or nobody is left", () => {
		const other = host.account();
		other.open(1_000, false);
		const account = host.account();
		assert.isFalse(account.open(300, false));
		let relieved = 0;
		host.relieve = () => {
			if (++relieved === 2) other.forget();
			return true;
		};
		assert.isTrue(account.open(300, false));
		assert.equal(relieved, 2);
		assert.equal(host.memory.left, 700);
	});

	it("has a handler's memory once, until it is done", () => {
		const account = host.account();
		assert.isTrue(account.work());
		assert.isTrue(account.work(), "it has it");
		assert.equal(host.slots.left, HANDLER + STREAM);
		account.rest();
		account.rest();
		assert.deepEqual(host.left, all);
	});

	it("leaves the last handler's memory to those that may have it", () => {
		host.account().work();
		const before = host.left;
		assert.isFalse(host.account().work());
		assert.isFalse(host.account().work(false));
		assert.deepEqual(host.left, before);
		assert.isTrue(host.account().work(true));
		assert.equal(host.slots.left, STREAM);
		assert.isFalse(host.account().work(true));
	});

	it("has no handler's memory where the heap lacks it, but for the last", () => {
		host.admits = false;
		assert.isFalse(host.account().work());
		assert.deepEqual(host.left, all);
		assert.isTrue(host.account().work(true));
	});

	it("has the memory of streams for one, with what is read beyond the head, and gives all of it back", () => {
		for (let i = 0; i < 2; i++) {
			const account = host.account(),
				input = inputOf(host, 50);
			account.open(300, false);
			account.stream(input);
			assert.isTrue(account.streaming);
			assert.deepEqual(host.left, [1_000, 650, 1_000, 1, 2 * HANDLER, 1]);
			account.forget();
			assert.isTrue(account.close(input));
			assert.isFalse(account.streaming);
			input.clear();
			assert.deepEqual(host.left, all);
		}
	});

	for (const [what, exhaust, retry] of [
		["there are too many", ({ streams }: FakeHost) => streams.change(0, 2), 5],
		["there are no slots for it", ({ slots }: FakeHost) => slots.change(0, 2 * HANDLER + 1), 5],
		["only a handler's are left", ({ slots }: FakeHost) => slots.change(0, HANDLER + 1), 5],
		["the heap lacks memory", (host: FakeHost) => (host.admits = false), 5],
		["there is no memory for its head", ({ streamMemory }: FakeHost) => streamMemory.change(0, 701), 5],
	] as const)
		it(`is refused a stream where ${what}, and takes nothing for it`, () => {
			exhaust(host);
			const account = host.account(),
				input = inputOf(host, 50);
			account.open(300, false);
			const before = host.left;
			let error: HttpError | undefined;
			try {
				account.stream(input);
			} catch (caught) {
				error = caught as HttpError;
			}
			assert.equal(error?.status, 503);
			assert.equal(error?.headers?.["Retry-After" as never], retry);
			assert.isFalse(account.streaming);
			assert.deepEqual(host.left, before);
		});

	it("is refused a stream where there is no memory for what is read beyond the head; the rest goes where it ends", () => {
		const account = host.account(),
			input = inputOf(host, 50);
		account.open(300, false);
		host.streamMemory.change(0, 651);
		assert.equal(
			status(() => account.stream(input)),
			503,
		);
		account.forget();
		account.close(input);
		input.clear();
		host.streamMemory.change(651, 0);
		assert.deepEqual(host.left, all);
	});

	it("ends a stream without memory for what is read beyond it, which its connection learns", () => {
		const account = host.account(),
			input = inputOf(host, 50);
		account.open(300, false);
		account.stream(input);
		host.memory.change(0, 951);
		assert.isFalse(account.close(input));
		account.forget();
	});

	it("holds a response, in place of the one before, and what is small costs nothing", () => {
		const account = host.account();
		for (const [size, left] of [
			[512, 1_000],
			[513, 487],
			[600, 400],
			[512, 1_000],
			[5_000, 0],
			[0, 1_000],
		] as const) {
			assert.isTrue(account.hold(size), String(size));
			assert.equal(host.responseMemory.left, left, String(size));
		}
	});

	it("has others make room for a response until there is enough, or nobody is left", () => {
		const other = host.account(),
			account = host.account();
		other.hold(600);
		assert.isTrue(account.hold(512), "small");
		assert.isFalse(account.hold(513));
		assert.equal(host.responseMemory.left, 400);
		host.relieve = () => other.hold(0);
		assert.isTrue(account.hold(513));
		assert.equal(host.responseMemory.left, 487);
	});
});
