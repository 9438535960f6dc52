import { assert } from "chai";
import { Simulator } from "../support/simulator.ts";

/** More than a board has sockets for. */
const VIEWERS = 40;

describe("the profiles", function () {
	this.timeout(60_000);

	/** Opens streams, and returns how many were refused. */
	async function refused(profile: string): Promise<number> {
		const simulator = await Simulator.start(["--profile", profile]);
		const controller = new AbortController();
		const statuses = await Promise.all(
			Array.from({ length: VIEWERS }, async () => {
				// A board that has no socket left resets the connection.
				const response = await fetch(`${simulator.url}/stream`, { signal: controller.signal }).catch(
					() => undefined,
				);
				return response?.status;
			}),
		);
		controller.abort();
		await simulator.stop();
		return statuses.filter((status) => status !== 200).length;
	}

	it("`host` lets in any number of viewers", async () => {
		assert.equal(await refused("host"), 0);
	});

	it("`board` lets in as many as a board does", async () => {
		assert.isAtLeast(await refused("board"), VIEWERS - 10);
	});
});
