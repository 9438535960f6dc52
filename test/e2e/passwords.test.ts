import { assert } from "chai";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { ffmpegProgram } from "../support/ffmpeg.ts";
import { slow, Simulator, timeLimit } from "../support/simulator.ts";
import { systemProgram } from "../support/tools.ts";
import { run } from "../support/tools-run.ts";

describe("a camera with passwords", function () {
	this.timeout(timeLimit(60_000));
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start([
			"--admin-password",
			"admin-of-tests",
			"--viewer-password",
			"viewer-of-tests",
		]);
	});

	after(() => simulator?.stop());

	const as = (user: string, path: string) => simulator.url.replace("//", `//${user}:${user}-of-tests@`) + path;

	it("is watched by ffmpeg with the viewer's password, in the URL", async function () {
		const { code, stdout, stderr } = await run(
			ffmpegProgram(this),
			"-v",
			"error",
			"-i",
			as("viewer", "/stream"),
			"-frames:v",
			"10",
			"-f",
			"framemd5",
			"-",
		);
		assert.equal(code, 0, stderr);
		assert.lengthOf(
			stdout
				.toString()
				.split("\n")
				.filter((line) => line.startsWith("0,")),
			10,
		);
	});

	it("is controlled by curl with the admin's password, but not with the viewer's or without one", async function () {
		const curl = systemProgram(this, "curl");
		const status = async (url: string) =>
			(await run(curl, "-s", "-o", "/dev/null", "-w", "%{http_code}", url)).stdout.toString();
		assert.equal(await status(as("admin", "/control?var=hmirror&val=1")), "200");
		assert.equal(await status(as("viewer", "/control?var=hmirror&val=0")), "403");
		assert.equal(await status(as("viewer", "/capture")), "200");
		assert.equal(await status(`${simulator.url}/capture`), "401");
		for (const how of ["--digest", "--anyauth"]) {
			const { stdout, stderr } = await run(
				curl,
				"-s",
				"-v",
				how,
				"-u",
				"admin:admin-of-tests",
				`${simulator.url}/api/access?how=${how}`,
			);
			assert.include(stdout.toString(), `"role":"admin"`, stderr);
			assert.match(stderr, /^> Authorization: Digest username="admin", .*algorithm=SHA-256/m);
			assert.notMatch(stderr, /^> Authorization: Basic/m);
		}
		assert.equal(
			(
				await run(
					curl,
					"-s",
					"-o",
					"/dev/null",
					"-w",
					"%{http_code}",
					"--digest",
					"-u",
					"viewer:admin-of-tests",
					`${simulator.url}/capture`,
				)
			).stdout.toString(),
			"401",
		);
		const { hmirror } = (await (
			await fetch(`${simulator.url}/status`, {
				headers: { Authorization: `Basic ${btoa("viewer:viewer-of-tests")}` },
			})
		).json()) as { hmirror: number };
		assert.equal(hmirror, 1);
	});

	it("survives strangers who try passwords from many addresses, with contents that never come, and disconnect", async () => {
		const viewers = Array.from({ length: 4 }, () =>
			fetch(`${simulator.url}/stream`, { headers: { Authorization: `Basic ${btoa("viewer:viewer-of-tests")}` } }),
		);
		const streams = (await Promise.all(viewers)).map(({ status, body }) => {
			assert.equal(status, 200);
			return body!.getReader();
		});
		const watching = streams.map(async (stream) => {
			let bytes = 0;
			for (
				let got = await stream.read().catch(() => undefined);
				got && !got.done;
				got = await stream.read().catch(() => undefined)
			)
				bytes += got.value.length;
			return bytes;
		});
		const fields = Array.from({ length: 44 }, (_, i) => `X-${i}: ${"x".repeat(66)}\r\n`).join("");
		let tried = 0,
			over = false;
		const strangers = Array.from({ length: 9 }, async (_, i) => {
			while (!over) {
				const socket = connect({ port: simulator.port, host: "127.0.0.1", localAddress: `127.0.0.${i + 2}` })
					.on("error", () => {})
					.resume();
				socket.write(
					`PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9000\r\nAuthorization: Basic ${btoa(`admin:${"w".repeat(90)}${tried++}`)}\r\n${fields}\r\n[[[`,
				);
				await pause(30);
				socket.destroy();
			}
		});
		const answers: number[] = [];
		// For some seconds, and until the owner is in: if that never happens, the test's time ends.
		for (const least = Date.now() + 3_000; Date.now() < least || !answers.includes(200); await pause(50))
			answers.push(
				await fetch(`${simulator.url}/status`, {
					headers: { Authorization: `Basic ${btoa("admin:admin-of-tests")}`, Connection: "close" },
				}).then(
					({ status }) => status,
					() => 0,
				),
			);
		over = true;
		await Promise.all(strangers);
		assert.isAbove(tried, 100);
		assert.include(answers, 200, "the owner gets in");
		assert.isTrue(
			answers.every((status) => [0, 200, 503].includes(status)),
			`${answers}`,
		);
		for (const stream of streams) await stream.cancel();
		assert.isAbove(Math.min(...(await Promise.all(watching))), 100_000, "all viewers continue watching");
	});

	it("lets the owner in within two seconds from new addresses, while forty others try passwords without a pause", async () => {
		let over = false;
		const tried = new Map<number, number>();
		const guessers = Array.from({ length: 40 }, async (_, i) => {
			for (let attempt = 0; !over; attempt++) {
				const status = await statusOf(`127.0.1.${i + 1}`, `admin:guess-${i}-${attempt}`);
				tried.set(status, (tried.get(status) ?? 0) + 1);
			}
		});
		await pause(2_000);
		const times: number[] = [];
		for (let attempt = 0; attempt < 10; attempt++) {
			const begun = Date.now();
			while (
				(await statusOf(`127.0.2.${attempt + 1}`, "admin:admin-of-tests")) !== 200 &&
				Date.now() - begun < 10_000
			)
				await pause(50);
			times.push(Date.now() - begun);
		}
		over = true;
		await Promise.all(guessers);
		assert.isBelow(Math.max(...times), slow ? 6_000 : 2_000, `${times}`);
		assert.isAbove(tried.get(429) ?? 0, 100, JSON.stringify([...tried]));
		assert.isBelow(tried.get(401) ?? 0, 400, JSON.stringify([...tried]));
	});

	/** The status that a client at an address gets; 0 if there is none. */
	function statusOf(localAddress: string, password: string): Promise<number> {
		return new Promise((resolve) => {
			let text = "";
			const socket = connect({ port: simulator.port, host: "127.0.0.1", localAddress })
				.setEncoding("latin1")
				.on("error", () => {})
				.on("data", (data) => void (text += data))
				.on("close", () => resolve(Number(text.split(" ")[1] ?? 0)));
			socket.write(
				`GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Basic ${btoa(password)}\r\n\r\n`,
			);
		});
	}

	it("accepts Digest from Python's requests, with one nonce for a whole session", async function () {
		const python = systemProgram(this, "python3");
		if ((await run(python, "-c", "import requests")).code !== 0) {
			console.log("      skipped, since it is not installed; this enables it: apt-get install python3-requests");
			return this.skip();
		}
		const script = `
import requests
from requests.auth import HTTPDigestAuth
session = requests.Session()
session.auth = HTTPDigestAuth("admin", "admin-of-tests")
for path in ["/status", "/capture", "/api/access"]:
    answer = session.get("${simulator.url}" + path)
    print(answer.status_code, [before.status_code for before in answer.history], answer.request.headers["Authorization"][:6])
print(session.patch("${simulator.url}/api/camera", json={"flip": True}).status_code)`;
		const { stdout, stderr } = await run(python, "-c", script);
		assert.equal(stdout.toString(), "200 [401] Digest\n200 [] Digest\n200 [] Digest\n200\n", stderr);
	});
});

