import { assert } from "chai";
import { isIPv4, isIPv6, networkOf } from "yieldcam/http/syntax/ip-address";

describe("an address's network", () => {
	for (const [address, network] of [
		["", ""],
		["192.0.2.1", "192.0.2.1"],
		["::ffff:192.0.2.1", "192.0.2.1"],
		["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
		["2001:db8:1:2::6", "2001:db8:1:2"],
		["2001:db8::6", "2001:db8:0:0"],
		["2001:db8::3:4:5:6:7", "2001:db8:0:3"],
		["fe80::1%eth0", "fe80:0:0:0"],
		["::1", "0:0:0:0"],
		["::", "0:0:0:0"],
		["::2:3:4:5:6:7:8", "0:2:3:4"],
		["::ffff:1:2", "0:0:0:0"],
		["64:ff9b::192.0.2.1", "64:ff9b:0:0"],
	] as const)
		it(`of ${address || "nobody"} is ${network || "none"}`, () => assert.equal(networkOf(address), network));
});

describe("an IP address", () => {
	for (const text of [
		"::",
		"::1",
		"1::",
		"1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::",
		"::ffff:192.0.2.1",
		"1:2:3:4:5:6:192.0.2.1",
		"FE80::ABCD",
		"::2:3:4:5:6:7:8",
		"0000:0000:0000:0000:0000:ffff:255.255.255.255",
	])
		it(`of 128 bits may be ${text}`, () => assert.isTrue(isIPv6(text)));

	for (const text of [
		"",
		":",
		":::",
		"1",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1:2:3:4::5:6:7:8",
		"1::2::3",
		":1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:",
		"12345::",
		"g::",
		"::1%1",
		"1.2.3.4::",
		"::1.2.3",
		"::1.2.3.400",
		"1:2:3:4:5:6:7:1.2.3.4",
		"192.0.2.1",
		"g:2:3:4:5:6:1.2.3.4",
		`::${"0".repeat(50)}1`,
	])
		it(`of 128 bits may not be ${text.slice(0, 20)}`, () => assert.isFalse(isIPv6(text)));

	for (const text of [
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"01.2.3.4",
		"1.2.3.",
		"1..3.4",
		"0x1.2.3.4",
		"1.2.3.4.",
		"1.2.3.0004",
		"1.2.3.1004",
	])
		it(`of 32 bits may not be "${text}"`, () => assert.isFalse(isIPv4(text)));

	it("of 32 bits is four numbers", () => assert.isTrue(isIPv4("0.10.200.255")));
});
