import { assert } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { RtspClient } from "../support/rtsp-client.ts";
import { overLwip, Simulator } from "../support/simulator.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

/** Requests whose responses are more than the buffers of a connection hold. */
const REQUESTS = 4_000;

describe("RTSP's requests that come before the responses are read", function () {
	this.timeout(60_000);
	// As for RTSP's other tests.
	if (overLwip) return;
	let simulator: Simulator;
	let clients: RtspClient[] = [];

	beforeEach(async () => {
		simulator = await Simulator.start();
	});

	// This fails if the heap has grown into its reserve.
	afterEach(async () => {
		for (const client of clients) client.close();
		clients = [];
		await simulator.stop();
	});

	async function setUp(): Promise<RtspClient> {
		const client = await RtspClient.open(/rtsp:\/\/127\.0\.0\.1:\d+\//.exec(simulator.output)![0]);
		clients.push(client);
		const { status } = await client.send("SETUP", "Transport: RTP/AVP/TCP;interleaved=0-1\r\n");
		assert.equal(status, 200);
		return client;
	}

	async function viewers(): Promise<{ sent: number; skipped: number }[]> {
		const state = await (await fetch(`${simulator.url}/api/state`)).json();
		return (state as { viewers: { sent: number; skipped: number }[] }).viewers;
	}

	/** Resolves when the only viewer has missed some frames: its connection takes nothing of the one that it has begun. */
	async function stalled(): Promise<void> {
		for (;;) {
			const [before] = await viewers();
			await pause(300);
			const [after] = await viewers();
			if (after.sent === before.sent && after.skipped > before.skipped) return;
		}
	}

	it("are all answered, in order, once the client reads", async () => {
		const client = await setUp();
		client.socket.pause();
		const before = client.responses.length;
		let all = "";
		for (let i = 0; i < REQUESTS; i++) all += client.request("DESCRIBE");
		client.socket.write(all);
		await pause(300);
		client.socket.resume();
		await client.until(() => client.responses.length >= before + REQUESTS);
		assert.isUndefined(client.fault);
		client.responses.forEach(({ status, headers }, i) => {
			assert.equal(status, 200);
			assert.equal(headers["cseq"], String(i + 1));
		});
	});

	for (const channel of [0, 4])
		it(`may pause in the middle of a frame, set up channel ${channel}, and play again`, async () => {
			const client = await setUp();
			assert.equal((await client.send("PLAY")).status, 200);
			client.socket.pause();
			await stalled();
			const before = client.responses.length;
			client.socket.write(
				client.request("PAUSE") +
					client.request("SETUP", `Transport: RTP/AVP/TCP;interleaved=${channel}-${channel + 1}\r\n`) +
					client.request("PLAY"),
			);
			await pause(300);
			client.socket.resume();
			await client.until(() => client.responses.length >= before + 3);
			assert.deepEqual(
				client.responses.map(({ status }) => status),
				[200, 200, 200, 200, 200],
			);
			const { length } = client.packets;
			await client.until(() => client.packets.length > length + 50);
			assert.isUndefined(client.fault);
			assert.isTrue(client.packets.slice(length).some((packet) => packet.channel === channel));
			assert.isAbove(client.pictures.length, 3);
			for (const picture of client.pictures) assert.equal(await decodeJpeg(picture), "320x240");
		});
});
