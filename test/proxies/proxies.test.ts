import { assert } from "chai";
import { get, type IncomingMessage, request } from "node:http";
import { execFile } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { programs } from "../support/program.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { systemProgram } from "../support/tools.ts";
import { COMPRESSING, HOLDING_BACK, PROXIES, Proxy } from "./proxies.ts";

/** Milliseconds in which what the camera sends has to pass the proxy. Buffering would take ten seconds or more. */
const SOON = 3_000;

/** A program with a stream of its own, which sends a line now and then. */
const TICKS = `
	import Timer from "timer";
	import device from "yieldcam/device";
	import { Response } from "yieldcam/http/response";
	import { Router } from "yieldcam/http/router";
	async function* ticks() {
		for (let i = 0; ; i++) {
			yield "tick " + i + "\\n";
			await new Promise((resolve) => Timer.set(() => resolve(), 200));
		}
	}
	device.serve(() =>
		new Router()
			.get("/ticks", () => new Response(ticks(), { headers: { "Content-Type": "text/plain" } }))
			.get("/blocks", () => new Response(ticks(), { framing: "close" })),
	);
`;

/** Asks for a path, and resolves to the response's head. */
async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
	const [response] = (await once(get(url, { headers }), "response")) as [IncomingMessage];
	return response;
}

/** Collects what a response's content has so far. */
function collect(response: Readable): (pattern: RegExp) => Promise<void> {
	let text = "";
	response.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
	return async (pattern) => {
		const end = performance.now() + SOON;
		while (!pattern.test(text)) {
			assert.isBelow(performance.now(), end, `${pattern} does not come: ${text.slice(-200)}`);
			await pause(20);
		}
		text = "";
	};
}

/** A viewer of a stream, which proxies send in chunks. Resolves to when each frame was complete, of as many as given. */
async function watch(url: string, frames: number, headers: Record<string, string> = {}): Promise<number[]> {
	const response = await open(`${url}/stream`, headers);
	assert.equal(response.statusCode, 200);
	const boundary = /boundary=(.*)$/.exec(response.headers["content-type"]!)![1];
	const arrivals: number[] = [];
	let rest = "";
	for await (const bytes of response as AsyncIterable<Buffer>) {
		const parts = (rest + bytes.toString("latin1")).split(`\r\n--${boundary}\r\n`);
		rest = parts.pop()!;
		for (const part of parts) if (part.endsWith("\xff\xd9")) arrivals.push(performance.now());
		if (arrivals.length >= frames) break;
	}
	response.destroy();
	assert.isAtLeast(arrivals.length, frames);
	return arrivals;
}

