import { assert } from "chai";
import { setImmediate as turn } from "node:timers/promises";
import { ChangeQueue, type Values } from "../../../page/controls/change-queue.ts";

class Refusal extends Error {
	readonly field: string | undefined;

	constructor(field?: string) {
		super("refused");
		this.field = field;
	}
}

/** A queue to a device that answers when a test says so. */
function queue() {
	const sent: Values[] = [];
	const refused: (readonly string[])[] = [];
	const idle: number[] = [];
	let settle: { resolve(): void; reject(error: Error): void };
	const changes = new ChangeQueue({
		send(values) {
			sent.push({ ...values });
			return new Promise((resolve, reject) => (settle = { resolve, reject }));
		},
		blame: (error) => (error as Refusal).field,
		onRefused: (names) => refused.push(names),
		onIdle: () => idle.push(sent.length),
	});
	const answer = async (error?: Error): Promise<void> => {
		if (error) settle.reject(error);
		else settle.resolve();
		await turn();
	};
	return { changes, sent, refused, idle, answer };
}

describe("the page's changes", () => {
	it("go at once, and while one is under way the next ones collect, the last for each control", async () => {
		const { changes, sent, idle, answer } = queue();
		for (const value of [1, 2, 3]) changes.set({ quality: value });
		changes.set({ mirror: true });
		assert.deepEqual(sent, [{ quality: 1 }]);
		await answer();
		assert.deepEqual(sent, [{ quality: 1 }, { quality: 3, mirror: true }]);
		await answer();
		assert.lengthOf(sent, 2);
		assert.deepEqual(idle, [2], "once all is answered");
		changes.set({ quality: 4 });
		assert.deepEqual(sent.at(-1), { quality: 4 });
	});

	it("are pending until they are answered", async () => {
		const { changes, answer } = queue();
		changes.set({ quality: 1 });
		changes.set({ mirror: true });
		assert.isTrue(changes.pending("quality"));
		assert.isTrue(changes.pending("mirror"));
		await answer();
		assert.isFalse(changes.pending("quality"));
		assert.isTrue(changes.pending("mirror"));
		await answer();
		assert.isFalse(changes.pending("mirror"));
	});

	it("that were refused together with a bad one go again without it", async () => {
		const { changes, sent, refused, answer } = queue();
		changes.set({ flip: true });
		changes.set({ quality: 99 });
		changes.set({ mirror: true });
		await answer();
		await answer(new Refusal("quality"));
		assert.deepEqual(refused, [["quality"]]);
		assert.deepEqual(sent.at(-1), { mirror: true });
	});

	it("that failed for another reason are all dropped", async () => {
		const { changes, sent, refused, answer } = queue();
		changes.set({ flip: true });
		await answer(new Refusal());
		assert.deepEqual(refused, [["flip"]]);
		assert.isFalse(changes.pending("flip"));
		assert.lengthOf(sent, 1);
	});
});
