import { assert } from "chai";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { type Report, slow, Simulator } from "../support/simulator.ts";

const VIEWERS = 4;
const frames = slow ? 2_000 : 100_000;

describe("the board's heap", () => {
	it(`carries ${VIEWERS} viewers through ${frames.toLocaleString("en")} delivered frames`, async function () {
		this.timeout(400_000);
		const simulator = await Simulator.start([
			"--profile",
			"board",
			"--frame-size",
			"QQVGA",
			"--fps",
			slow ? "50" : "500",
		]);
		const clients = Array.from({ length: VIEWERS }, () => new MjpegClient(simulator.url));
		const delivered = () => clients.reduce((sum, client) => sum + client.frames, 0);
		const reports: Report[] = [];
		for (let part = 1; part <= 4; part++) {
			await Promise.all(clients.map((client) => client.until((frames / VIEWERS / 4) * part)));
			reports.push(await simulator.report());
		}
		assert.isAtLeast(delivered(), frames);
		for (const client of clients) {
			assert.isUndefined(client.fault);
			client.close();
		}
		const [first] = reports;
		for (const report of reports) {
			assert.isAtMost(report.slots, first.slots + 64);
			assert.isAtMost(report.chunks, first.chunks + 4096);
			assert.isBelow(report.slots, report.slotLimit);
		}
		await simulator.stop();
	});
});
