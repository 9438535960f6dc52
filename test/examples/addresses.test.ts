import { assert } from "chai";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The arguments of a program besides its name. */
const needs: Record<string, (pictures: string) => string[]> = {
	relay: () => ["--profile", "host"],
	"jpeg-folder": (pictures) => ["--files", pictures],
};

describe("the addresses that a program prints at the start", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	let simulator: Simulator | undefined;

	before(() => writeFileSync(join(path, "1.jpg"), drawJpeg(16, 16)));

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	/** The statuses of the printed addresses, by address. */
	async function printed(...args: string[]): Promise<Record<string, number>> {
		simulator = await Simulator.start(args);
		const line = simulator.output.split("\n").find((text) => text.startsWith("yieldcam is at "))!;
		const found: Record<string, number> = {};
		for (const [address] of line.matchAll(/http:[^\s,)]+/g)) {
			const response = await fetch(address, { headers: { Connection: "close" } });
			found[
				new URL(address).pathname +
					(new URL(address).port === String(simulator.port) ? "" : " at the other port")
			] = response.status;
			await response.body!.cancel();
		}
		return found;
	}

	it("are those of the firmware, and answer", async () => {
		assert.deepEqual(await printed(), { "/": 200, "/stream": 200, "/capture": 200, "/status": 200 });
	});

	it("are those of both ports, if there is another", async () => {
		assert.deepEqual(await printed("--stream-port", "0"), {
			"/": 200,
			"/stream": 200,
			"/stream at the other port": 200,
			"/capture": 200,
			"/status": 200,
		});
	});

	for (const name of readdirSync(join(root, "examples"))) {
		it(`answer in the example ${name}`, async () => {
			assert.deepEqual(await printed(join("examples", name), ...(needs[name]?.(path) ?? [])), { "/": 200 });
		});
	}

	it("are the pages of both ports for a custom program, if there is another", async () => {
		assert.deepEqual(await printed("examples/video-feed", "--stream-port", "0"), {
			"/": 200,
			"/ at the other port": 200,
		});
	});
});
