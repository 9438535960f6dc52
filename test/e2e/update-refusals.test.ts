import { assert } from "chai";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipOverLwip, startUpdatable, stateOf, upload } from "../support/updates.ts";

const good = firmwareImage({ version: "0.2.0" });

function changed(at: number, value: number): Buffer {
	const image = Buffer.from(good);
	image[at] = value;
	return image;
}

function basic(user: string, password: string): Record<string, string> {
	return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

describe("an update is refused", function () {
	this.timeout(120_000);
	const { path } = temporaryFolder();
	let simulator: (Simulator & { readonly flash: string }) | undefined;

	/** The flash, as a hash. */
	const flash = () => createHash("sha256").update(readFileSync(simulator!.flash)).digest("hex");

	before(function () {
		skipOverLwip(this);
	});

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	it("before anything is erased, with the reason, if its first block is not that of an image for this device", async () => {
		simulator = await startUpdatable(path);
		const before = flash();
		for (const [image, reason] of [
			[Buffer.from("<!doctype html>".repeat(400)), /not an image of firmware/],
			[changed(0, 0xea), /not an image of firmware/],
			[firmwareImage({ chip: 0 }), /another chip/],
			[firmwareImage({ board: "xiao_esp32s3_sense" }), /another board/],
			[firmwareImage({ generation: 0 }), /older than this firmware allows/],
			[firmwareImage({ hashed: false }), /has no hash/],
			[changed(32, 0), /not of this project/],
			[changed(288, 0x59), /not of this project/],
			[good.subarray(0, good.length - 1), /a part of it is missing/],
			[good.subarray(0, 300), /ended before its description/],
			[Buffer.alloc(0), /ended before its description/],
		] as const) {
			const { status, detail } = await upload(simulator.url, image);
			assert.equal(status, 422, detail);
			assert.match(detail!, reason);
		}
		assert.equal(flash(), before);
		assert.notProperty((await stateOf(simulator.url)).firmware, "update");
	});

	it("if its hash is wrong or its end is missing, and the firmware runs on", async () => {
		simulator = await startUpdatable(path);
		const otadata = () => readFileSync(simulator!.flash).subarray(0xf000, 0x11000);
		const before = otadata();
		for (const image of [
			changed(good.length - 100, good[good.length - 100] ^ 1),
			changed(0x5000, good[0x5000] ^ 0x80),
			good.subarray(0, good.length - 32),
			good.subarray(0, 0x4000),
		]) {
			const { status, detail } = await upload(simulator.url, image);
			assert.equal(status, 422, detail);
			assert.match(detail!, /not whole/);
		}
		assert.isTrue(before.equals(otadata()));
		const { firmware } = await stateOf(simulator.url);
		assert.deepInclude(firmware, { version: "0.1.0", slot: "ota_0" });
	});

	it("from a viewer, a page of another site, and somebody without a password", async () => {
		simulator = await startUpdatable(path, {
			args: ["--admin-password", "an admin's one", "--viewer-password", "a viewer's one"],
		});
		const { url } = simulator;
		const before = flash();
		assert.equal((await upload(url, good)).status, 401);
		assert.equal((await upload(url, good, basic("viewer", "a viewer's one"))).status, 403);
		const foreign = { ...basic("admin", "an admin's one"), Origin: "http://example.org" };
		assert.equal((await upload(url, good, foreign)).status, 403);
		assert.equal(flash(), before);
		assert.equal((await upload(url, good, basic("admin", "an admin's one"))).status, 202);
	});

	it("at once if it is larger than the slot, of unknown length, or compressed", async () => {
		simulator = await startUpdatable(path);
		const { port, url } = simulator;
		/** Sends a head alone, and returns the status line. */
		const ask = (...fields: string[]): Promise<string> =>
			new Promise((resolve, reject) => {
				const socket = connect(port, "127.0.0.1");
				socket.on("error", reject);
				socket.once("data", (data) => {
					resolve(data.toString("latin1").split("\r\n", 1)[0]);
					socket.destroy();
				});
				socket.write(["PUT /api/firmware HTTP/1.1", "Host: localhost", ...fields, "\r\n"].join("\r\n"));
			});
		assert.match(await ask("Content-Length: 3670017"), / 413 /);
		assert.match(await ask("Transfer-Encoding: chunked"), / 411 /);
		assert.match(await ask(`Content-Length: ${good.length}`, "Content-Encoding: gzip"), / 415 /);
		// No other address takes as much.
		assert.equal(
			(await upload(url, Buffer.alloc(20_000), { "Content-Type": "application/json" }, "/api/time")).status,
			413,
		);
	});

	it("while another is under way", async () => {
		simulator = await startUpdatable(path);
		const { port, url } = simulator;
		const socket = connect(port, "127.0.0.1");
		socket.write(
			["PUT /api/firmware HTTP/1.1", "Host: localhost", `Content-Length: ${good.length}`, "\r\n"].join("\r\n"),
		);
		socket.write(good.subarray(0, 10_000));
		for (;;) {
			const { firmware } = await stateOf(url);
			if (firmware?.update?.received === 10_000) {
				assert.equal(firmware.update.size, good.length);
				break;
			}
		}
		const { status, detail } = await upload(url, good);
		assert.equal(status, 409);
		assert.match(detail!, /another update/);
		// It ends with its client.
		socket.destroy();
		for (;;) {
			const { firmware } = await stateOf(url);
			if (!firmware?.update) break;
		}
		assert.equal((await upload(url, good)).status, 202);
	});

	it("by firmware that is on probation itself", async () => {
		simulator = await startUpdatable(path, { args: ["--fault", "camera-stall@0s"] });
		const { url } = simulator;
		assert.equal((await upload(url, good)).status, 202);
		for (;;) {
			const state = await stateOf(url).catch(() => undefined);
			if (state?.firmware?.version !== "0.2.0") continue;
			assert.equal(state.firmware.lacking, "a frame of the camera");
			assert.isAbove(state.firmware.probation!, 0);
			break;
		}
		const { status, detail } = await upload(url, good);
		assert.equal(status, 409);
		assert.match(detail!, /on probation/);
	});

	it("where there is no second slot", async () => {
		const without = await Simulator.start();
		try {
			assert.equal((await upload(without.url, good)).status, 413);
			assert.equal((await upload(without.url, good.subarray(0, 1_000))).status, 404);
			assert.notProperty(await stateOf(without.url), "firmware");
		} finally {
			await without.stop();
		}
	});
});
