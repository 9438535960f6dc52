import { assert } from "chai";
import { NextNames } from "yieldcam/pictures/next-names";
import { MemoryDirectory } from "../support/memory-directory.ts";

function directory(...names: string[]): MemoryDirectory {
	const directory = new MemoryDirectory();
	for (const name of names)
		directory.put(name, new Uint8Array(1));
	return directory;
}

function list(directory: MemoryDirectory, after = ""): string[] {
	const names = new NextNames(directory, after);
	while (names.read(3))
		continue;
	return Array.from({ length: names.length }, () => names.shift()!);
}

describe("the names that come next", () => {
	it("are the JPEG files, in natural order", () => {
		assert.deepEqual(list(directory("10.jpg", "9.JPEG", "notes.txt", "1.Jpg", "jpg", "2.jpg.part")), ["1.Jpg", "9.JPEG", "10.jpg"]);
	});

	it("go on behind the last, and around", () => {
		assert.deepEqual(list(directory("1.jpg", "2.jpg", "3.jpg", "4.jpg"), "2.jpg"), ["3.jpg", "4.jpg", "1.jpg", "2.jpg"]);
		assert.deepEqual(list(directory("1.jpg", "2.jpg", "4.jpg"), "3.jpg"), ["4.jpg", "1.jpg", "2.jpg"]);
		assert.deepEqual(list(directory("1.jpg", "2.jpg"), "9.jpg"), ["1.jpg", "2.jpg"]);
	});

	it("are 32 at most, of however many files: all have their turn", () => {
		const many = directory(...Array.from({ length: 100 }, (_, i) => `${(i * 37) % 100}.jpg`));
		const all = [];
		let after = "";
		for (let i = 0; i < 4; i++) {
			const names = list(many, after);
			assert.equal(names.length, 32);
			all.push(...names);
			after = names.at(-1)!;
		}
		assert.deepEqual(all.slice(0, 102), [...Array.from({ length: 100 }, (_, i) => `${i}.jpg`), "0.jpg", "1.jpg"]);
	});

	it("are read in steps, which can be ended", () => {
		const four = directory("1.jpg", "2.jpg", "3.jpg", "4.jpg");
		const names = new NextNames(four, "");
		assert.isTrue(names.read(2));
		assert.equal(four.names, 2);
		assert.equal(four.scans, 1);
		names.close();
		assert.equal(four.scans, 0);
		assert.isFalse(names.read(1));
	});
});
