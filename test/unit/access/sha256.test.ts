import { assert } from "chai";
import { Hmac, sha256 } from "yieldcam/access/sha256";
import { fromHex, hex } from "yieldcam/access/constant-time";
import { hashPassword, isPassword, isPasswordHash, pbkdf2 } from "yieldcam/access/password-hash";
import { settled } from "../support/settled.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

function bytes(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

describe("a password's hash", () => {
	const salt = "00".repeat(8),
		hash = "ab".repeat(32);

	for (const [what, salted, expected] of [
		["its parts", `${salt}.${hash}`, true],
		["more salt than it needs", `${salt}00.${hash}`, true],
		["an odd digit of salt", `${salt}0.${hash}`, false],
		["an invalid hash", `${salt}.${"zz".repeat(32)}`, false],
		["half a digit too many", `${salt}.${hash}a`, false],
		["too little salt", `${salt.slice(2)}.${hash}`, false],
		["no salt", `.${hash}`, false],
		["an invalid salt", `zz${salt}.${hash}`, false],
		["too short a hash", `${salt}.${hash.slice(2)}`, false],
		["too long a hash", `${salt}.${hash}ab`, false],
		["no hash", salt, false],
		["an empty hash", `${salt}.`, false],
	] as const)
		it(`with ${what} is ${expected ? "valid" : "invalid"}`, async () => {
			const scheme = (await settled(hashPassword("x".repeat(8), new Uint8Array(8), 1))).split(".")[0];
			assert.equal(isPasswordHash(`${scheme}.2.${salted}`), expected);
			for (const count of ["0", "-1", "1.5", "", "x", "1e99"])
				assert.isFalse(isPasswordHash(`${scheme}.${count}.${salted}`), count);
			for (const count of ["1", "10000"])
				assert.equal(isPasswordHash(`${scheme}.${count}.${salted}`), expected, count);
			assert.isFalse(isPasswordHash(`${scheme}.10001.${salted}`), "the machine's owner would wait");
			assert.isFalse(isPasswordHash(`${scheme}x.2.${salted}`));
		});
});

describe("SHA-256", () => {
	// The first three are NIST's (FIPS 180-4's examples), the others come from coreutils' sha256sum.
	const vectors: [what: string, text: string, digest: string][] = [
		["abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
		[
			"two blocks",
			"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		],
		["nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
		["55 letters", "x".repeat(55), "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"],
		["56 letters", "x".repeat(56), "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"],
		["63 letters", "x".repeat(63), "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"],
		["64 letters", "x".repeat(64), "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"],
		["65 letters", "x".repeat(65), "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"],
		["119 letters", "x".repeat(119), "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"],
		["120 letters", "x".repeat(120), "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"],
	];
	for (const [what, message, digest] of vectors)
		it(`of ${what}`, () => assert.equal(hex(sha256(bytes(message))), digest));
});

describe("HMAC-SHA-256", () => {
	// RFC 4231
	const vectors: [test: number, key: Uint8Array, data: Uint8Array, mac: string][] = [
		[
			1,
			new Uint8Array(20).fill(0x0b),
			bytes("Hi There"),
			"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		],
		[
			2,
			bytes("Jefe"),
			bytes("what do ya want for nothing?"),
			"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		],
		[
			3,
			new Uint8Array(20).fill(0xaa),
			new Uint8Array(50).fill(0xdd),
			"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
		],
		[
			6,
			new Uint8Array(131).fill(0xaa),
			bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
			"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
		],
	];
	for (const [test, key, data, mac] of vectors)
		it(`of RFC 4231's test ${test}`, () => assert.equal(hex(new Hmac(key).digest(data)), mac));
});

describe("half an HMAC", () => {
	it("is the hash of the key's block, padded, and the message", () => {
		const key = bytes("Jefe");
		const block = new Uint8Array(64).fill(0x36);
		key.forEach((byte, at) => (block[at] ^= byte));
		const message = new Uint8Array(64 + 60).fill(7);
		message.set(block);
		assert.deepEqual(new Hmac(key).half(message.slice(64)), sha256(message));
	});
});

describe("PBKDF2-HMAC-SHA-256", () => {
	// RFC 7914, section 11, has one; the others come from OpenSSL.
	const vectors: [password: string, salt: string, count: number, key: string][] = [
		["passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"],
		["password", "salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"],
		["password", "salt", 5, "65cc4b332e89aa90252ddca8fd3641d5b830f2216a6ab2669c15f30e652f542c"],
		[
			"passwordPASSWORDpassword",
			"saltSALTsaltSALTsaltSALTsaltSALTsalt",
			9,
			"a5f6e031fd7f75b31ee1b8cbdb7787b5c1dc1695bc8d85af56020515446dbfaa",
		],
		[
			"éééééééééééééééééééééééééééééééééééééééé",
			"NaCl",
			4,
			"2e675ce91b9a14735df1fb166bb31004951d83a4414b9ce373a1138ac47ec412",
		],
	];
	for (const [password, salt, count, key] of vectors)
		it(`of "${password.slice(0, 20)}", ${count} times`, async () =>
			assert.equal(hex(await settled(pbkdf2(bytes(password), bytes(salt), count))), key));
});

describe("hashing a password", () => {
	/** Makes each turn take the given number of milliseconds. Returns the number of turns. */
	async function turns(count: number, duration: number): Promise<number> {
		resetClock();
		const { now } = Date;
		let time = 1_000;
		let done = false;
		let made = 0;
		Date.now = () => time;
		try {
			void pbkdf2(bytes("password"), bytes("salt"), count).then(() => (done = true));
			for (; !done; made++) {
				assert.isAtMost(pendingTimers(), 1);
				time += duration;
				advance(0);
				for (let i = 0; i < 8; i++) await Promise.resolve();
			}
		} finally {
			Date.now = now;
		}
		return made;
	}

	it("yields to others after every two iterations", async () => {
		assert.equal(await turns(11, 0), 5);
	});

	it("does eight iterations after each turn that takes four milliseconds, and two otherwise", async () => {
		// The first one, then two, then four times eight.
		const count = 1 + 2 + 4 * 8;
		assert.equal(await turns(count, 3), 17);
		assert.equal(await turns(count, 4), 5);
		assert.equal(await turns(count + 1, 4), 6);
		assert.equal(await turns(count - 1, 4), 5);
	});

	it("yields no hash if it is canceled", async () => {
		assert.lengthOf(await settled(pbkdf2(bytes("password"), bytes("salt"), 9, { over: true })), 0);
		assert.lengthOf(await settled(pbkdf2(bytes("password"), bytes("salt"), 9, { over: false })), 32);
	});
});

describe("a password's hash", () => {
	const salt = fromHex("00112233445566778899aabbccddeeff")!;

	it("matches its password and no other", async () => {
		const hash = await settled(hashPassword("correct horse", salt, 3));
		assert.match(hash, /^pbkdf2-sha256\.3\.00112233445566778899aabbccddeeff\.[0-9a-f]{64}$/);
		assert.isTrue(isPasswordHash(hash));
		assert.isTrue(await settled(isPassword("correct horse", hash)));
		for (const other of ["correct hors", "correct horses", "Correct horse", ""])
			assert.isFalse(await settled(isPassword(other, hash)), other);
	});

	it("has a thousand iterations and a salt by default", async () => {
		assert.match(await settled(hashPassword("x", salt)), /^pbkdf2-sha256\.1000\./);
	});

	const good = `pbkdf2-sha256.3.0011223344556677.${"0".repeat(64)}`;
	for (const bad of [
		undefined,
		null,
		7,
		"",
		"secret",
		good.replace("256", "512"),
		good.replace(".3.", ".0."),
		good.replace(".3.", ".1e9."),
		good.replace(".3.", ".x."),
		good.replace(".00", ".0"),
		good.replace(".00", ".g0"),
		good.slice(0, -2),
		`${good}00`,
		`${good}.`,
		good.replace("0011223344556677", ""),
	])
		it(`is not ${JSON.stringify(bad)}`, async () => {
			assert.isFalse(isPasswordHash(bad));
			if (typeof bad === "string") assert.isFalse(await isPassword("", bad));
		});
});
