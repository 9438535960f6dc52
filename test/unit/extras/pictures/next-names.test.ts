import { assert } from "chai";
import { NextNames } from "yieldcam/pictures/next-names";
import { MemoryDirectory } from "../../support/memory-directory.ts";

function directory(...names: string[]): MemoryDirectory {
	const directory = new MemoryDirectory();
	for (const name of names) directory.put(name, new Uint8Array(1));
	return directory;
}

function list(directory: MemoryDirectory, after = ""): string[] {
	const names = new NextNames(directory, after);
	while (names.read(3)) continue;
	return Array.from({ length: names.length }, () => names.shift()!);
}

describe("the next names", () => {
	it("are the JPEG files, in natural order", () => {
		assert.deepEqual(list(directory("10.jpg", "9.JPEG", "notes.txt", "1.Jpg", "jpg", "2.jpg.part")), [
			"1.Jpg",
			"9.JPEG",
			"10.jpg",
		]);
	});

	it("continue after the last, and wrap around", () => {
		assert.deepEqual(list(directory("1.jpg", "2.jpg", "3.jpg", "4.jpg"), "2.jpg"), [
			"3.jpg",
			"4.jpg",
			"1.jpg",
			"2.jpg",
		]);
		assert.deepEqual(list(directory("1.jpg", "2.jpg", "4.jpg"), "3.jpg"), ["4.jpg", "1.jpg", "2.jpg"]);
		assert.deepEqual(list(directory("1.jpg", "2.jpg"), "9.jpg"), ["1.jpg", "2.jpg"]);
	});

	it("are at most 128, however many files there are, and every file has its turn", () => {
		const many = directory(...Array.from({ length: 400 }, (_, i) => `${(i * 37) % 400}.jpg`));
		const all = [];
		let after = "";
		for (let i = 0; i < 4; i++) {
			const names = list(many, after);
			assert.equal(names.length, 128);
			all.push(...names);
			after = names.at(-1)!;
		}
		assert.deepEqual(all.slice(0, 402), [...Array.from({ length: 400 }, (_, i) => `${i}.jpg`), "0.jpg", "1.jpg"]);
	});

	it("are fewer if they are long: 4 kB in all, without a gap", () => {
		const long = (i: number) => `${String(i).padStart(4, "0")}${"x".repeat(196)}.jpg`;
		const many = directory(...Array.from({ length: 30 }, (_, i) => long((i * 7) % 30)), "0020.jpg");
		const names = list(many);
		assert.deepEqual(names, [...Array.from({ length: 20 }, (_, i) => long(i)), "0020.jpg"]);
		assert.deepEqual(list(directory(`${"y".repeat(5_000)}.jpg`)).length, 1);
	});

	it("are counted, and the callback receives each", () => {
		const seen: string[] = [];
		const names = new NextNames(directory("1.jpg", "notes.txt", "2.jpg"), "1.jpg", (name) => seen.push(name));
		while (names.read(1)) continue;
		assert.equal(names.count, 3);
		assert.deepEqual(seen.sort(), ["1.jpg", "2.jpg"]);
	});

	it("are read in steps, which can be canceled", () => {
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
