import { assert } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";
import { type Address, ADDRESSES, titleOf } from "./address.ts";
import { type Consumer, readingOf, type Seen } from "./consumer.ts";
import { CONSUMERS } from "./consumers.ts";
import { expect } from "./expectation.ts";
import { pool } from "./pool.ts";
import { aptCommand, type Cell, conformanceDocument, grids, outlineOf } from "./table.ts";

/** The time limit of one consumer at one address in milliseconds, on a machine that is busy with three others. */
const PATIENCE = 30_000;
/** Consumers at a time, of the simulator's thirteen connections. */
const AT_ONCE = 4;
const file = join(root, "docs/conformance.md");
/** Only on request: tests change no file. */
const writing = process.env["YIELDCAM_CONFORMANCE"] !== undefined;

describe("the camera's addresses", function () {
	this.timeout(600_000);
	const cells: Cell[] = [];
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["--stream-port", "0"]);
		// The state has a size as soon as there was a picture.
		await getAlone("/capture");
	});

	after(async () => {
		try {
			if (writing && cells.length > 0)
				writeFileSync(file, await conformanceDocument(ADDRESSES, CONSUMERS, cells));
		} finally {
			await closeConsumers();
			await simulator?.stop();
		}
	});

	for (const address of ADDRESSES)
		describe(titleOf(address), () => {
			const readers = CONSUMERS.filter((consumer) => readingOf(consumer, address));
			const visits = new Map<Consumer, Promise<Seen>>();

			before(() => {
				// One command at a time: its effect is checked before the next.
				const admit = pool(address.kind === "command" ? 1 : AT_ONCE);
				for (const [index, consumer] of readers.filter(({ installed }) => installed).entries()) {
					const visit = admit(() => look(consumer, address, 10 + index));
					// Its own test awaits it and fails, maybe later than it does.
					visit.catch(() => {});
					visits.set(consumer, visit);
				}
			});

			for (const consumer of readers)
				if (consumer.installed)
					it(`works with ${consumer.name}`, async () => {
						try {
							const seen = await visits.get(consumer)!;
							cells.push({ address, consumer, seen });
						} catch (error) {
							cells.push({ address, consumer, fault: (error as Error).message });
							throw error;
						}
					});
				else
					it.skip(
						`works with ${consumer.name} (not installed; this enables it: apt-get install ${consumer.debian!.join(" ")})`,
					);
		});

	it("are left unchanged when all consumers have disconnected", async () => {
		await closeConsumers();
		await simulator.idle(500);
	});

	if (!writing)
		it("are those of docs/conformance.md, like the consumers", () => {
			assert.deepEqual(
				outlineOf(readFileSync(file, "utf8")).slice(0, -1),
				grids(ADDRESSES, CONSUMERS, () => ""),
			);
			assert.include(readFileSync(join(root, "docs/addresses.md"), "utf8"), aptCommand(CONSUMERS));
		});

	/**
	 * Makes a consumer read an address, and checks the result. `value` is the value to set, if the address takes one.
	 */
	async function look(consumer: Consumer, address: Address, value: number): Promise<Seen> {
		const signal = AbortSignal.timeout(PATIENCE);
		const url = (address.origin?.(simulator) ?? simulator.url) + address.path.replace("{value}", String(value));
		const seen = await readingOf(consumer, address)!({ url, address, signal });
		expect(address, seen);
		if (address.kind === "command") assert.propertyVal(await (await getAlone("/status")).json(), "quality", value);
		return seen;
	}

	/** Over a connection that is closed at once. */
	function getAlone(path: string): Promise<Response> {
		return fetch(simulator.url + path, { headers: { Connection: "close" } });
	}
});

async function closeConsumers(): Promise<void> {
	await Promise.all(CONSUMERS.map((consumer) => consumer.close?.()));
}
