import { assert } from "chai";
import { findCredentials, keepChosen } from "yieldcam/network/credentials";
import { candidateName, findHostName, uniqueName } from "yieldcam/network/host-name";
import { memoryStore } from "./support/memory-store.ts";
import { preferences } from "./support/preferences.ts";

const none = preferences({});

function problem(config: Record<string, unknown>): string {
	const { networks, problems } = findCredentials(config, none);
	assert.isEmpty(networks);
	assert.equal(problems.length, 1);
	return problems[0];
}

describe("the credentials", () => {
	it("come from the build", () => {
		assert.deepEqual(findCredentials({ ssid: "home", password: "correct horse" }, none), {
			networks: [{ ssid: "home", password: "correct horse", source: "build" }],
			problems: [],
		});
	});

	it("come from the preferences first, and then from the build", () => {
		const { networks } = findCredentials(
			{ ssid: "home", password: "correct horse" },
			preferences({ ssid: "lab", password: "battery staple" }),
		);
		assert.deepEqual(networks, [
			{ ssid: "lab", password: "battery staple", source: "preferences" },
			{ ssid: "home", password: "correct horse", source: "build" },
		]);
	});

	it("come first from what somebody has chosen on the device", () => {
		const store = memoryStore();
		keepChosen(store, { ssid: "café", password: "battery staple" });
		assert.deepEqual(findCredentials({ ssid: "home" }, none, store).networks, [
			{ ssid: "café", password: "battery staple", source: "device" },
			{ ssid: "home", source: "build" },
		]);
		keepChosen(store, { ssid: "open" });
		assert.deepEqual(findCredentials({}, none, store).networks, [{ ssid: "open", source: "device" }]);
	});

	for (const text of ["{", "null", "7", '"home"', '{"ssid":7}', '{"ssid":"home","password":"short"}'])
		it(`do without what is kept if that is ${text}`, () => {
			const store = memoryStore();
			store.write(text);
			const { networks, problems } = findCredentials({ ssid: "home" }, none, store);
			assert.deepEqual(networks, [{ ssid: "home", source: "build" }]);
			assert.notInclude(problems.join(), "short");
		});

	it("never pair an SSID with another network's password", () => {
		const { networks } = findCredentials({ ssid: "home", password: "correct horse" }, preferences({ ssid: "lab" }));
		assert.deepEqual(networks[0], { ssid: "lab", source: "preferences" });
		assert.isEmpty(
			findCredentials({ password: "correct horse" }, preferences({ password: "battery staple" })).networks,
		);
	});

	it("have no password for an open network", () => {
		assert.deepEqual(findCredentials({ ssid: "lab", password: "" }, none).networks, [
			{ ssid: "lab", source: "build" },
		]);
	});

	it("may be as long as Wi-Fi allows", () => {
		for (const [ssid, password] of [
			["s".repeat(32), "p".repeat(8)],
			["ä".repeat(16), "p".repeat(63)],
			["s", "0123456789abcdefABCDEF".repeat(3).slice(0, 64)],
		] as const)
			assert.deepEqual(findCredentials({ ssid, password }, none).networks, [{ ssid, password, source: "build" }]);
	});

	for (const [what, ssid, pattern] of [
		["an empty SSID", "", /build is ignored: its ssid is empty/],
		["an SSID of 33 bytes", "ä".repeat(16) + "x", /longer than 32 bytes/],
		["an SSID with a NUL", "a\0b", /NUL/],
		["an SSID that is a number", 12, /not text/],
	] as const) {
		it(`are rejected with ${what}`, () => {
			assert.match(problem({ ssid, password: "correct horse" }), pattern);
		});
	}

	for (const [what, password] of [
		["7 bytes", "tiny567"],
		["64 bytes that are not hexadecimal digits", "z".repeat(64)],
		["65 hexadecimal digits", "a".repeat(65)],
		["a NUL", "correct\0horse"],
		["a number", 12345678],
	] as const) {
		it(`are rejected with a password of ${what}, which the line does not repeat`, () => {
			const line = problem({ ssid: "home", password });
			assert.match(line, /its password is /);
			assert.notInclude(line, String(password));
		});
	}

	it("come from the build if those of the preferences are invalid", () => {
		const { networks, problems } = findCredentials({ ssid: "home" }, preferences({ ssid: "" }));
		assert.deepEqual(networks, [{ ssid: "home", source: "build" }]);
		assert.deepEqual(problems, ["the Wi-Fi network of the preferences is ignored: its ssid is empty"]);
	});

	it("come from the build if the preferences cannot be read", () => {
		const { networks, problems } = findCredentials(
			{ ssid: "home" },
			{
				get() {
					throw new Error("nvs get fail");
				},
			},
		);
		assert.equal(networks.length, 1);
		assert.deepEqual(problems, ["the preferences cannot be read: nvs get fail"]);
	});

	it("are reported as missing", () => {
		assert.equal(problem({}), "no Wi-Fi network is set");
	});
});

describe("the host name", () => {
	function find(config: Record<string, unknown>, stored: Record<string, unknown> = {}): string {
		return findHostName(config, preferences(stored), (line) => assert.fail(line));
	}

	it("is yieldcam by default", () => {
		assert.equal(find({}), "yieldcam");
	});

	it("comes from the preferences, or else from the build", () => {
		assert.equal(find({ hostname: "Door" }, { hostname: "Garden-2" }), "garden-2");
		assert.equal(find({ hostname: "Door" }), "door");
	});

	for (const hostname of ["", "-a", "a-", "a.b", "a b", "käse", "x".repeat(26), 7]) {
		it(`may not be ${JSON.stringify(hostname)}`, () => {
			const lines: string[] = [];
			assert.equal(
				findHostName({ hostname }, none, (line) => lines.push(line)),
				"yieldcam",
			);
			assert.deepEqual(lines, [
				"the hostname of the build is ignored: it is not 1 to 25 letters, digits and inner hyphens",
			]);
		});
	}

	it("is made unique by the end of the MAC", () => {
		assert.equal(uniqueName("yieldcam", "F4:12:FA:A1:B2:C3"), "yieldcam-a1b2c3");
	});

	it("has a candidate for every attempt", () => {
		const names = (mac: string | undefined) =>
			[0, 1, 2, 3].map((attempt) => candidateName("yieldcam", mac, attempt));
		assert.deepEqual(names("f4:12:fa:a1:b2:c3"), [
			"yieldcam",
			"yieldcam-a1b2c3",
			"yieldcam-a1b2c3-2",
			"yieldcam-a1b2c3-3",
		]);
		assert.deepEqual(names(undefined), ["yieldcam", "yieldcam-2", "yieldcam-3", "yieldcam-4"]);
	});

	it("is, with its suffix, no longer than the DHCP client allows", () => {
		assert.isAtMost(uniqueName("x".repeat(25), "f4:12:fa:a1:b2:c3").length, 32);
	});
});
