import { assert } from "chai";
import { request } from "node:http";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import type { State } from "../../src/state/state.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipOverLwip, startUpdatable, stateUntil, upload } from "../support/updates.ts";

const SECTOR = 4_096;

/** Notes how far the update is, as each event of `/api/events` says it. */
function watch(url: string): { readonly received: number[]; end(): void } {
	const received: number[] = [];
	const asked = request(`${url}/api/events`, (response) => {
		let text = "";
		response.setEncoding("utf8").on("data", (piece: string) => {
			text += piece;
			for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
				const data = /^event: state\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
				const update = data === undefined ? undefined : (JSON.parse(data) as State).firmware?.update;
				if (update) received.push(update.received);
			}
		});
		response.on("error", () => {});
	});
	asked.on("error", () => {});
	asked.end();
	return { received, end: () => asked.destroy() };
}

describe("during an update", function () {
	this.timeout(240_000);
	const { path } = temporaryFolder();
	let simulator: (Simulator & { readonly flash: string }) | undefined;

	before(function () {
		skipOverLwip(this);
	});

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	it("four viewers keep their connection and get whole frames, and two pages show the same progress", async () => {
		// Erasing and writing take as long as on a chip.
		simulator = await startUpdatable(path, { host: ["--flash-time"] });
		const { url } = simulator;
		const viewers = Array.from({ length: 4 }, () => new MjpegClient(url));
		const pages = [watch(url), watch(url)];
		await Promise.all(viewers.map((viewer) => viewer.until(5)));
		const image = firmwareImage({ version: "0.2.0", size: 60 * SECTOR });
		const before = viewers.map(({ arrivals }) => arrivals.length);
		const { status, content } = await upload(url, image);
		assert.equal(status, 202, content);
		for (const [index, viewer] of viewers.entries()) {
			assert.isUndefined(viewer.fault);
			// Each sector waits for a frame, but not for long. On a busy machine there may be none in time.
			assert.isAtLeast(viewer.arrivals.length - before[index], image.length / SECTOR / 4);
		}
		for (const { received } of pages) {
			assert.isAbove(received.length, 2);
			for (let i = 1; i < received.length; i++) assert.isAtLeast(received[i], received[i - 1]);
		}
		// Both get the same events, but for one that may be under way.
		const common = pages[0].received.filter((count) => pages[1].received.includes(count));
		assert.isAtLeast(common.length, pages[0].received.length - 1);
		pages.forEach((page) => page.end());
		viewers.forEach((viewer) => viewer.socket.destroy());
		await stateUntil(url, (state) => state.firmware?.last?.result === "valid", "the new firmware is valid");
	});

	it("memory is given back if it is refused or its client leaves", async () => {
		simulator = await startUpdatable(path);
		const { url } = simulator;
		const good = firmwareImage({ version: "0.2.0" });
		const wrong = Buffer.from(good);
		wrong[good.length - 40] ^= 1;
		const round = async () => {
			assert.equal((await upload(url, wrong)).status, 422);
			await new Promise<void>((resolve) => {
				const sent = request(`${url}/api/firmware`, {
					method: "PUT",
					headers: { "Content-Length": String(good.length) },
				});
				sent.on("error", () => resolve());
				sent.write(good.subarray(0, 9_000), () => setTimeout(() => sent.destroy(new Error("leaves")), 20));
			});
		};
		await round();
		const before = await simulator.idle(500);
		for (let i = 0; i < 20; i++) {
			await round();
			await stateUntil(url, (state) => !state.firmware?.update, "the update has ended");
		}
		const after = await simulator.idle(500);
		assert.isAtMost(after.slots, before.slots + 16);
		assert.isAtMost(after.chunks, before.chunks + 1_024);
		assert.equal((await upload(url, good)).status, 202);
	});
});
