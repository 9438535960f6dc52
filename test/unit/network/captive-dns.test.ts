import { assert } from "chai";
import { CaptiveDns } from "yieldcam/network/captive-dns";
import type { UDPIO, UDPOptions } from "yieldcam/http/udp-io";
import { resetClock } from "../support/time.ts";
import { message, name, type Question } from "./support/dns-message.ts";
import { FakeLan } from "./support/fake-lan.ts";

const OWN = "192.168.4.1";
const PHONE = "192.168.4.2";
const RECURSION = 0x0100;

describe("the DNS server of the access point", () => {
	let lan: FakeLan;
	let options: UDPOptions;
	let server: CaptiveDns;

	beforeEach(() => {
		resetClock();
		lan = new FakeLan();
		const Base = lan.io(OWN);
		const io: UDPIO = class extends Base {
			constructor(given: UDPOptions) {
				super(given);
				options = given;
			}
		};
		server = new CaptiveDns(io, OWN);
	});

	/** Asks, and returns the lines of the answer. */
	function ask(bytes: Uint8Array): readonly string[] {
		lan.send(bytes, PHONE, OWN, 4_000);
		lan.pass(0);
		const answers = lan.look();
		assert.isAtMost(answers.length, 1);
		if (answers.length === 0) return [];
		assert.equal(answers[0].to, `${PHONE}:4000`);
		return answers[0].text;
	}

	function query(...questions: Question[]): Uint8Array {
		return message({ id: 0x1234, flags: RECURSION, questions });
	}

	it("answers each name with the device's address, which nobody keeps", () => {
		assert.equal(options.port, 53);
		assert.equal(options.address, OWN);
		for (const host of ["captive.apple.com", "a.b.c.d.example", "x".repeat(63)]) {
			const lines = ask(query({ name: host, type: "A" }));
			assert.deepEqual(lines.slice(1), [`? A ${host}`, `answer A ${host} ${OWN} 0`]);
		}
		assert.lengthOf(ask(query({ name: "example.com", type: "ANY" })), 3);
	});

	it("repeats the number of the query, and says that the answer is its own", () => {
		lan.send(query({ name: "example.com", type: "A" }), PHONE, OWN, 4_000);
		lan.pass(0);
		const [{ bytes }] = lan.look();
		assert.deepEqual([...bytes.slice(0, 4)], [0x12, 0x34, 0x85, 0x80]);
	});

	it("has no records of other types, so that phones need not wait for them", () => {
		for (const type of ["AAAA", "TXT", "PTR", "SRV"] as const)
			assert.deepEqual(ask(query({ name: "example.com", type })).slice(1), [`? ${type} example.com`]);
		const https = query({ name: "example.com", type: "A" });
		https[https.length - 3] = 65;
		lan.send(https, PHONE, OWN, 4_000);
		lan.pass(0);
		const [{ bytes }] = lan.look();
		assert.deepEqual([...bytes.slice(6, 8)], [0, 0]);
	});

	it("ignores what asks for nothing", () => {
		const question = query({ name: "example.com", type: "A" });
		assert.deepEqual(ask(message({ flags: 0x8000, questions: [{ name: "example.com", type: "A" }] })), []);
		assert.deepEqual(ask(message({ flags: 0x2800, questions: [{ name: "example.com", type: "A" }] })), []);
		assert.deepEqual(ask(query()), []);
		for (let length = 0; length < question.length; length++) assert.deepEqual(ask(question.slice(0, length)), []);
		const pointing = Uint8Array.from([...question.slice(0, 12), 0xc0, 0x0c, 0, 1, 0, 1]);
		assert.deepEqual(ask(pointing), []);
	});

	it("answers the longest name, and none that is longer", () => {
		const longest = [63, 63, 63, 61].map((length) => "n".repeat(length)).join(".");
		assert.lengthOf(name(longest), 255);
		assert.lengthOf(ask(query({ name: longest, type: "A" })), 3);
		assert.deepEqual(ask(query({ name: `${longest}n`, type: "A" })), []);
	});

	it("answers a few packets of those that arrive at once, and survives a socket that cannot send", () => {
		for (let left = 100; left > 0; left--) lan.send(query({ name: "example.com", type: "A" }), PHONE, OWN, 4_000);
		lan.pass(0);
		assert.lengthOf(lan.look(), 4);
		lan.cut(OWN);
		assert.deepEqual(ask(query({ name: "example.com", type: "A" })), []);
	});

	it("closes its socket", () => {
		server.close();
		assert.equal(lan.open, 0);
	});
});
