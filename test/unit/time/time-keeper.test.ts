import { assert } from "chai";
import { Clock } from "yieldcam/time/clock";
import { TimeKeeper } from "yieldcam/time/time-keeper";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { type Answer, FakeServers, writeTime } from "./support/fake-servers.ts";

const HOUR = 3_600_000;

interface Kept {
	readonly lan: FakeServers;
	readonly clock: Clock;
	readonly keeper: TimeKeeper;
	readonly log: string[];
	/** By how many milliseconds the clock is wrong; undefined if it is not set. */
	readonly error: number | undefined;
	/** Lets time pass on all clocks, and delivers what servers answer. */
	pass(milliseconds: number): void;
	/** Lets time pass until a server has been asked again and has answered. Returns the milliseconds. */
	untilAsked(): number;
}

function keep(answers: Readonly<Record<string, Answer>>, more: readonly string[] = []): Kept {
	resetClock();
	const lan = new FakeServers(),
		clock = new Clock(),
		log: string[] = [],
		names = Object.keys(answers);
	for (const name of names) lan.answers.set(name, answers[name]);
	const keeper = new TimeKeeper({
		clock,
		now: () => lan.now,
		UDP: lan.UDP,
		servers: () => names.concat(more),
		resolve: (name) =>
			name === "time.example" ? Promise.resolve("10.0.0.1") : Promise.reject(new Error("no such name")),
		log: (line) => log.push(line),
	});
	const pass = (milliseconds: number): void => {
		for (let left = milliseconds; left > 0; left -= 1_000) {
			lan.now += 1_000 * Math.min(left, 1_000);
			advance(Math.min(left, 1_000));
			lan.deliver();
		}
	};
	return {
		lan,
		clock,
		keeper,
		log,
		get error() {
			return clock.source === "network" ? (clock.offset - lan.truth) / 1_000 : undefined;
		},
		pass,
		untilAsked() {
			const { length } = lan.asked,
				before = lan.now;
			while (lan.asked.length === length) pass(1_000);
			return (lan.now - before) / 1_000;
		},
	};
}

