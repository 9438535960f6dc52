import { assert } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { State } from "../../src/state/state.ts";
import { freePort } from "../support/free-port.ts";
import { RtspClient } from "../support/rtsp-client.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { systemProgram } from "../support/tools.ts";
import { run } from "../support/tools-run.ts";

const NTP_TO_UNIX = 2_208_988_800;

/** Changes a server's answer. */
type Lie = (answer: Buffer) => void;

describe("the time of day", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	let simulator: Simulator | undefined;
	let servers: Socket[] = [];
	let chrony: ChildProcess | undefined;

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
		for (const server of servers) server.close();
		servers = [];
		if (chrony) {
			const ended = once(chrony, "exit");
			chrony.kill();
			await ended;
			chrony = undefined;
		}
	});

	/** A server that has this machine's time, but for its lie. Returns its place. */
	async function server(lie: Lie = () => {}): Promise<string> {
		const socket = createSocket("udp4");
		servers.push(socket);
		socket.on("message", (request, { address, port }) => {
			const answer = Buffer.alloc(48);
			answer.writeUInt8(0x24, 0);
			answer.writeUInt8(2, 1);
			request.copy(answer, 24, 40, 48);
			for (const at of [32, 40]) writeTime(answer, at, Date.now());
			lie(answer);
			socket.send(answer, port, address);
		});
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		return `127.0.0.1:${socket.address().port}`;
	}

	function writeTime(answer: Buffer, at: number, milliseconds: number): void {
		answer.writeUInt32BE(Math.floor(milliseconds / 1_000) + NTP_TO_UNIX, at);
		answer.writeUInt32BE(Math.floor(((milliseconds % 1_000) / 1_000) * 2 ** 32), at + 4);
	}

	async function start(...args: string[]): Promise<Simulator> {
		simulator = await Simulator.start(args);
		return simulator;
	}

	async function state(): Promise<State> {
		return (await (await fetch(`${simulator!.url}/api/state`)).json()) as State;
	}

	/** By how many seconds the device's time is wrong, as the shortest of some requests shows. */
	async function error(): Promise<number> {
		let best = { trip: Infinity, error: NaN };
		for (let i = 0; i < 10; i++) {
			const sent = Date.now() / 1_000,
				{ time } = await state(),
				received = Date.now() / 1_000;
			if (received - sent < best.trip) best = { trip: received - sent, error: time! - (sent + received) / 2 };
		}
		return best.error;
	}

	const known = (): Promise<void> =>
		simulator!.until(() => simulator!.output.includes(", as the network says"), "it knows the time");

	it("comes from a server, within 50 ms after one exchange", async () => {
		await start(`ntp=${await server()}`);
		await known();
		assert.equal((await state()).timeSource, "network");
		assert.isBelow(Math.abs(await error()), 0.05);
	});

	it("comes from chrony, within 50 ms after one exchange", async function () {
		const program = systemProgram(this, "chronyd", "chrony"),
			port = await freePort(),
			settings = join(path, "chrony.conf");
		writeFileSync(
			settings,
			[
				...["local stratum 8", "allow 127.0.0.1", "bindaddress 127.0.0.1", `port ${port}`, "cmdport 0"],
				...[`pidfile ${join(path, "chrony.pid")}`, "bindcmdaddress /", ""],
			].join("\n"),
		);
		// -x: it leaves this machine's clock alone.
		chrony = spawn(program, ["-d", "-x", "-U", "-f", settings], { stdio: "ignore" });
		await start(`ntp=127.0.0.1:${port}`);
		await known();
		assert.isBelow(Math.abs(await error()), 0.05);
	});

	it("is not that of four servers that lie, and the device serves on", async () => {
		const hour = 3_600_000,
			places = await Promise.all([
				server((answer) => writeTime(answer, 40, Date.now() + hour)),
				server((answer) => [32, 40].forEach((at) => writeTime(answer, at, Date.now() - hour))),
				server((answer) => answer.writeUInt8(16, 1)),
				server((answer) => answer.writeUInt32BE(7, 24)),
			]);
		await start(`ntp=${places.join()}`);
		await simulator!.until(() => simulator!.output.includes("no time from the network: "), "it gives up for now");
		const { time, timeSource } = await state();
		assert.isUndefined(time);
		assert.isUndefined(timeSource);
	});

	it("is that of three servers that agree, beside two that lie", async () => {
		const places = await Promise.all([
			server((answer) => [32, 40].forEach((at) => writeTime(answer, at, Date.now() + 5_000_000))),
			server(),
			server((answer) => answer.writeUInt8(0, 1)),
			server(),
			server(),
		]);
		await start(`ntp=${places.join()}`);
		await known();
		assert.isBelow(Math.abs(await error()), 0.05);
	});

	it("does not come from a server that refuses", async () => {
		const place = await server((answer) => {
			answer.writeUInt8(0, 1);
			answer.write("DENY", 12, "latin1");
		});
		await start(`ntp=${place}`);
		await simulator!.until(() => simulator!.output.includes(`${place} refuses (DENY)`), "it reports that");
		assert.isUndefined((await state()).time);
	});

	it("is in the picture, where exiftool reads it", async function () {
		const exiftool = systemProgram(this, "exiftool", "libimage-exiftool-perl");
		await start(`ntp=${await server()}`);
		await known();
		const before = Date.now(),
			response = await fetch(`${simulator!.url}/capture`),
			file = join(path, "capture.jpg");
		writeFileSync(file, Buffer.from(await response.arrayBuffer()));
		const after = Date.now();
		const { stdout } = await run(
			exiftool,
			...["-json", "-warning", "-SubSecDateTimeOriginal", "-OffsetTimeOriginal", "-ExifVersion", file],
		);
		const [found] = JSON.parse(stdout.toString()) as Record<string, string>[];
		assert.equal(found["OffsetTimeOriginal"], "+00:00");
		assert.equal(found["ExifVersion"], "0232");
		assert.isUndefined(found["Warning"]);
		const text = found["SubSecDateTimeOriginal"].replace(/^(\d+):(\d+):(\d+) /, "$1-$2-$3T"),
			taken = Date.parse(text);
		assert.isAtLeast(taken, before - 60);
		assert.isAtMost(taken, after + 60);
		assert.approximately(taken / 1_000, Number(response.headers.get("x-timestamp")), 0.001);
	});

	it("is the same over RTSP, in X-Timestamp and in the picture", async () => {
		await start(`ntp=${await server()}`, "--fps", "5");
		await known();
		const client = await RtspClient.open(/RTSP at (\S+)/.exec(simulator!.output)![1]);
		await client.play();
		const report = (): Buffer | undefined => client.packets.find(({ channel }) => channel === 1)?.data;
		await client.until(() => report() !== undefined && client.frames > 1);
		const response = await fetch(`${simulator!.url}/capture`),
			picture = Buffer.from(await response.arrayBuffer()).toString("latin1"),
			{ frames } = client;
		await client.until(() => client.frames > frames + 1);
		// A sender report (RFC 3550, 6.4.1): NTP's time at 8, the same time on the packets' clock at 16.
		const sent = report()!,
			wall = sent.readUInt32BE(8) - NTP_TO_UNIX + sent.readUInt32BE(12) / 2 ** 32,
			ticks = sent.readUInt32BE(16),
			times = client.packets
				.filter(({ channel }) => channel === 0)
				.map(({ data }) => wall + ((data.readUInt32BE(4) - ticks) | 0) / 90_000);
		// Where the Exif segment has them.
		const date = picture.slice(104, 123),
			milliseconds = picture.slice(96, 99),
			taken = Date.parse(`${date.replace(/:(\d\d):(\d\d) /, "-$1-$2T")}.${milliseconds}Z`) / 1_000;
		assert.approximately(taken, Number(response.headers.get("x-timestamp")), 0.002);
		const nearest = times.reduce((a, b) => (Math.abs(b - taken) < Math.abs(a - taken) ? b : a));
		assert.approximately(nearest, taken, 0.02);
		client.close();
	});

	it("comes from an admin's browser if there is no server", async () => {
		await start("--admin-password", "correct horse", "--viewer-password", "battery staple");
		const put = (user: string): Promise<Response> =>
			fetch(`${simulator!.url}/api/time`, {
				method: "PUT",
				headers: {
					Authorization: `Basic ${Buffer.from(user).toString("base64")}`,
					"Content-Type": "application/json",
				},
				body: JSON.stringify({ time: Date.now() / 1_000 }),
			});
		assert.equal((await put("viewer:battery staple")).status, 403);
		assert.equal((await put("admin:correct horse")).status, 200);
	});
});