describe("a password that is set or changed", function () {
	this.timeout(timeLimit(60_000));
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start();
	});

	after(() => simulator?.stop());

	const basic = (user: string, password: string) => ({ Authorization: `Basic ${btoa(`${user}:${password}`)}` });

	/** A stream that continues; `ended` reports whether it has ended, and throws if it was aborted. */
	async function watch(
		path: string,
		headers: Record<string, string> = {},
	): Promise<{ ended: () => Promise<boolean>; goesOn: () => Promise<boolean> }> {
		const response = await fetch(simulator.url + path, { headers: { Connection: "close", ...headers } });
		assert.equal(response.status, 200);
		const reader = response.body!.getReader();
		const goesOn = async () => !(await reader.read()).done;
		assert.isTrue(await goesOn());
		return {
			goesOn,
			async ended() {
				while (await goesOn());
				return true;
			},
		};
	}

	async function set(passwords: Record<string, string | null>, headers: Record<string, string> = {}): Promise<void> {
		const response = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { Connection: "close", "Content-Type": "application/json", ...headers },
			body: JSON.stringify(passwords),
		});
		assert.equal(response.status, 200);
	}

	it("ends the streams that do not know it, and no others", async () => {
		const paths = ["/stream", "/api/stream", "/?action=stream", "/api/events", "/api/stream?events"];
		const open = await Promise.all(paths.map((path) => watch(path)));
		await set({ admin: "a first one", viewer: "a viewer's" });
		for (const [i, stream] of open.entries()) {
			assert.isTrue(await stream.ended());
			assert.equal((await fetch(simulator.url + paths[i], { headers: { Connection: "close" } })).status, 401);
		}

		const admin = basic("admin", "a first one"),
			viewer = basic("viewer", "a viewer's");
		const { token } = (await (
			await fetch(`${simulator.url}/api/access`, { headers: { Connection: "close", ...admin } })
		).json()) as { token: string };
		const admins = [
			await watch("/stream", admin),
			await watch("/api/events", { Authorization: `Bearer ${token}` }),
		];
		const viewers = await Promise.all(paths.map((path) => watch(path, viewer)));
		await set({ admin: "a second one" }, admin);
		for (const stream of admins) assert.isTrue(await stream.ended());
		for (const stream of viewers) assert.isTrue(await stream.goesOn());

		const second = basic("admin", "a second one");
		const staying = await watch("/stream", second);
		await set({ viewer: null }, second);
		for (const stream of viewers) assert.isTrue(await stream.ended());
		await set({ admin: null }, second);
		for (let i = 0; i < 3; i++) assert.isTrue(await staying.goesOn());
		await set({ admin: "a third one" });
		assert.isTrue(await staying.ended());
		await simulator.idle(500);
	});
});
