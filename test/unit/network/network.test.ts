import { assert } from "chai";
import { MDNS_TIMES } from "yieldcam/network/mdns-responder";
import { Network, type NetworkOptions } from "yieldcam/network/network";
import { pendingTimers, resetClock } from "../support/time.ts";
import { FakeLan } from "./support/fake-lan.ts";
import { memoryStore } from "./support/memory-store.ts";
import { FakeWiFi } from "./support/fake-wifi.ts";

const BOARD = "192.168.1.5";
const PASSWORD = "correct horse";
/** Long enough to claim and announce a name, after another was taken. */
const SETTLED = 10_000;

interface Open {
	network: Network;
	wifi: FakeWiFi;
	/** The console output. */
	lines: string[];
	/** What the firmware hears. */
	told: string[];
}

function open(
	lan: FakeLan,
	{
		address = BOARD,
		mac = "f4:12:fa:a1:b2:c3",
		...options
	}: Partial<NetworkOptions> & { address?: string; mac?: string } = {},
): Open {
	const lines: string[] = [];
	const told: string[] = [];
	const network = new Network({
		wifi: FakeWiFi,
		udp: lan.io(address),
		networks: [{ ssid: "home", password: PASSWORD, source: "build" }],
		hostname: "yieldcam",
		port: 80,
		log: (line) => lines.push(line),
		onConnected: (address) => told.push(`connected ${address}`),
		onDisconnected: (reason) => told.push(`disconnected: ${reason}`),
		onName: (name) => told.push(`named ${name}`),
		...options,
	});
	FakeWiFi.last.MAC = mac;
	return { network, wifi: FakeWiFi.last, lines, told };
}

