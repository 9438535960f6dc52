import { assert } from "chai";
import { encodeAddress, encodeName, isName, skipName } from "yieldcam/network/dns-wire";

const name = encodeName("yieldcam", "local");
const text = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

describe("a name in a DNS message", () => {
	it("consists of labels with their lengths", () => {
		assert.deepEqual([...encodeName("ab", "c")], [2, 97, 98, 1, 99, 0]);
	});

	it("ends at its zero, or at a pointer", () => {
		assert.equal(skipName(Uint8Array.of(9, 2, 97, 98, 1, 99, 0, 9), 1), 7);
		assert.equal(skipName(Uint8Array.of(9, 2, 97, 98, 0xc0, 0, 9), 1), 6);
	});

	it("has no end past the message's, or in an invalid length", () => {
		for (const bytes of [[], [2, 97], [2, 97, 98], [0x40, 0], [0xbf, ...Array<number>(200).fill(0)]])
			assert.equal(skipName(Uint8Array.from(bytes), 0), -1);
	});

	it("is recognized in either case, and through pointers", () => {
		const message = Uint8Array.from([5, ...text("LOCAL"), 0, 8, ...text("YieldCam"), 0xc0, 0, 0xc0, 7]);
		assert.isTrue(isName(message, 7, name));
		assert.isTrue(isName(message, 18, name));
		assert.isFalse(isName(message, 0, name));
	});

	it("is not another that begins or ends like it", () => {
		for (const other of [
			["yieldcam"],
			["yieldcam", "local", "lan"],
			["yieldcam", "loca"],
			["yieldca", "mlocal"],
			["x", "yieldcam", "local"],
			[],
		])
			assert.isFalse(isName(encodeName(...other), 0, name), other.join("."));
	});

	it("is not recognized if it is cut off", () => {
		for (let length = 0; length < name.length; length++) assert.isFalse(isName(name.subarray(0, length), 0, name));
	});

	it("points back, never to itself or onward", () => {
		for (const bytes of [
			[0xc0, 0],
			[0xc0, 2, 0xc0, 0],
			[0xc0, 2, ...name],
			[8, ...text("yieldcam"), 0xc0, 0],
			[0xff, 0xff],
		])
			assert.isFalse(isName(Uint8Array.from(bytes), 0, name));
	});
});

describe("an IPv4 address", () => {
	it("is four bytes", () => {
		assert.deepEqual([...encodeAddress("192.168.1.255")!], [192, 168, 1, 255]);
	});

	it("is nothing else", () => {
		for (const address of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.x", "1.2.3.-1", "FE80::1"])
			assert.isUndefined(encodeAddress(address), address);
	});
});