for (const kind of PROXIES)
	describe(`behind ${kind.name}, with its defaults,`, function () {
		this.timeout(60_000);
		const { path: folder } = temporaryFolder();
		let simulator: Simulator;
		let proxy: Proxy;

		before(async function () {
			simulator = await Simulator.start(["--fps", "25"]);
			proxy = await Proxy.start(this, kind, simulator.url, folder);
		});

		after(async () => {
			await proxy?.stop();
			await simulator?.stop();
		});

		it("events come at once, and each change as well", async () => {
			const events = await open(`${proxy.url}/api/events`, { "Accept-Encoding": "gzip, deflate, br, zstd" });
			try {
				assert.equal(events.statusCode, 200);
				const comes = collect(events);
				await comes(/event: state/);
				await fetch(`${proxy.url}/control?var=brightness&val=1`);
				await comes(/"brightness":1/);
			} finally {
				events.destroy();
			}
		});

		it("events between the pictures come at once, and also while there are no pictures", async () => {
			for (const path of ["/api/stream?events", "/api/stream?events=only"]) {
				const stream = await open(proxy.url + path, { "Accept-Encoding": "gzip, deflate, br, zstd" });
				try {
					assert.equal(stream.statusCode, 200);
					const comes = collect(stream);
					await comes(/X-Event: state/);
					for (const value of [1, 0]) {
						await fetch(`${proxy.url}/control?var=brightness&val=${value}`);
						await comes(new RegExp(`"brightness":${value}`));
					}
				} finally {
					stream.destroy();
				}
			}
		});

		it("a stream has all of its frames, and a slow one each of them at once", async () => {
			await watch(proxy.url, 50);
			await fetch(`${proxy.url}/control?var=frame_rate&val=2`);
			const arrivals = await watch(proxy.url, 6);
			await fetch(`${proxy.url}/control?var=frame_rate&val=0`);
			// A frame is late if it comes together with the next one.
			const pauses = arrivals.slice(2).map((time, i) => time - arrivals[i + 1]);
			assert.isAbove(Math.min(...pauses), 100, pauses.map(Math.round).join());
		});

		it("pictures and state are whole, however often they are asked for", async () => {
			for (let i = 0; i < 30; i++) {
				const picture = await fetch(`${proxy.url}/capture`);
				assert.equal(picture.status, 200);
				const bytes = new Uint8Array(await picture.arrayBuffer());
				assert.deepEqual([...bytes.subarray(0, 2), ...bytes.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
				assert.isObject(await (await fetch(`${proxy.url}/status`)).json());
			}
		});

		it("each command arrives, however often it is given, and each answer is new", async () => {
			for (const value of [1, 0, 1, 0]) {
				assert.equal((await fetch(`${proxy.url}/control?var=vflip&val=${value}`)).status, 200);
				assert.include(await (await fetch(`${proxy.url}/status`)).text(), `"vflip":${value}`);
			}
			const answers = [];
			for (let i = 0; i < 2; i++) {
				for (const path of [
					...["/metrics", "/state", "/api/state", "/api/camera", "/api/settings", "/api/access"],
					...[
						"/greg?reg=1&mask=1",
						"/capture",
						"/nothing",
						"/api/nothing",
						"/control",
						`/${"a".repeat(2_000)}`,
					],
				]) {
					const answer = await fetch(proxy.url + path);
					answers.push(`${path} ${answer.headers.get("cache-control")} ${answer.headers.get("age") ?? 0}`);
				}
			}
			for (const answer of answers) assert.match(answer, /no-store.* 0$/);
		});

		for (const folder of ["/garden", "/shed"])
			it(`the camera answers in the folder ${folder}`, async () => {
				assert.isObject(await (await fetch(`${proxy.url}${folder}/api/state`)).json());
				await watch(proxy.url + folder, 3);
				assert.equal(
					(await fetch(`${proxy.url}${folder}/?action=snapshot`)).headers.get("content-type"),
					"image/jpeg",
				);
				assert.include(await (await fetch(`${proxy.url}${folder}/`)).text(), "<title>yieldcam</title>");
			});

		it("the page is served to a client without gzip, and to one with it", async () => {
			for (const encoding of ["identity", "gzip"]) {
				const page = await open(`${proxy.url}/`, { "Accept-Encoding": encoding });
				assert.equal(page.statusCode, 200);
				assert.equal(page.headers["content-encoding"] ?? "identity", encoding);
				page.resume();
				await once(page, "end");
			}
		});

		it("content passes, whole or chunked, and answers are JSON", async () => {
			for (const fields of [{ "Content-Length": "16" }, { "Transfer-Encoding": "chunked" }]) {
				const change = request(`${proxy.url}/api/camera`, {
					method: "PATCH",
					headers: { "Content-Type": "application/json", ...fields },
				});
				change.end(`{"brightness":0}`);
				const [response] = (await once(change, "response")) as [IncomingMessage];
				assert.equal(response.statusCode, 200);
				response.resume();
				await once(response, "end");
			}
		});

		it("cookies of other services pass", async () => {
			for (const size of [2_100, 5_000]) {
				const headers = { Cookie: `session=${"c".repeat(size)}` };
				assert.equal((await fetch(`${proxy.url}/status`, { headers })).status, 200);
				await Promise.all(Array.from({ length: 4 }, () => watch(proxy.url, 3, headers)));
			}
		});

		it("viewers that leave give their places to others", async () => {
			for (let i = 0; i < 15; i++) {
				await watch(proxy.url, 2);
			}
			await until("nobody watches", async () => {
				const { viewers } = (await (await fetch(`${simulator.url}/status`)).json()) as { viewers: unknown[] };
				return viewers.length === 0;
			});
		});

		describe("a program's own stream", () => {
			const run = programs();

			for (const path of ["/ticks", "/blocks"])
				it(`passes at ${path}, line by line`, async function () {
					const program = await run(TICKS);
					await program.until(() => program.output.includes(" is at "), "the program serves");
					const front = await Proxy.start(this, kind, program.url, `${folder}/program`);
					try {
						for (const encoding of ["identity", "gzip, br, zstd"]) {
							const response = await open(front.url + path, { "Accept-Encoding": encoding });
							const arrivals: number[] = [];
							response.on("data", () => arrivals.push(performance.now()));
							await until("several lines come, each at its time", async () => arrivals.length > 5);
							assert.isAbove(arrivals[5] - arrivals[0], 500, encoding);
							response.destroy();
						}
					} finally {
						await front.stop();
					}
				});
		});

		describe("with a password", () => {
			const password = "a good password";
			let closed: Simulator;
			let front: Proxy;
			let browser: Browser;

			before(async function () {
				closed = await Simulator.start(["--admin-password", password]);
				front = await Proxy.start(this, kind, closed.url, `${folder}/closed`);
				browser = await launchChromium(this, ["camera.home.arpa"]);
			});

			after(async () => {
				await browser?.close();
				await front?.stop();
				await closed?.stop();
			});

			for (const folder of ["", "/garden", "/shed"])
				it(`clients sign in by Digest and by Basic at ${folder}/`, async function () {
					const curl = systemProgram(this, "curl", "curl");
					for (const scheme of ["--digest", "--basic", "--anyauth"])
						for (const path of ["/api/state", "/?action=snapshot", "/control?var=brightness&val=0"]) {
							const { stdout } = await promisify(execFile)(curl, [
								...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", scheme],
								...["--user", `admin:${password}`, front.url + folder + path],
							]);
							assert.equal(stdout, "200", `${scheme} ${path}`);
						}
				});

			for (const path of ["/", "/garden/", "/shed/"])
				it(`the page works at ${path} for somebody who signs in`, async () => {
					const context = await browser.newContext({ httpCredentials: { username: "admin", password } });
					const { port } = new URL(front.url);
					const live = await LivePage.open(context, `http://camera.home.arpa:${port}${path}`);
					await live.control("Mirror").waitFor();
					assert.deepEqual(live.complaints, []);
					await context.close();
				});
		});

		describe("in Chromium", () => {
			let browser: Browser;

			before(async function () {
				// On a plain name, unlike on 127.0.0.1, browsers do not say from which site a request comes.
				browser = await launchChromium(this, ["camera.home.arpa"]);
			});

			after(() => browser?.close());

			for (const path of ["/", "/garden/", "/shed/"])
				it(`the page works at ${path}, with its controls`, async () => {
					const context = await browser.newContext();
					const { port } = new URL(proxy.url);
					const live = await LivePage.open(context, `http://camera.home.arpa:${port}${path}`);
					await live.control("Mirror").waitFor();
					await live.control("Mirror").check();
					await until("the change arrives", async () => {
						const { hmirror } = (await (await fetch(`${simulator.url}/status`)).json()) as {
							hmirror: number;
						};
						return hmirror === 1;
					});
					await live.control("Mirror").uncheck();
					await until("the change arrives", async () => {
						const { hmirror } = (await (await fetch(`${simulator.url}/status`)).json()) as {
							hmirror: number;
						};
						return hmirror === 0;
					});
					assert.deepEqual(live.complaints, []);
					await context.close();
				});
		});
	});

for (const kind of COMPRESSING)
	describe(`behind ${kind.name} that compresses whatever it can,`, function () {
		this.timeout(60_000);
		const { path: folder } = temporaryFolder();
		let simulator: Simulator;
		let proxy: Proxy;

		before(async function () {
			simulator = await Simulator.start(["--fps", "25"]);
			proxy = await Proxy.start(this, kind, simulator.url, folder);
		});

		after(async () => {
			await proxy?.stop();
			await simulator?.stop();
		});

		for (const [path, mark, name] of [
			["/api/events", /event: state/, "event"],
			["/api/stream?events=only", /X-Event: state/, "event"],
			["/api/stream?events", /X-Event: state/, "event"],
			["/stream", /Content-Type: image\/jpeg/, "picture"],
		] as const)
			it(`each ${name} of ${path} comes at once`, async () => {
				const response = await open(proxy.url + path, { "Accept-Encoding": "gzip" });
				try {
					assert.match(response.headers["cache-control"]!, /no-transform/);
					const coding = response.headers["content-encoding"];
					// nginx and Apache do not know no-transform, but flush what they compress.
					if (kind.name === "HAProxy" || kind.name === "Caddy") assert.notEqual(coding, "gzip");
					const comes = collect(coding === "gzip" ? response.pipe(createGunzip()) : response);
					for (let i = 0; i < 3; i++) await comes(mark);
				} finally {
					response.destroy();
				}
			});
	});

for (const kind of HOLDING_BACK)
	describe(`behind ${kind.name}, which by default passes on no stream,`, function () {
		this.timeout(60_000);
		const { path: folder } = temporaryFolder();
		let simulator: Simulator;
		let proxy: Proxy;
		let browser: Browser;

		before(async function () {
			simulator = await Simulator.start(["--fps", "25"]);
			proxy = await Proxy.start(this, kind, simulator.url, folder);
			browser = await launchChromium(this);
		});

		after(async () => {
			await browser?.close();
			await proxy?.stop();
			await simulator?.stop();
		});

		it("pictures and state pass", async () => {
			const picture = await fetch(`${proxy.url}/capture`);
			assert.equal(picture.status, 200);
			assert.isAbove((await picture.arrayBuffer()).byteLength, 1_000);
			assert.isObject(await (await fetch(`${proxy.url}/garden/api/state`)).json());
		});

		it("the page says why there is no picture", async () => {
			const context = await browser.newContext();
			const live = new LivePage(await context.newPage());
			await live.page.goto(proxy.url);
			await live.page
				.locator("#notice")
				.getByText("The camera answers, but its picture does not arrive. A proxy in between may")
				.waitFor();
			await live.status("No picture");
			assert.deepEqual(live.complaints, []);
			await context.close();
		});
	});
