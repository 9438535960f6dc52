import { assert } from "chai";
import type { Credentials } from "yieldcam/network/credentials";
import { WifiStation, WIFI_TIMES } from "yieldcam/network/wifi-station";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { FakeWiFi } from "./support/fake-wifi.ts";

const HOME: Credentials = { ssid: "home", password: "correct horse", source: "preferences" };
const LAB: Credentials = { ssid: "lab", source: "build" };
const ADDRESS = "192.168.1.23";

interface Open {
	station: WifiStation;
	wifi: FakeWiFi;
	/** What the station reported, one line each. */
	told: string[];
}

function open(networks: readonly Credentials[] = [HOME]): Open {
	const told: string[] = [];
	const station = new WifiStation({
		io: FakeWiFi,
		networks,
		onConnected: (address) => told.push(`connected ${address}`),
		onDisconnected: (reason) => told.push(`disconnected: ${reason}`),
		onFailed: (reason, pause) => told.push(`failed: ${reason}; ${pause}`),
	});
	return { station, wifi: FakeWiFi.last, told };
}

function start(networks?: readonly Credentials[]): Open {
	const opened = open(networks);
	opened.station.start();
	return opened;
}

function connect(networks?: readonly Credentials[]): Open {
	const opened = start(networks);
	opened.wifi.joinsAndGets(ADDRESS);
	return opened;
}

