import { assert } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { output, toolsEnvironment } from "#scripts/moddable/sdk.mjs";
import { type Display, openDisplay } from "#scripts/moddable/test-desktop.mjs";
import { freePort } from "../support/free-port.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { root } from "../support/root.ts";
import { moddable, run, skip } from "./support.ts";

/** The bytes of the pictures, as text to compare. */
const pictures = readdirSync(join(root, "hosts/sim/portable/pictures")).map((name) =>
	readFileSync(join(root, "hosts/sim/portable/pictures", name)).toString("latin1"),
);

describe("the firmware for the desktop simulators of macOS and Windows", function () {
	this.timeout(120_000);
	let env: NodeJS.ProcessEnv;

	before(function () {
		env = toolsEnvironment(moddable(this));
		mkdirSync(output, { recursive: true });
	});

	it("is linked for macOS by the same manifest", () => {
		const configured = run("mcconfig", ["-p", "mac", "-o", output], { env });
		assert.equal(configured.code, 0, configured.output);
		const folder = join(output, "tmp/mac/mc/release", basename(root));
		const made = run("make", [join(folder, "mc.xs.c")], { cwd: folder, env });
		assert.equal(made.code, 0, made.output);
	});

	describe("built for Linux with the SDK's own sockets", () => {
		let display: Display;
		let simulator: ChildProcess;
		let url: string;
		let second: string;

		before(async function () {
			if (run("sh", ["-c", "command -v mcsim"], { env }).code !== 0)
				skip(this, "mcsim: the SDK's simulator is not built (its makefile for Linux builds it)");
			const opened = await openDisplay();
			if (opened === undefined) {
				console.log("    skipped, since there is no display; this enables it: apt-get install xvfb");
				return this.skip();
			}
			display = opened;
			const port = await freePort();
			url = `http://127.0.0.1:${port}`;
			const streamPort = await freePort();
			second = `http://127.0.0.1:${streamPort}`;
			const folder = join(root, "build/portable");
			mkdirSync(folder, { recursive: true });
			const manifest = JSON.parse(
				readFileSync(join(root, "hosts/manifest.json"), "utf8")
					.replaceAll(`"./`, `"${root}hosts/`)
					.replaceAll(`"../`, `"${root}`),
			);
			manifest.modules.main = `${root}src/main`;
			manifest.platforms.lin = manifest.platforms.mac;
			writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
			const built = run(
				"mcconfig",
				[
					"-m",
					"-p",
					"lin",
					"-o",
					output,
					`port=${port}`,
					`streamPort=${streamPort}`,
					join(folder, "manifest.json"),
				],
				{ env },
			);
			assert.equal(built.code, 0, built.output);
			simulator = spawn("mcsim", [join(output, "bin/lin/mc/release/portable/mc.so")], {
				env: { ...env, ...display.env },
				stdio: "ignore",
			});
			for (let tries = 0; ; tries++) {
				try {
					await fetch(`${url}/status`);
					return;
				} catch (error) {
					if (tries === 100) throw error;
					await pause(100);
				}
			}
		});

		after(async () => {
			if (simulator !== undefined) {
				simulator.kill();
				await once(simulator, "exit");
			}
			display?.close();
		});

		it("shows its pictures one after the other to two viewers", async () => {
			const seen: string[] = [];
			const viewers = [new MjpegClient(url), new MjpegClient(url)];
			viewers[0].onFrame = (jpeg) => seen.push(jpeg.toString("latin1"));
			await Promise.all(viewers.map((viewer) => viewer.until(12)));
			for (const viewer of viewers) {
				assert.isUndefined(viewer.fault);
				viewer.close();
			}
			const numbers = seen.map((jpeg) => pictures.indexOf(jpeg));
			assert.notInclude(numbers, -1, "whole, byte for byte");
			for (let at = 1; at < numbers.length; at++)
				assert.equal(numbers[at], (numbers[at - 1] + 1) % pictures.length);
		});

		it("sends one of them as a snapshot", async () => {
			const response = await fetch(`${url}/capture`);
			assert.equal(response.headers.get("content-type"), "image/jpeg");
			assert.include(pictures, Buffer.from(await response.arrayBuffer()).toString("latin1"));
		});

		it("serves the page", async () => {
			assert.include(await (await fetch(url)).text(), "<img");
		});

		it("streams on a second port, too", async () => {
			const viewer = new MjpegClient(second);
			await viewer.until(2);
			assert.isUndefined(viewer.fault);
			viewer.close();
		});
	});
});
