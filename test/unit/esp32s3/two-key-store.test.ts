import { assert } from "chai";
import { TwoKeyStore, type WritablePreferences } from "yieldcam/esp32s3/two-key-store";

/** Preferences in memory that erase a key before they set it, as the board's do, and lose power on demand. */
class Flash implements WritablePreferences {
	readonly values = new Map<string, string>();
	/** Steps until the power is cut. */
	left = Infinity;

	get(domain: string, key: string): unknown {
		return this.values.get(`${domain}/${key}`);
	}

	set(domain: string, key: string, value: string): void {
		this.delete(domain, key);
		this.step();
		this.values.set(`${domain}/${key}`, value);
	}

	delete(domain: string, key: string): void {
		this.step();
		this.values.delete(`${domain}/${key}`);
	}

	private step(): void {
		if (this.left-- === 0) throw new Error("the power is cut");
	}
}

function open(flash = new Flash()): { flash: Flash; store: TwoKeyStore } {
	return { flash, store: new TwoKeyStore(flash, "yieldcam", ["settings0", "settings1"]) };
}

describe("a text in two keys of the board's preferences", () => {
	it("is read after a restart", () => {
		const { flash, store } = open();
		assert.isUndefined(store.read());
		for (const text of ["{}", '{"a": 1}', "with spaces, and 7 numbers", ""]) {
			store.write(text);
			assert.equal(store.read(), text);
			assert.equal(open(flash).store.read(), text);
		}
		assert.equal(flash.values.size, 2);
		store.clear();
		assert.isUndefined(store.read());
		assert.equal(flash.values.size, 0);
	});

	it("is the last one after more writes than a digit counts", () => {
		const { flash, store } = open();
		for (let i = 0; i < 1_001; i++) store.write(`text ${i}`);
		assert.equal(open(flash).store.read(), "text 1000");
	});

	it("is nothing if something else is in the keys", () => {
		const { flash, store } = open();
		for (const value of ["", " ", "text", "-1 text", "1e3 text", "{} x"]) {
			flash.values.set("yieldcam/settings0", value);
			assert.isUndefined(store.read(), value);
		}
		store.write("ours");
		assert.equal(store.read(), "ours");
	});

	it("is the old or the new one, never none, if the power is cut at any of a thousand steps", () => {
		// Each step of each kind of write, in an order that repeats only after 60 writes.
		let cuts = 0,
			{ flash, store } = open();
		let current: string | undefined;
		for (let number = 0; cuts < 1_000; number++) {
			const next = number % 20 === 19 ? undefined : `settings ${number}`;
			flash.left = number % 3;
			try {
				if (next === undefined) store.clear();
				else store.write(next);
				current = next;
			} catch {
				cuts++;
				const found = open(flash).store.read();
				assert.include([current, next], found, `cut ${cuts}`);
				current = found;
			}
			// The power is back.
			flash.left = Infinity;
			({ flash, store } = open(flash));
			assert.equal(store.read(), current);
		}
	});
});
