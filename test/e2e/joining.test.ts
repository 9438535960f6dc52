import { assert } from "chai";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { httpGet } from "../support/http-get.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { until } from "../support/live-page.ts";
import { overLwip, Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const HOME = "correct horse";
const AIR = ["--wifi", `home=${HOME}`, "--wifi", "cafe="];

/** An address of this process alone: the same tests may run side by side. */
const DNS_HOST = `127.53.${(process.pid >> 8) & 0xff}.${process.pid & 0xff || 1}`;

interface NetworkState {
	readonly ssid?: string;
	readonly address?: string;
	readonly choice?: { readonly result: string; readonly reason?: string };
}

describe("joining a network", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	const settings = join(path, "settings.json"),
		kept = `${settings}.network`;
	let simulator: Simulator;

	beforeEach(() => rmSync(kept, { force: true }));
	afterEach(() => simulator.stop());

	async function start(...args: string[]): Promise<void> {
		simulator = await Simulator.start([...AIR, "--settings", settings, ...args]);
	}

	async function state(): Promise<NetworkState> {
		return (await (await fetch(`${simulator.url}/api/network`)).json()) as NetworkState;
	}

	/** Chooses a network, and waits until it is known what becomes of it. */
	async function choose(ssid: string, password: string): Promise<NetworkState> {
		const response = await fetch(`${simulator.url}/api/network`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ ssid, password }),
		});
		assert.equal(response.status, 202, await response.text());
		for (;;) {
			const now = await state();
			if (now.choice?.result !== "trying") return now;
		}
	}

	/** Waits until the access point is closed: then the address has the firmware. */
	async function joined(): Promise<void> {
		await until("the access point is closed", async () => (await fetch(`${simulator.url}/status`)).ok);
	}

	it("begins at the device's own access point, which has the set-up and nothing else", async () => {
		await start();
		assert.match(simulator.output, /the network can be set up at the access point "yieldcam-00514d"\n/);
		const page = await httpGet(`${simulator.url}/`, { "Accept-Encoding": "gzip" });
		assert.equal(page.status, 200);
		assert.isBelow(page.body.length, 6_000);
		for (const target of ["/stream", "/capture", "/api/state", "/api/settings", "/status"])
			assert.equal((await httpGet(simulator.url + target)).status, 404, target);
		const probe = await httpGet(`${simulator.url}/generate_204`, { Host: "connectivitycheck.gstatic.com" });
		assert.equal(probe.status, 302);
		const { networks } = (await (await fetch(`${simulator.url}/api/network/scan`)).json()) as {
			networks: { ssid: string; open: boolean }[];
		};
		assert.deepEqual(
			networks.map(({ ssid, open }) => `${ssid} ${open}`),
			["home false", "cafe true"],
		);
	});

	it("says what is wrong, keeps nothing of it, and then joins, serves, and keeps the network across restarts", async () => {
		await start();
		assert.include((await choose("home", "wrong horse")).choice!.reason, "is the password right?");
		assert.include((await choose("elsewhere", "")).choice!.reason, "no such network is in range");
		assert.isFalse(existsSync(kept));
		const { choice, ssid } = await choose("home", HOME);
		assert.deepEqual([choice!.result, ssid], ["joined", "home"]);
		await joined();
		assert.deepEqual(JSON.parse(readFileSync(kept, "utf8")), { ssid: "home", password: HOME });
		assert.equal(statSync(kept).mode & 0o777, 0o600, "only this user may read it");
		assert.notInclude(simulator.output, HOME);
		await simulator.stop();
		await start();
		assert.include(simulator.output, 'Wi-Fi "home" (device): connected');
		assert.notInclude(simulator.output, "access point");
		assert.equal((await fetch(`${simulator.url}/status`)).status, 200);
	});

	it("changes later, by the admin alone, and goes back to what works", async () => {
		await start(
			"ssid=home",
			`password=${HOME}`,
			"--admin-password",
			"a good password",
			"--viewer-password",
			"view only",
		);
		const authorization = (name: string): string => `Basic ${Buffer.from(name).toString("base64")}`,
			admin = authorization("admin:a good password"),
			viewer = authorization("viewer:view only");
		const put = (fields: Record<string, string>, ssid = "cafe"): Promise<Response> =>
			fetch(`${simulator.url}/api/network`, {
				method: "PUT",
				headers: { "Content-Type": "application/json", ...fields },
				body: JSON.stringify({ ssid }),
			});
		assert.equal((await put({})).status, 401);
		assert.equal((await put({ Authorization: viewer })).status, 403);
		assert.equal((await put({ Authorization: admin, Origin: "http://evil.example" })).status, 403);
		for (const target of ["/api/network", "/api/network/scan"]) {
			assert.equal((await fetch(simulator.url + target)).status, 401);
			assert.equal((await fetch(simulator.url + target, { headers: { Authorization: viewer } })).status, 403);
		}
		assert.equal((await put({ Authorization: admin }, "elsewhere")).status, 202);
		assert.equal((await put({ Authorization: admin })).status, 409);
		const choice = async (): Promise<string | undefined> => {
			const response = await fetch(`${simulator.url}/api/network`, { headers: { Authorization: admin } });
			return ((await response.json()) as NetworkState).choice?.result;
		};
		await until("it has failed", async () => (await choice()) === "failed");
		await until("it is back", async () => /\(build\): connected[^]*\(build\): connected/.test(simulator.output));
		assert.isFalse(existsSync(kept));
	});

	it("answers each name with the device's address, until the access point is closed", async function () {
		// A port below 1,024.
		if (process.getuid!() !== 0 || overLwip) return this.skip();
		await start("--host", DNS_HOST);
		assert.notInclude(simulator.output, "names are not answered");
		const resolver = new Resolver({ timeout: 1_000, tries: 3 });
		resolver.setServers([DNS_HOST]);
		assert.deepEqual(await resolver.resolve4("captive.apple.com"), [DNS_HOST]);
		const rejection = await resolver.resolve6("captive.apple.com").catch((error: NodeJS.ErrnoException) => error);
		assert.equal((rejection as NodeJS.ErrnoException).code, "ENODATA");
		assert.equal((await choose("home", HOME)).choice!.result, "joined");
		const code = (): Promise<unknown> =>
			resolver.resolve4("example.com").then(
				() => undefined,
				(error: NodeJS.ErrnoException) => error.code,
			);
		await until("the access point is closed", async () => (await code()) === "ECONNREFUSED");
	});

	it("goes on beside queries of names", async function () {
		if (process.getuid!() !== 0 || overLwip) return this.skip();
		await start("--host", DNS_HOST);
		const socket = createSocket("udp4"),
			query = Buffer.from("123401000001000000000000076578616d706c6503636f6d0000010001", "hex");
		let answers = 0;
		socket.on("message", () => answers++);
		const timer = setInterval(() => {
			for (let left = 20; left > 0; left--) socket.send(query, 53, DNS_HOST);
		}, 10);
		assert.equal((await choose("home", HOME)).choice!.result, "joined");
		await joined();
		clearInterval(timer);
		socket.close();
		assert.isAbove(answers, 100);
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(5);
		viewer.close();
	});
});
