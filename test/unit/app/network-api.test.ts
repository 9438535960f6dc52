import { assert } from "chai";
import { addNetwork } from "yieldcam/app/network-api";
import { Portal } from "yieldcam/app/portal";
import type { Choice, DeviceNetwork } from "yieldcam/network/device-network";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { WiFiScanOptions } from "yieldcam/network/io";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

const OWN = "192.168.4.1";
const PAGE = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer;

class FakeNetwork implements DeviceNetwork {
	readonly ssid = "home";
	readonly address = "192.168.1.5";
	readonly hostname = "yieldcam";
	readonly rssi = -52;
	choice: Choice | undefined;
	readonly chosen: [ssid: string, password: string | undefined][] = [];
	scanning: WiFiScanOptions | undefined;
	busy = false;

	scan(options: WiFiScanOptions): void {
		if (this.busy) throw new Error("Wi-Fi is busy");
		this.scanning = options;
	}

	choose(ssid: string, password: string | undefined): void {
		this.chosen.push([ssid, password]);
		this.choice = { ssid, result: "trying", reason: undefined };
	}
}

function put(content: string, host = "cam"): string {
	return (
		head(
			"PUT /api/network HTTP/1.1",
			"Content-Type: application/json",
			`Content-Length: ${content.length}`,
		).replace("Host: cam", `Host: ${host}`) + content
	);
}

function json(response: string): unknown {
	return JSON.parse(contentOf(response));
}

describe("/api/network", () => {
	let network: FakeNetwork;
	let served: Served;

	beforeEach(() => {
		network = new FakeNetwork();
		const router = new Router();
		addNetwork(router, network);
		served = serve(router);
	});

	it("has the network and what became of the last choice, and no password", async () => {
		const here = { ssid: "home", address: "192.168.1.5", hostname: "yieldcam", rssi: -52 };
		assert.deepEqual(json(await served.ask(head("GET /api/network HTTP/1.1"))), here);
		const answer = await served.ask(put('{"ssid":"cafe","password":"correct horse"}'));
		assert.match(answer, /^HTTP\/1\.1 202 /);
		assert.deepEqual(network.chosen, [["cafe", "correct horse"]]);
		assert.notInclude(answer, "horse");
		const choice = { ssid: "cafe", result: "trying" };
		assert.deepEqual(json(await served.ask(head("GET /api/network HTTP/1.1"))), { ...here, choice });
		assert.match(await served.ask(put('{"ssid":"other"}')), /^HTTP\/1\.1 409 /);
	});

	it("takes an open network with an empty password, or without one", async () => {
		await served.ask(put('{"ssid":"cafe","password":""}'));
		network.choice = undefined;
		await served.ask(put('{"ssid":"cafe"}'));
		assert.deepEqual(network.chosen, [
			["cafe", undefined],
			["cafe", undefined],
		]);
	});

	for (const [content, pattern] of [
		["{}", /its ssid is not text/],
		["[]", /ssid is not text|must be an object/],
		["7", /must be an object/],
		['{"ssid":""}', /empty/],
		['{"ssid":"123456789012345678901234567890123"}', /longer than 32 bytes/],
		['{"ssid":"cafe","password":"short"}', /8 to 63 bytes/],
		['{"ssid":"cafe","password":null}', /not text/],
		['{"ssid":"cafe","key":"correct horse"}', /and not key/],
	] as const)
		it(`refuses ${content}, with the reason and without the password`, async () => {
			const answer = await served.ask(put(content));
			assert.match(answer, /^HTTP\/1\.1 422 /);
			assert.match(answer, pattern);
			assert.notInclude(answer, "horse");
			assert.deepEqual(network.chosen, []);
		});

	it("lists the networks in range, each once, the strongest first, and not those without a name", async () => {
		const client = served.connect().send(head("GET /api/network/scan HTTP/1.1"));
		await served.network.settle();
		const { onFound, onComplete } = network.scanning!;
		onFound({ SSID: "far", RSSI: -80, security: "none" });
		onFound({ SSID: "near", RSSI: -60, security: "wpa2_psk" });
		onFound({ SSID: "", RSSI: -40 });
		onFound({ SSID: "near", RSSI: -70, security: "wpa2_psk" });
		onFound({ SSID: "far", RSSI: -50, security: "none" });
		for (let i = 0; i < 100; i++) onFound({ SSID: `n${i}`, RSSI: -90 + (i % 7), security: "wpa2_psk" });
		onComplete();
		await served.network.settle();
		const { networks } = json(client.text) as { networks: { rssi: number }[] };
		assert.deepEqual(networks.slice(0, 2), [
			{ ssid: "far", rssi: -50, open: true },
			{ ssid: "near", rssi: -60, open: false },
		] as never);
		assert.lengthOf(networks, 20);
		const strengths = networks.map(({ rssi }) => rssi);
		assert.deepEqual(
			strengths,
			[...strengths].sort((a, b) => b - a),
		);
	});

	it("asks to come again while Wi-Fi is busy", async () => {
		network.busy = true;
		const answer = await served.ask(head("GET /api/network/scan HTTP/1.1"));
		assert.match(answer, /^HTTP\/1\.1 503 [^]*\r\nRetry-After: 5\r\n/);
	});
});

