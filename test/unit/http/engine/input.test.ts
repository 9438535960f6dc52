import { assert } from "chai";
import { Budget } from "yieldcam/http/engine/budget";
import { Input } from "yieldcam/http/engine/input";

interface Fed {
	readonly input: Input;
	/** Delivers count bytes. Returns how many are read. */
	feed(count: number, limit?: number): number;
}

function open(budget?: Budget): Fed {
	const input = new Input({ read: (count) => new ArrayBuffer(count!) }, budget);
	return {
		input,
		feed(count, limit = count) {
			input.readable(count);
			return input.read(limit);
		},
	};
}

/** Whether exactly the given amount is left of a budget. */
function hasLeft(budget: Budget, count: number): boolean {
	if (budget.tryReserve(count + 1) || !budget.tryReserve(count)) return false;
	budget.release(count);
	return true;
}

describe("input", () => {
	it("is pending from the first byte that arrives to the last that is consumed", () => {
		const { input, feed } = open();
		assert.isFalse(input.pending);
		assert.equal(input.denied, 0);
		input.readable(1);
		assert.isTrue(input.pending, "in the socket");
		assert.equal(feed(1), 1);
		assert.isTrue(input.pending, "read");
		input.consume(1);
		assert.isFalse(input.pending);
	});

	it("is over if the socket has less than it reported", () => {
		const input = new Input({ read: () => undefined });
		input.readable(5);
		assert.equal(input.read(5), 0);
		assert.isFalse(input.pending);
	});

	it("stays in the socket if there is no memory for one byte, and reports so", () => {
		const { input, feed } = open(new Budget(0));
		assert.equal(feed(1), 0);
		assert.equal(input.denied, 1);
		assert.isTrue(input.pending);
		assert.equal(input.read(0), 0);
		assert.equal(input.denied, 0, "if nothing was wanted");
	});

	it("takes space that doubles, and no more while that is enough", () => {
		const budget = new Budget(20);
		const { input, feed } = open(budget);
		assert.equal(feed(10), 10);
		assert.isTrue(hasLeft(budget, 10));
		assert.equal(feed(1), 1);
		assert.isTrue(hasLeft(budget, 0));
		const { buffer } = input.bytes;
		assert.equal(feed(9), 9, "the largest that fits");
		assert.strictEqual(input.bytes.buffer, buffer, "it is not moved");
		assert.equal(feed(1), 0);
		assert.equal(input.denied, 40);
	});

	it("releases all of its memory once it is consumed or dropped", () => {
		for (const end of [(input: Input) => input.consume(12), (input: Input) => input.clear()]) {
			const budget = new Budget(100);
			const { input, feed } = open(budget);
			for (let i = 0; i < 3; i++) {
				feed(5);
				feed(7);
				assert.equal(input.length, 12);
				end(input);
				assert.isTrue(hasLeft(budget, 100));
				assert.equal(input.bytes.length, 0);
				assert.equal(input.bytes.buffer.byteLength, 0, "nothing is held");
			}
		}
	});

	it("is charged to another budget if that has room, with all that comes after", () => {
		const [first, small, other] = [new Budget(50), new Budget(9), new Budget(40)];
		const { input, feed } = open(first);
		feed(10);
		assert.isFalse(input.charge(small));
		assert.isTrue(hasLeft(small, 9));
		assert.isTrue(hasLeft(first, 40));
		assert.isTrue(input.charge(other));
		assert.isTrue(hasLeft(first, 50));
		assert.isTrue(hasLeft(other, 30));
		feed(5);
		assert.isTrue(hasLeft(other, 20));
		input.clear();
		assert.isTrue(hasLeft(first, 50));
		assert.isTrue(hasLeft(other, 40));
	});
});
