import { assert } from "chai";
import type { AccessPointOptions } from "yieldcam/network/io";
import { SETUP_TIMES, SetupPoint } from "yieldcam/network/setup-point";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { FakeLan } from "./support/fake-lan.ts";

const OWN = "192.168.4.1";

/** An access point without a radio. */
class FakePoint {
	static open: AccessPointOptions[] = [];
	static failing = false;
	readonly address = OWN;
	readonly #options: AccessPointOptions;

	constructor(options: AccessPointOptions) {
		if (FakePoint.failing) throw new Error("no memory");
		this.#options = options;
		FakePoint.open.push(options);
	}

	close(): void {
		FakePoint.open = FakePoint.open.filter((options) => options !== this.#options);
	}
}

describe("the access point for the set-up", () => {
	let lan: FakeLan;
	let lines: string[];
	let opened: string[];

	beforeEach(() => {
		resetClock();
		FakePoint.open = [];
		FakePoint.failing = false;
		lan = new FakeLan();
		lines = [];
		opened = [];
	});

	function point(key?: string): SetupPoint {
		return new SetupPoint({
			io: FakePoint,
			udp: lan.io(OWN),
			ssid: "yieldcam-a1b2c3",
			key,
			log: (line) => lines.push(line),
			onOpened: (address) => opened.push(address),
		});
	}

	it("opens after the time, and says so with its key", () => {
		const own = point("correct horse");
		own.wait(SETUP_TIMES.patience);
		advance(SETUP_TIMES.patience - 1);
		assert.deepEqual(FakePoint.open, []);
		assert.isUndefined(own.address);
		advance(1);
		assert.deepEqual(FakePoint.open, [{ ssid: "yieldcam-a1b2c3", password: "correct horse" }]);
		assert.equal(own.address, OWN);
		assert.deepEqual(opened, [OWN]);
		assert.equal(lan.open, 1);
		assert.match(lines[0], /"yieldcam-a1b2c3", with the key correct horse$/);
	});

	it("is open without a key", () => {
		point().wait(0);
		advance(0);
		assert.deepEqual(FakePoint.open, [{ ssid: "yieldcam-a1b2c3" }]);
	});

	it("does not open if there is a network in time", () => {
		const own = point();
		own.wait(SETUP_TIMES.patience);
		advance(SETUP_TIMES.patience - 1);
		own.connected();
		advance(SETUP_TIMES.patience);
		assert.deepEqual(opened, []);
		assert.equal(pendingTimers(), 0);
	});

	it("closes within ten seconds after there is a network, and stays if that is lost again", () => {
		const own = point();
		own.wait(0);
		advance(0);
		own.connected();
		advance(5_000);
		assert.lengthOf(FakePoint.open, 1);
		own.wait(SETUP_TIMES.afterLoss);
		advance(10_000);
		assert.lengthOf(FakePoint.open, 1);
		own.connected();
		advance(10_000);
		assert.deepEqual(FakePoint.open, []);
		assert.equal(lan.open, 0);
		assert.isUndefined(own.address);
	});

	it("serves its own clients, while it is open", () => {
		const own = point();
		assert.isFalse(own.serves("192.168.4.2"));
		own.wait(0);
		advance(0);
		assert.isTrue(own.serves("192.168.4.2"));
		for (const other of ["192.168.40.2", "192.168.1.4", "10.0.0.1", undefined]) assert.isFalse(own.serves(other));
	});

	it("tries again if it could not be opened", () => {
		FakePoint.failing = true;
		point().wait(0);
		advance(0);
		assert.match(lines[0], /no access point: no memory/);
		FakePoint.failing = false;
		advance(SETUP_TIMES.retry);
		assert.deepEqual(opened, [OWN]);
	});

	it("does without a DNS server that has no socket", () => {
		new (lan.io(OWN))({ port: 53, onReadable() {} });
		const own = point();
		own.wait(0);
		advance(0);
		assert.equal(own.address, OWN);
		assert.match(lines[1], /names are not answered/);
	});

	it("ends for good", () => {
		const own = point();
		own.wait(0);
		advance(0);
		own.close();
		own.wait(0);
		advance(1_000);
		assert.deepEqual(FakePoint.open, []);
		assert.equal(pendingTimers(), 0);
	});
});