describe("the portal", () => {
	let network: FakeNetwork;
	let open: boolean;
	let served: Served;

	beforeEach(() => {
		network = new FakeNetwork();
		open = true;
		const point = { address: OWN, serves: () => open };
		served = serve(new Portal(() => new Response("the program\n"), { point, network, page: PAGE }));
	});

	function get(path: string, host: string, method = "GET"): Promise<string> {
		return served.ask(
			head(`${method} ${path} HTTP/1.1`, "Accept-Encoding: gzip", "Connection: close").replace(
				"Host: cam",
				`Host: ${host}`,
			),
		);
	}

	it("leads each foreign host to the page, and gives it nothing else", async () => {
		for (const [host, path] of [
			["connectivitycheck.gstatic.com", "/generate_204"],
			["captive.apple.com", "/hotspot-detect.html"],
			["www.msftconnecttest.com", "/connecttest.txt"],
			["detectportal.firefox.com", "/canonical.html"],
			["evil.example", "/api/network"],
			["evil.example", "/"],
			["yieldcam.local", "/stream"],
		]) {
			for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
				const answer = await get(path, host, method);
				assert.match(answer, /^HTTP\/1\.1 302 Found\r\n/);
				assert.include(answer, `\r\nLocation: http://${OWN}/\r\n`);
				assert.notInclude(answer, "the program");
			}
		}
		assert.match(await served.ask(put('{"ssid":"cafe"}', "evil.example")), /^HTTP\/1\.1 302 /);
		assert.deepEqual(network.chosen, []);
	});

	it("stays at the port that the client has come to", async () => {
		assert.include(await get("/", "evil.example:8080"), `\r\nLocation: http://${OWN}:8080/\r\n`);
		assert.include(await get("/", "evil.example:80"), `\r\nLocation: http://${OWN}/\r\n`);
	});

	it("has the page and the network at its own address, and no program", async () => {
		assert.match(await get("/", OWN), /^HTTP\/1\.1 200 OK\r\n[^]*\r\nContent-Encoding: gzip\r\n/);
		assert.match(await served.ask(put('{"ssid":"cafe"}', OWN)), /^HTTP\/1\.1 202 /);
		for (const path of ["/stream", "/capture", "/api/state", "/api/settings"])
			assert.match(await get(path, OWN), /^HTTP\/1\.1 404 /);
	});

	it("refuses what a page of another site sends", async () => {
		const content = '{"ssid":"cafe"}';
		const answer = await served.ask(
			put(content, OWN).replace("\r\n\r\n", "\r\nOrigin: http://evil.example\r\n\r\n"),
		);
		assert.match(answer, /^HTTP\/1\.1 403 /);
		assert.deepEqual(network.chosen, []);
	});

	it("gives all others the program", async () => {
		open = false;
		assert.include(await get("/", OWN), "the program");
		assert.include(await get("/", "evil.example"), "the program");
	});
});