describe("a Wi-Fi station", () => {
	beforeEach(resetClock);

	it("joins the network and reports its address", () => {
		const { station, wifi, told } = start();
		assert.deepEqual(wifi.attempts, [{ SSID: "home", password: "correct horse" }]);
		wifi.joins();
		assert.deepEqual(told, []);
		wifi.gets(ADDRESS);
		assert.deepEqual(told, [`connected ${ADDRESS}`]);
		assert.equal(station.address, ADDRESS);
		assert.equal(station.rssi, -52);
		assert.equal(station.mac, "f4:12:fa:a1:b2:c3");
	});

	it("continues joining if the driver reports that it does", () => {
		const { wifi, told } = start();
		wifi.nags();
		assert.deepEqual(told, []);
		wifi.joinsAndGets(ADDRESS);
		assert.deepEqual(told, [`connected ${ADDRESS}`]);
	});

	it("gives no password to an open network", () => {
		assert.deepEqual(start([LAB]).wifi.attempts, [{ SSID: "lab" }]);
	});

	it("takes over a connection that was made before", () => {
		FakeWiFi.before = ADDRESS;
		const { wifi, told } = start();
		assert.deepEqual(wifi.attempts, []);
		assert.deepEqual(told, [`connected ${ADDRESS}`]);
	});

	it("sends the board's name to the DHCP server", () => {
		const { station, wifi } = open();
		station.start("yieldcam-a1b2c3");
		assert.equal(wifi.hostname, "yieldcam-a1b2c3");
	});

	it("does without a name that the interface refuses", () => {
		const { station, wifi } = open();
		station.start("x".repeat(33));
		assert.equal(wifi.attempts.length, 1);
	});

	it("is connected with only an IPv4 address", () => {
		const { wifi, told } = start();
		wifi.ipv6 = false;
		wifi.joinsAndGets(ADDRESS);
		advance(WIFI_TIMES.watch);
		assert.deepEqual(told, [`connected ${ADDRESS}`]);
	});

	it("does not take an IPv6 address for one", () => {
		const { wifi, told } = start();
		wifi.joins();
		advance(WIFI_TIMES.watch);
		assert.deepEqual(told, []);
	});

	it("retries forever, with pauses that double up to a minute", () => {
		const { wifi, told } = start();
		wifi.scanRefusing = true;
		for (let attempt = 1; attempt < 10; attempt++) {
			wifi.fails();
			const pause = Number(told.at(-1)!.split("; ")[1]);
			advance(pause - 1);
			assert.equal(wifi.attempts.length, attempt);
			advance(1);
			assert.equal(wifi.attempts.length, attempt + 1);
		}
		assert.deepEqual(
			told.map((line) => Number(line.split("; ")[1])),
			[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000],
		);
	});

	it("reconnects after the link was lost, and reports both", () => {
		const { station, wifi, told } = connect();
		wifi.fails();
		assert.isUndefined(station.address);
		assert.isUndefined(station.rssi);
		advance(WIFI_TIMES.firstPause);
		wifi.joinsAndGets("192.168.1.24");
		assert.deepEqual(told, [`connected ${ADDRESS}`, "disconnected: the link was lost", "connected 192.168.1.24"]);
		assert.equal(wifi.attempts.length, 2);
	});

	it("pauses for longer and longer if the link does not hold", () => {
		const { wifi } = connect();
		wifi.fails();
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		wifi.fails();
		advance(1_999);
		assert.equal(wifi.attempts.length, 2);
		advance(1);
		assert.equal(wifi.attempts.length, 3);
	});

	it("begins with the first pause again after a connection that held", () => {
		const { wifi } = start();
		wifi.fails();
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		advance(WIFI_TIMES.steady);
		wifi.fails();
		advance(1_000);
		assert.equal(wifi.attempts.length, 3);
	});

	it("continues with the longer pause after one that held for less than half a minute", () => {
		const { wifi } = start();
		wifi.fails();
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		advance(29_999);
		wifi.fails();
		advance(1_999);
		assert.equal(wifi.attempts.length, 2);
		advance(1);
		assert.equal(wifi.attempts.length, 3);
		wifi.joinsAndGets(ADDRESS);
		advance(30_000);
		wifi.fails();
		advance(1_000);
		assert.equal(wifi.attempts.length, 4);
	});

	it("does not guess at the first failure after a connection either", () => {
		const { wifi } = start();
		wifi.fails();
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		wifi.fails();
		advance(2_000);
		wifi.fails();
		assert.equal(wifi.scans, 0);
	});

	it("can be closed for good by the listener that hears that the address changed", () => {
		const told: string[] = [];
		const station = new WifiStation({
			io: FakeWiFi,
			networks: [HOME],
			onConnected: (address) => told.push(`connected ${address}`),
			onDisconnected: (reason) => {
				told.push(reason);
				station.close();
			},
		});
		station.start();
		const wifi = FakeWiFi.last;
		wifi.joinsAndGets(ADDRESS);
		wifi.gets("192.168.1.24");
		advance(WIFI_TIMES.watch);
		assert.deepEqual(told, [`connected ${ADDRESS}`, "the address changed"]);
		assert.isTrue(wifi.closed);
		assert.equal(pendingTimers(), 0);
	});

	it("does not guess at a first failure", () => {
		const { wifi, told } = start();
		wifi.fails();
		assert.deepEqual(told, ["failed: it could not be joined; 1000"]);
		assert.equal(wifi.scans, 0);
	});

	for (const [what, networks, found, reason] of [
		[
			"a network that is not there",
			[HOME],
			[{ SSID: "other", RSSI: -40 }],
			"no such network is in range, or it hides its name",
		],
		[
			"a wrong password",
			[HOME],
			[
				{ SSID: "home", RSSI: -80 },
				{ SSID: "home", RSSI: -67, security: "wpa2_psk" },
				{ SSID: "home", RSSI: -70 },
			],
			"it is in range (-67 dBm) and refused: is the password right?",
		],
		[
			"a missing password",
			[LAB],
			[{ SSID: "lab", RSSI: -67, security: "wpa2_psk" }],
			"it is in range (-67 dBm) and requires a password",
		],
		[
			"an open network that refuses",
			[LAB],
			[{ SSID: "lab", RSSI: -67, security: "none" }],
			"it is in range (-67 dBm) and refused",
		],
	] as const) {
		it(`diagnoses ${what} at the second failure`, () => {
			const { wifi, told } = start(networks);
			wifi.fails();
			advance(1_000);
			wifi.fails();
			assert.equal(told.length, 1);
			wifi.finds(...found);
			assert.equal(told[1], `failed: ${reason}; 2000`);
			advance(2_000);
			assert.equal(wifi.attempts.length, 3);
		});
	}

	it("goes on if a scan does not end", () => {
		const { wifi, told } = start();
		wifi.fails();
		advance(1_000);
		wifi.fails();
		advance(WIFI_TIMES.scan);
		assert.equal(told[1], "failed: it could not be joined; 2000");
		wifi.finds();
		assert.equal(told.length, 2);
	});

	it("tries the second network after the first failed, without a longer pause", () => {
		const { station, wifi, told } = start([HOME, LAB]);
		wifi.scanRefusing = true;
		wifi.fails();
		assert.equal(station.network, HOME);
		advance(1_000);
		assert.equal(station.network, LAB);
		wifi.fails();
		advance(1_000);
		wifi.fails();
		assert.deepEqual(
			wifi.attempts.map(({ SSID }) => SSID),
			["home", "lab", "home"],
		);
		assert.deepEqual(
			told.map((line) => line.split("; ")[1]),
			["1000", "1000", "2000"],
		);
	});

	it("returns to its previous network", () => {
		const { wifi } = start([HOME, LAB]);
		wifi.fails();
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		wifi.fails();
		advance(1_000);
		assert.deepEqual(
			wifi.attempts.map(({ SSID }) => SSID),
			["home", "lab", "lab"],
		);
	});

	it("gives up on a network that gives no address, and retries", () => {
		const { wifi, told } = start();
		wifi.joins();
		advance(WIFI_TIMES.attempt);
		assert.equal(wifi.disconnects, 1);
		assert.deepEqual(told, ["failed: DHCP gave no address; 1000"]);
		advance(1_000);
		assert.equal(wifi.attempts.length, 2);
	});

	it("gives up on a driver that stays silent, and retries", () => {
		const { wifi, told } = start();
		advance(WIFI_TIMES.attempt);
		assert.deepEqual(told, ["failed: the network did not answer; 1000"]);
		advance(1_000);
		assert.equal(wifi.attempts.length, 2);
	});

	it("retries if the driver refuses", () => {
		const { station, wifi, told } = open();
		wifi.refusing = true;
		station.start();
		assert.deepEqual(told, ["failed: the driver refused: connect failed; 1000"]);
		wifi.refusing = false;
		advance(1_000);
		wifi.joinsAndGets(ADDRESS);
		assert.equal(told[1], `connected ${ADDRESS}`);
	});

	it("retries if the network disconnects it before there is an address", () => {
		const { wifi, told } = start();
		wifi.joins();
		wifi.fails();
		assert.deepEqual(told, ["failed: the link was lost before there was an address; 1000"]);
	});

	it("accepts a connection that comes late", () => {
		const { wifi, told } = start();
		wifi.fails();
		wifi.joinsAndGets(ADDRESS);
		advance(60_000);
		assert.deepEqual(told.slice(1), [`connected ${ADDRESS}`]);
		assert.equal(wifi.attempts.length, 1);
	});

	it("notices another address, which the SDK does not report", () => {
		const { wifi, told } = connect();
		wifi.gets("192.168.1.99");
		assert.equal(told.length, 1);
		advance(WIFI_TIMES.watch);
		assert.deepEqual(told.slice(1), ["disconnected: the address changed", "connected 192.168.1.99"]);
		assert.equal(wifi.attempts.length, 1);
	});

	it("notices that the address is gone, and joins again if none comes", () => {
		const { wifi, told } = connect();
		wifi.losesAddress();
		advance(WIFI_TIMES.watch);
		assert.deepEqual(told.slice(1), ["disconnected: the address was lost"]);
		advance(WIFI_TIMES.attempt + WIFI_TIMES.firstPause);
		assert.equal(wifi.attempts.length, 2);
	});

	it("leaves nothing behind when it is closed", () => {
		for (const begin of [open, start, connect]) {
			const { station, wifi } = begin();
			station.close();
			station.close();
			assert.isTrue(wifi.closed);
			assert.equal(wifi.disconnects, 1);
			assert.equal(pendingTimers(), 0);
			assert.isUndefined(station.rssi);
			assert.isUndefined(station.mac);
			station.start();
			assert.isAtMost(wifi.attempts.length, 1);
		}
	});

	it("can be closed from its own callback", () => {
		for (const event of ["onConnected", "onDisconnected", "onFailed"] as const) {
			resetClock();
			const station: WifiStation = new WifiStation({
				io: FakeWiFi,
				networks: [HOME],
				onConnected() {},
				[event]: () => station.close(),
			});
			station.start();
			const wifi = FakeWiFi.last;
			if (event === "onFailed") wifi.fails();
			else wifi.joinsAndGets(ADDRESS);
			if (event === "onDisconnected") wifi.fails();
			advance(120_000);
			assert.isTrue(wifi.closed, event);
			assert.equal(wifi.attempts.length, 1, event);
			assert.equal(pendingTimers(), 0, event);
		}
	});

	describe("that tries another network", () => {
		const CAFE: Credentials = { ssid: "cafe", password: "espresso!", source: "device" };
		const WRONG = "it is in range (-60 dBm) and refused: is the password right?";

		/** Tries the network, and notes what becomes of it. */
		function attempt({ station, told }: Open): void {
			station.try(CAFE, (reason) => told.push(`tried: ${reason}`));
			advance(WIFI_TIMES.firstPause);
		}

		/** Lets both attempts fail, and the scan after them. */
		function refuse(wifi: FakeWiFi): void {
			wifi.fails();
			advance(WIFI_TIMES.firstPause);
			wifi.fails();
			wifi.finds({ SSID: "cafe", RSSI: -60, security: "wpa2_psk" });
		}

		it("keeps it first if there is an address in it", () => {
			const opened = connect(),
				{ station, wifi, told } = opened;
			attempt(opened);
			assert.isTrue(station.trying);
			wifi.joinsAndGets("10.0.0.9");
			assert.deepEqual(told, [
				`connected ${ADDRESS}`,
				"disconnected: another network is tried",
				"tried: undefined",
				"connected 10.0.0.9",
			]);
			assert.isFalse(station.trying);
			assert.equal(station.network, CAFE);
			wifi.fails();
			advance(WIFI_TIMES.firstPause);
			assert.equal(wifi.attempts.at(-1)!.SSID, "cafe");
		});

		it("goes back to the one before, with the reason, after two attempts", () => {
			const opened = connect(),
				{ station, wifi, told } = opened;
			attempt(opened);
			refuse(wifi);
			assert.deepEqual(told.slice(2), [`tried: ${WRONG}`]);
			advance(WIFI_TIMES.firstPause);
			assert.deepEqual(
				wifi.attempts.map(({ SSID }) => SSID),
				["home", "cafe", "cafe", "home"],
			);
			wifi.joinsAndGets(ADDRESS);
			assert.equal(told.at(-1), `connected ${ADDRESS}`);
			assert.equal(station.network, HOME);
		});

		it("goes back if the network gives no address", () => {
			const opened = connect(),
				{ wifi, told } = opened;
			attempt(opened);
			for (let left = 2; left > 0; left--) {
				wifi.joins();
				advance(WIFI_TIMES.attempt + WIFI_TIMES.firstPause);
			}
			assert.equal(told[2], "tried: DHCP gave no address");
			assert.equal(wifi.attempts.at(-1)!.SSID, "home");
		});

		it("waits for another if there was none before", () => {
			const opened = start([]),
				{ station, wifi, told } = opened;
			assert.deepEqual(wifi.attempts, []);
			attempt(opened);
			refuse(wifi);
			assert.deepEqual(told, [`tried: ${WRONG}`]);
			assert.isUndefined(station.network);
			assert.equal(pendingTimers(), 0);
			attempt(opened);
			wifi.joinsAndGets(ADDRESS);
			assert.deepEqual(told.slice(1), ["tried: undefined", `connected ${ADDRESS}`]);
		});

		it("ends one trial for the next", () => {
			const opened = start([]),
				{ wifi, told } = opened;
			attempt(opened);
			attempt(opened);
			assert.deepEqual(told, ["tried: another network is tried"]);
			wifi.joinsAndGets(ADDRESS);
			assert.deepEqual(told.slice(1), ["tried: undefined", `connected ${ADDRESS}`]);
		});

		it("refuses to scan while it joins", () => {
			const { station, wifi } = start();
			assert.throws(() => station.scan({ onFound() {}, onComplete() {} }), /busy/);
			wifi.joinsAndGets(ADDRESS);
			const found: string[] = [];
			station.scan({ onFound: ({ SSID }) => found.push(SSID), onComplete: () => found.push("complete") });
			wifi.finds({ SSID: "home", RSSI: -50 });
			assert.deepEqual(found, ["home", "complete"]);
		});

		it("ends a scan in time if the driver does not", () => {
			const { station, wifi } = connect(),
				found: string[] = [];
			const scan = (): void =>
				station.scan({ onFound: ({ SSID }) => found.push(SSID), onComplete: () => found.push("complete") });
			scan();
			advance(WIFI_TIMES.scan);
			assert.deepEqual(found, ["complete"]);
			assert.throws(scan, /already scanning/);
			wifi.finds({ SSID: "home", RSSI: -50 });
			assert.deepEqual(found, ["complete"]);
		});
	});
});