describe("the network", () => {
	let lan: FakeLan;

	beforeEach(() => {
		resetClock();
		lan = new FakeLan();
	});

	it("prints the camera's addresses on the console", () => {
		const { network, wifi, lines, told } = open(lan);
		assert.equal(wifi.hostname, "yieldcam-a1b2c3");
		wifi.joinsAndGets(BOARD);
		assert.isUndefined(network.hostname);
		lan.pass(SETTLED);
		assert.deepEqual(lines, [
			'yieldcam: Wi-Fi "home" (build): joining',
			'yieldcam: Wi-Fi "home" (build): connected at -52 dBm',
			`yieldcam is at http://${BOARD}/`,
			"yieldcam is at http://yieldcam.local/",
		]);
		assert.deepEqual(told, [`connected ${BOARD}`, "named yieldcam"]);
		assert.deepEqual([network.address, network.hostname, network.rssi], [BOARD, "yieldcam", -52]);
	});

	it("announces what people call the camera, again when that changes, and keeps the host's name", () => {
		const services = (): string[] =>
			lan
				.look()
				.flatMap(({ text }) => text)
				.filter((line) => line.startsWith("answer PTR _http._tcp.local"))
				.map((line) => line.split(" ").slice(3, -1).join(" "));
		const title = "Gärten, ganz hinten";
		const { network, wifi, told } = open(lan, { title });
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		/** The bytes as the messages' reader shows them, which takes each for a character. */
		const named = (name: string) =>
			`${String.fromCharCode(...new Uint8Array(ArrayBuffer.fromString(name)))} (yieldcam)._http._tcp.local`;
		assert.deepEqual([...new Set(services())], [named(title)]);
		// A name of the DNS has 63 bytes: characters that do not fit are left out whole.
		network.title = "🐦".repeat(16);
		lan.pass(SETTLED);
		assert.deepEqual(services().at(-1), named("🐦".repeat(13)));
		network.title = undefined;
		lan.pass(SETTLED);
		assert.deepEqual(services().at(-1), "yieldcam._http._tcp.local");
		assert.deepEqual(told, [`connected ${BOARD}`, "named yieldcam", "named yieldcam", "named yieldcam"]);
	});

	it("takes a title while there is no network", () => {
		const { network, wifi } = open(lan);
		network.title = "Shed";
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		assert.include(JSON.stringify(lan.look()), "Shed (yieldcam)._http._tcp.local");
	});

	it("prints the port if it is not the web's", () => {
		const { wifi, lines } = open(lan, { port: 8_080 });
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		assert.deepEqual(lines.slice(2), [
			`yieldcam is at http://${BOARD}:8080/`,
			"yieldcam is at http://yieldcam.local:8080/",
		]);
	});

	it("prints the name with the MAC if another camera has the first", () => {
		const other = open(lan, { address: "192.168.1.6", mac: "f4:12:fa:00:00:01" });
		other.wifi.joinsAndGets("192.168.1.6");
		lan.pass(SETTLED);
		const { wifi, lines } = open(lan);
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		assert.equal(lines.at(-1), "yieldcam is at http://yieldcam-a1b2c3.local/");
	});

	it("comes back with the link, under the same name", () => {
		const other = open(lan, { address: "192.168.1.6", mac: "f4:12:fa:00:00:01" });
		other.wifi.joinsAndGets("192.168.1.6");
		lan.pass(SETTLED);
		const { network, wifi, lines, told } = open(lan);
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		lan.cut(BOARD);
		wifi.fails();
		assert.isUndefined(network.address);
		assert.isUndefined(network.hostname);
		lan.pass(1_000);
		wifi.joinsAndGets(BOARD);
		// The first camera has left by now, but a board that changed its name would break bookmarks.
		other.network.close();
		lan.pass(SETTLED);
		assert.deepEqual(told, [
			`connected ${BOARD}`,
			"named yieldcam-a1b2c3",
			"disconnected: the link was lost",
			`connected ${BOARD}`,
			"named yieldcam-a1b2c3",
		]);
		assert.include(lines, 'yieldcam: Wi-Fi "home" (build): the link was lost');
	});

	it("announces the new address if DHCP gives another", () => {
		const { wifi } = open(lan);
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		wifi.gets("192.168.1.50");
		lan.pass(SETTLED);
		assert.match(lan.look().at(-1)!.text.join(), /answer A yieldcam\.local 192\.168\.1\.50 120 flush/);
	});

	it("never prints the password", () => {
		const { wifi, lines } = open(lan);
		wifi.refusing = true;
		wifi.fails();
		lan.pass(1_000);
		wifi.refusing = false;
		lan.pass(2_000);
		wifi.fails();
		wifi.finds({ SSID: "home", RSSI: -70 });
		lan.pass(4_000);
		wifi.joins();
		lan.pass(40_000);
		wifi.fails();
		wifi.finds();
		lan.pass(120_000);
		assert.include(lines.join("\n"), "is the password right?");
		assert.notInclude(lines.join("\n"), PASSWORD);
	});

	it("prevents a network's name from forging a line", () => {
		const { lines } = open(lan, { networks: [{ ssid: "a\nyieldcam is at http://evil/", source: "build" }] });
		assert.deepEqual(
			lines.map((line) => line.includes("\n")),
			[false],
		);
	});

	it("does without a name if mDNS does not start", () => {
		const { wifi, lines, told } = open(lan, {
			udp: class {
				constructor() {
					throw new Error("bind failed");
				}
			} as unknown as NetworkOptions["udp"],
		});
		wifi.joinsAndGets(BOARD);
		assert.equal(lines.at(-1), "yieldcam: no mDNS, use the address: bind failed");
		assert.deepEqual(told, [`connected ${BOARD}`]);
	});

	it("tries a network that somebody chooses after the response to that, and keeps it if there is an address in it", () => {
		const store = memoryStore(),
			{ network, wifi, lines } = open(lan, { store });
		wifi.joinsAndGets(BOARD);
		network.choose("café", "battery staple");
		assert.deepEqual(network.choice, { ssid: "café", result: "trying", reason: undefined });
		assert.equal(network.address, BOARD);
		lan.pass(499);
		assert.equal(network.address, BOARD);
		lan.pass(2_000);
		assert.equal(network.ssid, "café");
		assert.isUndefined(store.read());
		wifi.joinsAndGets("192.168.1.5");
		assert.deepEqual(network.choice, { ssid: "café", result: "joined", reason: undefined });
		assert.deepEqual(JSON.parse(store.read()!), { ssid: "café", password: "battery staple" });
		assert.notInclude(lines.join("\n"), "battery");
	});

	it("keeps what works if the network that somebody chooses does not, and says why", () => {
		const store = memoryStore(),
			{ network, wifi, lines } = open(lan, { store });
		wifi.joinsAndGets(BOARD);
		network.choose("cafe", "battery staple");
		lan.pass(1_500);
		wifi.fails();
		lan.pass(1_000);
		wifi.fails();
		wifi.finds();
		const reason = "no such network is in range, or it hides its name";
		assert.deepEqual(network.choice, { ssid: "cafe", result: "failed", reason });
		assert.include(lines.at(-1), reason);
		assert.isUndefined(store.read());
		lan.pass(1_000);
		wifi.joinsAndGets(BOARD);
		assert.equal(network.ssid, "home");
	});

	it("says so if it cannot keep the network that somebody has chosen", () => {
		const store = {
				...memoryStore(),
				write() {
					throw new Error("the flash is full");
				},
			},
			{ network, wifi } = open(lan, { store });
		network.choose("cafe", undefined);
		lan.pass(1_500);
		wifi.joinsAndGets(BOARD);
		assert.deepEqual(network.choice, { ssid: "cafe", result: "joined", reason: "the flash is full" });
	});

	it("opens an access point if it knows no network, at once, and later if it cannot join one that it knows", () => {
		for (const [networks, time] of [
			[[], 0],
			[undefined, 180_000],
		] as const) {
			const opened: string[] = [];
			lan = new FakeLan();
			const { network, lines } = open(lan, {
				...(networks && { networks }),
				accessPoint: class {
					readonly address = "192.168.4.1";
					constructor({ ssid }: { ssid: string }) {
						opened.push(ssid);
					}
					close() {}
				},
			});
			lan.pass(Math.max(0, time - 1));
			assert.lengthOf(opened, 0);
			lan.pass(1);
			assert.deepEqual(opened, ["yieldcam-a1b2c3"]);
			assert.include(lines, "yieldcam is at http://192.168.4.1/");
			network.close();
		}
	});

	it("says goodbye and leaves nothing behind when it is closed", () => {
		const { network, wifi } = open(lan);
		wifi.joinsAndGets(BOARD);
		lan.pass(SETTLED);
		lan.look();
		network.close();
		network.close();
		assert.match(lan.look()[0].text.join(), /answer A yieldcam\.local 192\.168\.1\.5 0 flush/);
		assert.isTrue(wifi.closed);
		assert.equal(lan.open, 0);
		assert.equal(pendingTimers(), 0);
	});

	it("can be closed as soon as it is connected", () => {
		const { network, wifi } = open(lan, { onConnected: () => network.close() });
		wifi.joinsAndGets(BOARD);
		lan.pass(MDNS_TIMES.beforeProbe);
		assert.deepEqual(lan.look(), []);
		assert.equal(lan.open, 0);
		assert.equal(pendingTimers(), 0);
	});
});
