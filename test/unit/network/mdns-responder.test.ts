import { assert } from "chai";
import { candidateName } from "yieldcam/network/host-name";
import { MDNS_ADDRESS, MdnsResponder, MDNS_TIMES } from "yieldcam/network/mdns-responder";
import { pendingTimers, resetClock } from "../support/time.ts";
import { message, name, probe, query, response } from "./support/dns-message.ts";
import { FakeLan } from "./support/fake-lan.ts";

const BOARD = "192.168.1.5";
const PHONE = "192.168.1.9";
const HOST = "yieldcam.local";
const SERVICE = "_http._tcp.local";
const INSTANCE = "yieldcam._http._tcp.local";

const a = `A ${HOST} ${BOARD} 120 flush`;
const nsec = `NSEC ${HOST} ${HOST} 0,1,64 120 flush`;
const ptr = `PTR ${SERVICE} ${INSTANCE} 4500`;
const srv = `SRV ${INSTANCE} 0 0 80 ${HOST} 120 flush`;
const txt = `TXT ${INSTANCE} [0] 4500 flush`;
const services = `PTR _services._dns-sd._udp.local ${SERVICE} 4500`;
const EVERYTHING = ["response", ...[a, nsec, ptr, srv, txt, services].map((record) => `answer ${record}`)];

/** The longest time it takes to claim an unused name. */
const claimTime = MDNS_TIMES.beforeProbe + 3 * MDNS_TIMES.betweenProbes + 5;
/** A time after which announcements are over and answers go out at once. */
const SETTLED = 10_000;

interface Board {
	responder: MdnsResponder;
	/** The names it claimed. */
	names: string[];
}

function open(lan: FakeLan, { address = BOARD, mac = "f4:12:fa:a1:b2:c3", attempt = 0 } = {}): Board {
	const names: string[] = [];
	const responder = new MdnsResponder({
		io: lan.io(address),
		address,
		port: 80,
		name: (attempt) => candidateName("yieldcam", mac, attempt),
		attempt,
		onName: (name) => names.push(name),
	});
	return { responder, names };
}

/** A board that has its name and is silent. */
function claimed(): Board & { lan: FakeLan } {
	const lan = new FakeLan();
	const opened = open(lan);
	lan.pass(SETTLED);
	lan.look();
	return { lan, ...opened };
}

/** What the board sends within a time, without the recipients. */
function said(lan: FakeLan, milliseconds = 200): string[][] {
	lan.pass(milliseconds);
	return lan.look().map(({ text }) => [...text]);
}