/** Waits until names have been resolved. */
async function resolved(): Promise<void> {
	for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

describe("the time from the network", () => {
	it("is known after one exchange, whose way back and forth takes the same time", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.keeper.start();
		assert.equal(kept.lan.open, 1);
		// The answer is made at once; half of its way is what the device cannot know.
		kept.lan.deliver(30);
		assert.approximately(kept.error!, -15, 0.01);
		assert.equal(kept.lan.open, 0, "the socket is closed");
		assert.deepEqual(kept.log, ["yieldcam: it is 2027-01-15T08:00:00.015Z, as the network says"]);
	});

	it("comes again within an hour or so, without a line in the log", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.keeper.start();
		kept.lan.deliver();
		kept.lan.answers.set("10.0.0.1", { ahead: 70 });
		kept.pass(HOUR - 2_000);
		assert.equal(kept.error, 0);
		kept.pass(HOUR / 8 + 4_000);
		assert.approximately(kept.error!, 70, 0.01);
		assert.lengthOf(kept.log, 1);
		assert.lengthOf(kept.lan.asked, 2);
	});

	it("is asked for again after 16 s, 32 s and so on, while nobody answers", () => {
		const kept = keep({}, ["10.0.0.9"]);
		kept.keeper.start();
		kept.pass(4 * HOUR);
		assert.isUndefined(kept.error);
		assert.deepEqual(kept.log, ["yieldcam: no time from the network: no server answers"]);
		// 16 + 32 + … + 1,024 s, and then every 1,024 s, or an eighth more, and 5 s for each.
		assert.isAtLeast(kept.lan.asked.length, 6 + 10);
		assert.isAtMost(kept.lan.asked.length, 8 + 14);
	});

	it("comes by a server's name, and by a port of its own", async () => {
		const kept = keep({}, ["time.example:1123"]);
		kept.lan.answers.set("10.0.0.1", {});
		kept.keeper.start();
		await resolved();
		assert.deepEqual(kept.lan.asked, ["10.0.0.1:1123"]);
		kept.lan.deliver();
		assert.equal(kept.error, 0);
	});

	it("does not come from a name without an address", async () => {
		const kept = keep({}, ["nobody.example"]);
		kept.keeper.start();
		await resolved();
		kept.pass(6_000);
		assert.deepEqual(kept.log, ["yieldcam: no time from the network: nobody.example: no such name"]);
		assert.equal(kept.lan.open, 0);
	});

	it("comes from the other servers at once if one has no address", async () => {
		const kept = keep({ "10.0.0.1": {} }, ["nobody.example"]);
		kept.keeper.start();
		await resolved();
		kept.lan.deliver();
		assert.equal(kept.error, 0);
	});

	it("is that on which most servers agree", () => {
		const kept = keep({
			"10.0.0.1": { ahead: 3_600_000 },
			"10.0.0.2": {},
			"10.0.0.3": { ahead: 5 },
			"10.0.0.4": { ahead: -86_400_000 },
			"10.0.0.5": { ahead: 3 },
		});
		kept.keeper.start();
		kept.lan.deliver();
		assert.isBelow(Math.abs(kept.error!), 10);
	});

	it("is unknown if four servers lie, each in its own way, and one does not", () => {
		const kept = keep({
			"10.0.0.1": { ahead: 3_600_000 },
			"10.0.0.2": { ahead: 7_200_000 },
			"10.0.0.3": { ahead: -3_600_000 },
			"10.0.0.4": { ahead: 60_000 },
			"10.0.0.5": {},
		});
		kept.keeper.start();
		kept.lan.deliver();
		assert.isUndefined(kept.error);
		assert.deepEqual(kept.log, ["yieldcam: no time from the network: the servers disagree"]);
	});

	it("does not come from four servers that answer what cannot be", () => {
		const kept = keep({
			"10.0.0.1": { stratum: 16 },
			"10.0.0.2": { edit: (packet) => packet.setUint32(24, 1) },
			"10.0.0.3": { ahead: -3 * 365 * 86_400_000 },
			"10.0.0.4": { rootDispersion: 10 },
			"10.0.0.5": { from: ["10.0.0.6", 123] },
		});
		kept.keeper.start();
		kept.pass(6_000);
		assert.isUndefined(kept.error);
		assert.lengthOf(kept.log, 1);
	});

	it("is not set by a second answer, or by an answer after the exchange", () => {
		const kept = keep({ "10.0.0.1": {}, "10.0.0.2": {} });
		kept.keeper.start();
		kept.lan.deliver();
		kept.lan.answers.set("10.0.0.1", { ahead: 1_000 });
		kept.lan.deliver();
		assert.equal(kept.error, 0);
	});

	for (const code of ["DENY", "RSTR", "NTSN"])
		it(`is not asked again of a server that refuses with ${code}`, () => {
			const kept = keep({ "10.0.0.1": { stratum: 0, code } });
			kept.keeper.start();
			kept.pass(4 * HOUR);
			assert.lengthOf(kept.lan.asked, 1);
			assert.deepEqual(kept.log, [`yieldcam: no time from the network: 10.0.0.1 refuses (${code})`]);
		});

	it("is asked for half as often once a server says RATE, and 17 minutes later at the earliest", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.keeper.start();
		kept.lan.deliver();
		kept.lan.answers.set("10.0.0.1", { stratum: 0, code: "RATE" });
		assert.isAbove(kept.untilAsked(), HOUR - 2_000);
		kept.lan.answers.set("10.0.0.1", {});
		assert.isAbove(kept.untilAsked(), 1_022_000);
		assert.isAbove(kept.untilAsked(), 2 * HOUR - 2_000);
		assert.equal(kept.error, 0);
	});

	it("is asked for once a day at the least, however often a server says RATE", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.keeper.start();
		kept.lan.deliver();
		for (let i = 0; i < 8; i++) {
			kept.lan.answers.set("10.0.0.1", { stratum: 0, code: "RATE" });
			kept.untilAsked();
			kept.lan.answers.set("10.0.0.1", {});
			kept.untilAsked();
		}
		assert.isBelow(kept.untilAsked(), 27 * HOUR + 2_000);
	});

	it("jumps by more than 1,000 s only if two exchanges say so", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.keeper.start();
		kept.lan.deliver();
		kept.lan.answers.set("10.0.0.1", { ahead: 2_000_000 });
		kept.untilAsked();
		assert.equal(kept.error, 0);
		assert.include(kept.log[1], "differs");
		assert.isBelow(kept.untilAsked(), 20_000);
		assert.approximately(kept.error!, 2_000_000, 1);
	});

	it("is not that of a server that says it took longer to answer than the whole exchange", () => {
		const kept = keep({
			"10.0.0.1": { edit: (packet) => writeTime(packet, 40, 1_800_000_002_000_000) },
		});
		kept.keeper.start();
		kept.lan.deliver(30);
		assert.isUndefined(kept.error);
		assert.include(kept.log[0], "10.0.0.1: its times cannot be right");
	});

	it("is not that of a server that answers before it has received the request, nor of one beside it", () => {
		const kept = keep({
			"10.0.0.1": { edit: (packet) => writeTime(packet, 40, 1_799_999_999_000_000) },
			"10.0.0.2": { ahead: -3_600_000 },
		});
		kept.keeper.start();
		kept.lan.deliver(30);
		assert.isUndefined(kept.error);
		assert.include(kept.log[0], "10.0.0.1: its times cannot be right");
	});

	it("is that of a server beside one that does not know the time", () => {
		const kept = keep({ "10.0.0.1": { stratum: 16 }, "10.0.0.2": {} });
		kept.keeper.start();
		kept.lan.deliver();
		assert.equal(kept.error, 0);
	});

	it("replaces that of an admin", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.clock.set(kept.lan.truth - 5_000_000_000, 0, "admin");
		kept.keeper.start();
		kept.lan.deliver();
		assert.equal(kept.error, 0);
	});

	it("needs a network: without sockets it is asked for later", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.lan.fault = "no network";
		kept.keeper.start();
		assert.deepEqual(kept.log, ["yieldcam: no time from the network: no network"]);
		kept.lan.fault = undefined;
		kept.pass(20_000);
		assert.equal(kept.error, 0);
	});

	it("is asked for at once when there is a network again", () => {
		const kept = keep({ "10.0.0.1": {} });
		kept.lan.fault = "no network";
		kept.keeper.start();
		kept.pass(2 * HOUR);
		kept.lan.fault = undefined;
		kept.keeper.start();
		kept.lan.deliver();
		assert.equal(kept.error, 0);
		kept.keeper.start();
		assert.equal(kept.lan.open, 0, "it is known");
	});

	it("is not asked for any more once it is closed", async () => {
		const kept = keep({ "10.0.0.1": {} }, ["time.example"]);
		kept.keeper.start();
		kept.keeper.close();
		await resolved();
		assert.equal(kept.lan.open, 0);
		assert.equal(pendingTimers(), 0);
		kept.pass(HOUR);
		assert.lengthOf(kept.lan.asked, 1);
	});

	it("is that of the server when it answers, and not when it was asked", () => {
		const kept = keep({
			"10.0.0.1": { edit: (packet) => writeTime(packet, 40, 1_800_000_000_000_000 + 400_000) },
		});
		kept.keeper.start();
		// It has taken 400 ms to answer, and the way back takes 20 ms.
		kept.lan.deliver(420);
		assert.approximately(kept.error!, -10, 0.01);
	});
});
