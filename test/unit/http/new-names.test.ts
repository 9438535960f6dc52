import { assert } from "chai";
import { NewNames } from "yieldcam/http/new-names";

/** Of a machine that has no names at all. */
function newNames(size = 0): NewNames {
	return new NewNames({ room: () => true, settle: () => 0, isName: () => false }, size);
}

describe("a new name of a member", () => {
	for (const name of ["0", "7", "10", "123456789"])
		it(`is none where it is an array's index: ${name}`, () => assert.isTrue(newNames().isKnown(name)));

	for (const name of ["", "00", "07", "1234567890", "a", "1a", "-1", "1.5"])
		it(`is one where it is no array's index: "${name}"`, () => assert.isFalse(newNames().isKnown(name)));

	it("takes its bytes and 32 more", () => {
		const names = newNames(2 * 33 + 34);
		assert.isTrue(names.hasRoom(["a", "b", "cd"]));
		assert.isFalse(names.hasRoom(["a", "b", "cde"]));
		names.take(["a", "b"]);
		assert.isTrue(names.hasRoom(["cd"]));
		assert.isFalse(names.hasRoom(["cde"]));
	});
});