describe("an mDNS responder", () => {
	beforeEach(resetClock);

	describe("that claims a name", () => {
		it("probes three times, then has it and announces everything three times", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(claimTime);
			const sent = lan.look();
			const proposal = ["query", `? ANY ${HOST} alone`, `authority A ${HOST} ${BOARD} 120`];
			assert.deepEqual(
				sent.map(({ text }) => text),
				[proposal, proposal, proposal, EVERYTHING],
			);
			assert.isTrue(sent.every(({ to }) => to === MDNS_ADDRESS));
			assert.deepEqual(names, ["yieldcam"]);
			assert.deepEqual(said(lan, SETTLED), [EVERYTHING, EVERYTHING]);
			assert.equal(pendingTimers(), 0);
		});

		it("takes the name with the MAC if a host answers", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(MDNS_TIMES.beforeProbe + 5);
			lan.send(response({ name: "YieldCam.local", type: "A", data: [192, 168, 1, 77] }), "192.168.1.77", BOARD);
			lan.pass(claimTime);
			assert.deepEqual(names, ["yieldcam-a1b2c3"]);
		});

		it("takes another name if a host has the name with other kinds of addresses", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(5);
			lan.send(response({ section: "additional", name: HOST, type: "AAAA", data: Array(16).fill(0xfe) }), PHONE);
			lan.pass(2 * claimTime);
			assert.deepEqual(names, ["yieldcam-a1b2c3"]);
		});

		it("continues counting if that is taken too, and slows down", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			for (const taken of ["yieldcam", "yieldcam-a1b2c3", "yieldcam-a1b2c3-2", "yieldcam-a1b2c3-3"]) {
				lan.pass(MDNS_TIMES.beforeProbe + 5);
				lan.send(response({ name: `${taken}.local`, type: "A", data: [10, 0, 0, 1] }), PHONE);
			}
			lan.pass(MDNS_TIMES.manyConflicts - 100);
			lan.look();
			lan.pass(claimTime + 100);
			assert.equal(lan.look()[0].text[1], "? ANY yieldcam-a1b2c3-4.local alone");
			assert.deepEqual(names, ["yieldcam-a1b2c3-4"]);
		});

		it("begins with its previous name", () => {
			const lan = new FakeLan();
			const { names } = open(lan, { attempt: 1 });
			lan.pass(claimTime);
			assert.deepEqual(names, ["yieldcam-a1b2c3"]);
		});

		for (const [what, bytes, port] of [
			["another name", response({ name: "yieldcam2.local", type: "A", data: [10, 0, 0, 1] }), 5353],
			[
				"its own address, repeated by a bridge",
				response({ name: HOST, type: "A", data: [192, 168, 1, 5] }),
				5353,
			],
			["a host that says goodbye", response({ name: HOST, type: "A", ttl: 0, data: [10, 0, 0, 1] }), 5353],
			["a response from another port than 5353", response({ name: HOST, type: "A", data: [10, 0, 0, 1] }), 1053],
			[
				"a message with an error code",
				message({ flags: 0x8403, records: [{ name: HOST, type: "A", data: [10, 0, 0, 1] }] }),
				5353,
			],
			["a question for the name", query({ name: HOST, type: "A" }), 5353],
		] as const) {
			it(`is not disturbed by ${what}`, () => {
				const lan = new FakeLan();
				const { names } = open(lan);
				lan.pass(MDNS_TIMES.beforeProbe + 5);
				lan.send(bytes, PHONE, BOARD, port);
				lan.pass(claimTime);
				assert.deepEqual(names, ["yieldcam"]);
			});
		}

		it("does not count a probe that could not be sent", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.cut(BOARD);
			lan.pass(SETTLED);
			assert.deepEqual(names, []);
		});

		it("throws for an invalid address, and if the socket does", () => {
			const lan = new FakeLan();
			assert.throws(() => open(lan, { address: "FE80::1" }), RangeError);
			open(lan);
			assert.throws(() => open(lan), "bind failed");
			assert.equal(pendingTimers(), 1);
		});

		it("leaves no socket open if it cannot join the group", () => {
			const lan = new FakeLan();
			const io = class extends lan.io(BOARD) {
				override add(): void {
					throw new Error("no group");
				}
			};
			assert.throws(
				() => new MdnsResponder({ io, address: BOARD, port: 80, name: () => "yieldcam", onName() {} }),
				"no group",
			);
			assert.equal(lan.open, 0);
			assert.equal(pendingTimers(), 0);
		});
	});

	describe("that claims a name at the same time as another host", () => {
		/** Whether the board has the name a second later, if no host answers its later probes. */
		function ties(...records: { type: "A" | "AAAA" | "TXT"; data: number[] }[]): boolean {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(MDNS_TIMES.beforeProbe + 5);
			lan.send(probe(HOST, ...records), PHONE);
			lan.pass(claimTime - MDNS_TIMES.beforeProbe);
			return names.length === 1;
		}

		it("wins with the greater address", () => {
			assert.isTrue(ties({ type: "A", data: [192, 168, 1, 4] }));
			assert.isTrue(ties({ type: "A", data: [10, 200, 200, 200] }));
		});

		it("loses with the lesser address", () => {
			assert.isFalse(ties({ type: "A", data: [192, 168, 1, 6] }));
			assert.isFalse(ties({ type: "A", data: [192, 168, 2, 1] }));
		});

		it("takes the longer data for the later", () => {
			assert.isTrue(ties({ type: "A", data: [192, 168, 1] }));
			assert.isFalse(ties({ type: "A", data: [192, 168, 1, 5, 0] }));
		});

		it("loses to a later type, and to more records after the same", () => {
			assert.isFalse(ties({ type: "TXT", data: [0] }));
			assert.isFalse(ties({ type: "A", data: [192, 168, 1, 5] }, { type: "AAAA", data: Array(16).fill(0) }));
		});

		it("compares the other's first record, wherever it is", () => {
			assert.isTrue(ties({ type: "AAAA", data: Array(16).fill(0) }, { type: "A", data: [192, 168, 1, 4] }));
		});

		it("does not lose to its own probe, repeated by a bridge", () => {
			assert.isTrue(ties({ type: "A", data: [192, 168, 1, 5] }));
		});

		it("loses to the same probe twice, since a repeated record means a host with others", () => {
			assert.isFalse(ties({ type: "A", data: [192, 168, 1, 5] }, { type: "A", data: [192, 168, 1, 5] }));
		});

		it("does not lose to a host that proposes nothing, or proposes another name", () => {
			assert.isTrue(ties());
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(MDNS_TIMES.beforeProbe + 5);
			lan.send(probe("another.local", { type: "A", data: [192, 168, 1, 6] }), PHONE);
			lan.pass(claimTime - MDNS_TIMES.beforeProbe);
			assert.deepEqual(names, ["yieldcam"]);
		});

		it("tries the name again a second later", () => {
			const lan = new FakeLan();
			const { names } = open(lan);
			lan.pass(MDNS_TIMES.beforeProbe + 5);
			lan.send(probe(HOST, { type: "A", data: [192, 168, 1, 6] }), PHONE);
			lan.pass(MDNS_TIMES.afterTie + claimTime);
			assert.deepEqual(names, ["yieldcam"]);
		});

		it("shares the names if both are cameras", () => {
			const lan = new FakeLan();
			const lesser = open(lan);
			const greater = open(lan, { address: "192.168.1.6", mac: "f4:12:fa:00:00:01" });
			lan.pass(SETTLED);
			assert.deepEqual(greater.names, ["yieldcam"]);
			assert.deepEqual(lesser.names, ["yieldcam-a1b2c3"]);
		});
	});

	describe("that has its name", () => {
		it("keeps it from a camera that comes later", () => {
			const { lan, names } = claimed();
			const later = open(lan, { address: "192.168.1.200", mac: "f4:12:fa:00:00:01" });
			lan.pass(SETTLED);
			assert.deepEqual(later.names, ["yieldcam-000001"]);
			assert.deepEqual(names, ["yieldcam"]);
		});

		it("answers a probe for it at once, even if it has just answered others", () => {
			const { lan } = claimed();
			lan.send(query({ name: HOST, type: "A" }), PHONE);
			assert.equal(said(lan).length, 1);
			lan.send(
				message({
					questions: [{ name: HOST, type: "ANY" }],
					records: [{ section: "authority", name: HOST, type: "A", data: [10, 0, 0, 1] }],
				}),
				PHONE,
			);
			assert.deepEqual(said(lan, 5), [["response", `answer ${a}`, `answer ${nsec}`]]);
		});

		it("sends the address, and says that there is no other", () => {
			const { lan } = claimed();
			lan.send(query({ name: "YIELDCAM.Local", type: "A" }), PHONE);
			assert.deepEqual(said(lan), [["response", `answer ${a}`, `additional ${nsec}`]]);
		});

		it("does not make a client wait for an IPv6 address", () => {
			const { lan } = claimed();
			lan.send(query({ name: HOST, type: "AAAA", alone: true }), PHONE);
			assert.deepEqual(said(lan), [["response", `answer ${nsec}`, `additional ${a}`]]);
		});

		it("can be found as a web server", () => {
			const { lan } = claimed();
			lan.send(query({ name: SERVICE, type: "PTR" }), PHONE);
			assert.deepEqual(said(lan), [
				["response", `answer ${ptr}`, ...[a, nsec, srv, txt].map((record) => `additional ${record}`)],
			]);
		});

		it("answers for its service, and for the list of services", () => {
			const { lan } = claimed();
			lan.send(query({ name: INSTANCE, type: "SRV", alone: true }), PHONE);
			assert.deepEqual(said(lan), [["response", `answer ${srv}`, `additional ${a}`, `additional ${nsec}`]]);
			lan.send(query({ name: INSTANCE, type: "TXT", alone: true }), PHONE);
			assert.deepEqual(said(lan), [["response", `answer ${txt}`]]);
			lan.send(query({ name: "_services._dns-sd._udp.local", type: "PTR", alone: true }), PHONE);
			assert.deepEqual(said(lan), [["response", `answer ${services}`]]);
		});

		it("answers one host directly if it asks for that, and all others together", () => {
			const { lan } = claimed();
			lan.send(query({ name: HOST, type: "A", alone: true }, { name: SERVICE, type: "PTR" }), PHONE);
			lan.pass(200);
			assert.deepEqual(
				lan.look().map(({ to, text }) => [to, text[1]]),
				[
					[PHONE, `answer ${a}`],
					[MDNS_ADDRESS, `answer ${ptr}`],
				],
			);
		});

		it("does not answer for other names", () => {
			const { lan } = claimed();
			lan.send(
				query(
					{ name: "yieldcam2.local", type: "A" },
					{ name: "yieldca.local", type: "A" },
					{ name: "x.yieldcam.local", type: "A" },
					{ name: "yieldcam.local.lan", type: "A" },
					{ name: "_ipp._tcp.local", type: "PTR" },
					{ name: HOST, type: "SRV" },
				),
				PHONE,
			);
			assert.deepEqual(said(lan), []);
		});

		it("does not answer if the answer is known", () => {
			const { lan } = claimed();
			const ask = (ttl: number) =>
				message({
					questions: [{ name: SERVICE, type: "PTR" }],
					records: [{ name: SERVICE, type: "PTR", ttl, data: name(INSTANCE) }],
				});
			lan.send(ask(2_250), PHONE);
			assert.deepEqual(said(lan), []);
			lan.send(ask(2_249), PHONE);
			assert.equal(said(lan).length, 1);
		});

		it("understands compressed names", () => {
			const { lan } = claimed();
			// A known answer whose names point into the question: _http._tcp.local is at 12, its data 8 bytes and a
			// pointer.
			const known = [0xc0, 12, 0, 12, 0, 1, 0, 0, 0x11, 0x94, 0, 11, ...name("yieldcam").slice(0, -1), 0xc0, 12];
			const bytes = Uint8Array.from([...query({ name: SERVICE, type: "PTR" }), ...known]);
			bytes[7] = 1;
			lan.send(bytes, PHONE);
			assert.deepEqual(said(lan), []);
		});

		it("multicasts at most once a second, and loses nothing", () => {
			const { lan } = claimed();
			for (let i = 0; i < 20; i++) {
				lan.send(query({ name: HOST, type: "A" }), PHONE);
				lan.pass(10);
			}
			lan.send(query({ name: INSTANCE, type: "SRV" }), PHONE);
			lan.pass(2_000);
			const sent = lan.look();
			assert.equal(sent.length, 2);
			assert.include(sent[1].text, `answer ${srv}`);
		});

		it("answers an ordinary resolver as an ordinary DNS server does", () => {
			const { lan } = claimed();
			lan.send(message({ id: 4711, questions: [{ name: HOST, type: "A" }] }), PHONE, BOARD, 40_000);
			lan.pass(5);
			const [sent] = lan.look();
			assert.equal(sent.to, `${PHONE}:40000`);
			assert.deepEqual(sent.text, ["response 4711", `? A ${HOST}`, `answer A ${HOST} ${BOARD} 10`]);
		});

		it("probes again if another host claims its name, and yields if that host insists", () => {
			const { lan, names } = claimed();
			const claim = response({ name: HOST, type: "A", data: [10, 0, 0, 1] });
			lan.send(claim, PHONE);
			lan.pass(claimTime);
			assert.deepEqual(names, ["yieldcam", "yieldcam"]);
			lan.send(claim, PHONE);
			lan.pass(MDNS_TIMES.beforeProbe + 5);
			lan.send(claim, PHONE);
			lan.pass(SETTLED);
			assert.deepEqual(names, ["yieldcam", "yieldcam", "yieldcam-a1b2c3"]);
		});

		it("is not disturbed by its own announcement, repeated by a bridge", () => {
			const { lan, names } = claimed();
			const again = new FakeLan();
			open(again);
			again.pass(SETTLED);
			lan.send(again.look().at(-1)!.bytes, PHONE);
			lan.pass(SETTLED);
			assert.deepEqual(lan.look(), []);
			assert.deepEqual(names, ["yieldcam"]);
		});

		for (const [what, record] of [
			["a host of its name that says goodbye", { name: HOST, type: "A", ttl: 0, data: [10, 0, 0, 1] }],
			["its own addresses, encoded in another way", { name: HOST, type: "NSEC", data: [0xc0, 12, 0, 1, 0x40] }],
			[
				"another camera's service",
				{ name: SERVICE, type: "PTR", data: name("yieldcam-000001._http._tcp.local") },
			],
			["other kinds of data under its name", { name: INSTANCE, type: "A", data: [10, 0, 0, 1] }],
		] as const) {
			it(`is not disturbed by ${what}`, () => {
				const { lan, names } = claimed();
				lan.send(response(record), PHONE);
				lan.pass(SETTLED);
				assert.deepEqual(lan.look(), []);
				assert.deepEqual(names, ["yieldcam"]);
			});
		}

		it("says goodbye when it is closed", () => {
			const { lan, responder } = claimed();
			responder.close();
			responder.close();
			const goodbye = EVERYTHING.filter((line) => !line.includes("NSEC")).map((line) =>
				line.replace(/ (120|4500)( flush)?$/, " 0$2"),
			);
			assert.deepEqual(said(lan), [goodbye]);
			assert.equal(lan.open, 0);
			assert.equal(pendingTimers(), 0);
		});

		it("can be closed if the link is down", () => {
			const { lan, responder } = claimed();
			lan.cut(BOARD);
			responder.close();
			assert.equal(lan.open, 0);
		});
	});

	it("sends nothing if it is closed before it has a name", () => {
		const lan = new FakeLan();
		const { responder } = open(lan);
		responder.close();
		assert.deepEqual(said(lan, SETTLED), []);
		assert.equal(pendingTimers(), 0);
	});

	describe("among hostile hosts", () => {
		const header = (counts: readonly number[], flags = 0) => [
			0,
			0,
			flags,
			0,
			...counts.flatMap((count) => [count >> 8, count & 0xff]),
		];
		const loops: [string, number[]][] = [
			["no bytes", []],
			["half a header", [0, 0, 0]],
			["a header that promises everything", header([0xffff, 0xffff, 0xffff, 0xffff])],
			["a name that points to itself", [...header([1, 0, 0, 0]), 0xc0, 12, 0, 255, 0, 1]],
			["names that point to each other", [...header([1, 0, 0, 0]), 0xc0, 14, 0xc0, 12, 0, 255, 0, 1]],
			["a name that points beyond the end", [...header([1, 0, 0, 0]), 0xff, 0xff, 0, 255, 0, 1]],
			["a pointer that is cut off", [...header([1, 0, 0, 0]), 0xc0]],
			[
				"a label that continues in itself",
				[...header([1, 0, 0, 0]), 8, ...name("yieldcam").slice(1, 9), 0xc0, 12, 0, 255, 0, 1],
			],
			["a label beyond the end", [...header([1, 0, 0, 0]), 63, 97]],
			["a label of a reserved kind", [...header([1, 0, 0, 0]), 0x80, 1, 0, 1, 0, 1]],
			["the root's name", [...header([1, 0, 0, 0]), 0, 0, 255, 0, 1]],
			["a response about the root", [...header([0, 1, 0, 0], 0x84), 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0]],
			["a record that is cut off", [...header([0, 1, 0, 0], 0x84), ...name(HOST), 0, 1, 0, 1, 0, 0]],
			[
				"data beyond the end",
				[...header([0, 1, 0, 0], 0x84), ...name(HOST), 0, 1, 0, 1, 0, 0, 0, 120, 0, 200, 10],
			],
		];
		for (const [what, bytes] of loops) {
			it(`survives ${what}`, () => {
				const { lan, names } = claimed();
				lan.send(Uint8Array.from(bytes), PHONE);
				assert.deepEqual(said(lan), []);
				const probing = open(lan, { address: "192.168.1.6" });
				lan.send(Uint8Array.from(bytes), PHONE);
				lan.pass(SETTLED);
				assert.deepEqual(names, ["yieldcam"]);
				assert.equal(probing.names.length, 1);
			});
		}

		it("survives any byte put anywhere, and any end", () => {
			const { lan, names } = claimed();
			const whole = message({
				questions: [{ name: SERVICE, type: "PTR" }],
				records: [
					{ name: SERVICE, type: "PTR", data: name(INSTANCE) },
					{ section: "authority", name: HOST, type: "A", data: [10, 0, 0, 1] },
				],
			});
			for (let at = 0; at < whole.length; at++) {
				lan.send(whole.subarray(0, at), PHONE);
				for (const byte of [0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff]) {
					const bytes = whole.slice();
					bytes[at] = byte;
					lan.send(bytes, PHONE);
				}
				lan.pass(5);
			}
			lan.pass(SETTLED);
			assert.equal(names.at(-1), "yieldcam");
		});
	});
});
