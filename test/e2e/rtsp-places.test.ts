import { assert } from "chai";
import { RtspClient } from "../support/rtsp-client.ts";
import { overLwip, Simulator } from "../support/simulator.ts";

describe("as many sessions of RTSP as a server takes", function () {
	this.timeout(60_000);
	// As for RTSP's other tests.
	if (overLwip) return;
	let simulator: Simulator;

	beforeEach(async () => {
		simulator = await Simulator.start();
	});

	afterEach(() => simulator.stop());

	/** Sets up ten sessions, one after the other. Resolves to their clients, with or without a session. */
	async function sessions(addresses: number): Promise<RtspClient[]> {
		const url = /rtsp:\/\/127\.0\.0\.1:\d+\//.exec(simulator.output)![0];
		const clients: RtspClient[] = [];
		for (let i = 0; i < 10; i++) {
			const client = await RtspClient.open(url, `127.0.1.${1 + (i % addresses)}`);
			clients.push(client);
			client.socket.write(client.request("SETUP", "Transport: RTP/AVP/TCP;interleaved=0-1\r\n"));
			await client.until(() => client.responses.length > 0 || client.closed);
		}
		return clients;
	}

	for (const addresses of [1, 3, 10]) {
		it(`leaves room for pictures, from ${addresses} of the clients' addresses`, async () => {
			// What is used for the first time takes memory of its own, for good.
			for (const client of await sessions(1)) client.close();
			for (const path of ["/capture", "/bmp"]) await fetch(simulator.url + path);
			const clients = await sessions(addresses);
			const served = clients.filter(({ closed, responses }) => !closed && responses[0].status === 200);
			assert.isAtLeast(served.length, 7);
			for (let i = 0; i < 3; i++) {
				for (const path of ["/capture", "/snapshot", "/bmp", "/api/state"])
					assert.equal((await fetch(simulator.url + path)).status, 200, path);
			}
			for (const client of clients) client.close();
		});
	}
});
