import { assert } from "chai";
import { NewNames } from "yieldcam/http/new-names";

/** For a machine that has no names at all. */
function newNames(size = 0): NewNames {
	return new NewNames({ room: () => true, settle: () => 0, isName: () => false }, size);
}

describe("a new name of a member", () => {
	for (const name of ["0", "7", "10", "123456789"])
		it(`is not one if it is an array's index: ${name}`, () => assert.isTrue(newNames().isKnown(name)));

	for (const name of ["", "00", "07", "1234567890", "a", "1a", "-1", "1.5"])
		it(`is one if it is not an array's index: "${name}"`, () => assert.isFalse(newNames().isKnown(name)));

	it("takes its length plus 32 bytes", () => {
		const names = newNames(2 * 33 + 34);
		assert.isTrue(names.hasRoom(["a", "b", "cd"]));
		assert.isFalse(names.hasRoom(["a", "b", "cde"]));
		names.take(["a", "b"]);
		assert.isTrue(names.hasRoom(["cd"]));
		assert.isFalse(names.hasRoom(["cde"]));
	});
});
