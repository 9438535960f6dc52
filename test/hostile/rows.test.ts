import { assert } from "chai";
import { Arena } from "./arena.ts";
import { ask } from "./asker.ts";
import { exchange } from "./raw.ts";
import { get, handshake, names, patch, send } from "./requests.ts";
import type { Pieces, Step, Track } from "./script.ts";
import { closeArenas, survives } from "./survives.ts";

/** One client that sends this and waits for the answer. */
function once(bytes: Pieces): Track {
	return [
		{ do: "connect", as: "a" },
		{ do: "send", as: "a", bytes },
		{ do: "answer", as: "a", ms: 1_000 },
	];
}

/** Count clients, each with its own connection, which they keep. */
function each(times: number, bytes: Pieces, read = true): Step {
	return {
		do: "repeat",
		times,
		steps: [
			{ do: "connect", as: "a", read },
			{ do: "send", as: "a", bytes },
		],
	};
}

const statusOf = async (arena: Arena, bytes: Pieces) => (await exchange(arena.simulator.port, bytes)).status;

/** `npm test` tries only the last variant, which is the worst; `npm run trials` tries all. */
function some<T>(variants: readonly T[]): readonly T[] {
	return process.env["YIELDCAM_HOSTILE_ALL"] ? variants : variants.slice(-1);
}

after(closeArenas);

// Each of these ended the machine, or locked out all other clients, as first found.
describe("fields that are lists", function () {
	this.timeout(120_000);

	for (const count of some([1_300, 2_600, 3_900])) {
		it(`${count} commas in If-None-Match`, async () => {
			const request = get("/", "Connection: close\r\nIf-None-Match: ", { repeat: ",", count }, "\r\n");
			await survives([once(request)], {
				then: async (arena) => {
					assert.include([200, 431], await statusOf(arena, request));
					assert.equal(
						await statusOf(
							arena,
							get("/", "Connection: close\r\nIf-None-Match: ", { repeat: ",", count: 300 }, "*\r\n"),
						),
						304,
						"it is still understood",
					);
				},
			});
		});
	}

	for (const count of some([1_300, 3_800])) {
		it(`${count} semicolons in the Content-Type of a PATCH`, () =>
			survives([
				once([
					"PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ",
					{ repeat: ";", count },
					"\r\n",
					{ body: "{}" },
				]),
			]));
		it(`${count} semicolons in the Content-Type of an upload to the relay`, () =>
			survives(
				[
					once([
						"POST /upload/garden HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ",
						{ repeat: ";", count },
						"\r\n",
						{ body: "x" },
					]),
				],
				{ target: "relay" },
			));
	}
});

describe("pictures that a client requests and does not wait for", function () {
	this.timeout(120_000);

	const asked = (path: string, ms: number, how: "reset" | "close" | "end", times = 100): Step => ({
		do: "repeat",
		times,
		steps: [
			{ do: "connect", as: "a" },
			{ do: "send", as: "a", bytes: get(path) },
			...(ms >= 0 ? [{ do: "wait", ms } as const] : []),
			{ do: how, as: "a" },
		],
	});
	const served =
		(path: string) =>
		async ({ simulator }: Arena) =>
			assert.equal(await ask({ url: simulator.url + path, from: "127.0.0.9" }, 5_000), 200);

	for (const path of some(["/capture", "/snapshot", "/bmp"])) {
		it(`${path}, a hundred times, each closed after 5 ms`, () =>
			survives([[asked(path, 5, "close")]], { then: served(path) }));
		if (path !== "/bmp") continue; // the others have no queue
		for (const how of some(["reset", "end"] as const))
			it(`${path}, a hundred times, each ${how} after 5 ms`, () =>
				survives([[asked(path, 5, how)]], { then: served(path) }));
		it(`${path}, a hundred times in one turn`, () => survives([[asked(path, -1, "end")]], { then: served(path) }));
		it(`${path}, forty times by each of six`, () =>
			survives(
				Array.from({ length: 6 }, () => [asked(path, 10, "close", 40)]),
				{ then: served(path) },
			));
		it(`${path}, beside a client that does not read`, () =>
			survives(
				[
					[
						{ do: "connect", as: "slow", read: false },
						{ do: "send", as: "slow", bytes: get(path) },
						{ do: "wait", ms: 100 },
						asked(path, 5, "reset"),
					],
				],
				{ then: served(path) },
			));
		it(`${path}, requested by a hundred clients that stay`, () =>
			survives([[each(100, get(path)), { do: "wait", ms: 1_500 }]], { then: served(path) }));
	}
});

describe("names that were never used before", function () {
	this.timeout(180_000);

	/** Fifteen requests or messages of 200 names each. */
	const repeated = (bytes: Pieces): Track => [
		{
			do: "repeat",
			times: 15,
			steps: [
				{ do: "connect", as: "a" },
				{ do: "send", as: "a", bytes },
				{ do: "answer", as: "a", ms: 1_000 },
				{ do: "close", as: "a" },
			],
		},
	];

	for (const [method, path] of some([
		["PUT", "/api/access"],
		["PUT", "/api/settings"],
		["PATCH", "/api/camera"],
	] as const)) {
		it(`in ${method} ${path}`, () =>
			survives([repeated(send(method, path, names(200)))], {
				then: async (arena) =>
					assert.equal(await statusOf(arena, send(method, path, names(1), "Connection: close\r\n")), 422),
			}));
	}
	it("in objects within the settings", () =>
		survives([repeated(send("PUT", "/api/settings", [`{"version":1,"controls":`, ...names(200), "}"]))]));
	it("in contents of POST /drive of the robot", () =>
		survives([repeated(send("POST", "/drive", [`{"forward":0,"turn":0,"more":`, ...names(200), "}"]))], {
			target: "robot",
		}));

	it("in messages of the robot's WebSocket, on one connection", () =>
		survives(
			[
				[
					{ do: "connect", as: "a" },
					{ do: "send", as: "a", bytes: handshake("/drive") },
					{ do: "answer", as: "a", ms: 1_000 },
					{
						do: "repeat",
						times: 30,
						steps: [
							{
								do: "send",
								as: "a",
								bytes: [{ masked: [`{"forward":0,"turn":0,"more":`, ...names(100), "}"] }],
							},
							{ do: "answer", as: "a", ms: 500 },
						],
					},
				],
			],
			{ target: "robot" },
		));

	it("in messages of the robot's WebSocket, on a new connection for each", () =>
		survives(
			[
				[
					{
						do: "repeat",
						times: 30,
						steps: [
							{ do: "connect", as: "a" },
							{ do: "send", as: "a", bytes: handshake("/drive") },
							{ do: "answer", as: "a", ms: 1_000 },
							{ do: "send", as: "a", bytes: [{ masked: names(100) }] },
							{ do: "answer", as: "a", ms: 500 },
							{ do: "close", as: "a" },
						],
					},
				],
			],
			{ target: "robot" },
		));

	it("70,000 of them, on a machine without the board's limits", () =>
		survives(
			[
				[
					{ do: "connect", as: "a" },
					{
						do: "repeat",
						times: 280,
						steps: [
							{ do: "send", as: "a", bytes: patch(names(250)) },
							{ do: "answer", as: "a", ms: 1_000 },
						],
					},
				],
			],
			{ target: "unlimited", bounds: { time: 60_000, connections: 10 } },
		));
});

describe("a name as long as a request may be", function () {
	this.timeout(120_000);

	for (const [method, path] of some([
		["PUT", "/api/settings"],
		["PUT", "/api/access"],
		["PATCH", "/api/camera"],
	] as const)) {
		for (const length of some([8_000, 10_000, 12_000])) {
			const request = send(method, path, [`{"`, { repeat: "n", count: length }, `":0}`], "Connection: close\r\n");
			it(`of ${length} bytes in ${method} ${path}`, () =>
				survives([once(request)], {
					then: async (arena) => {
						const { status, text } = await exchange(arena.simulator.port, request);
						assert.include([413, 422], status);
						assert.isBelow(text.length, 1_500, "it reports a short part of the name");
					},
				}));
		}
	}
	it("of 12,000 bytes, escaped", () => survives([once(patch([`{"`, { repeat: "\\u00e9", count: 2_000 }, `":0}`]))]));
	it("of 8,000 bytes within the settings", () =>
		survives([
			once(send("PUT", "/api/settings", [`{"version":1,"controls":{"`, { repeat: "n", count: 8_000 }, `":0}}`])),
		]));
});

describe("small changes whose senders disconnect at once", function () {
	this.timeout(120_000);

	for (const [method, path, content] of some([
		["PUT", "/api/settings", `{"version":1}`],
		["PUT", "/api/access", `{"admin":"short"}`],
		["PATCH", "/api/camera", `{"brightness":1}`],
	] as const)) {
		const one = (how: "close" | "reset" | "end"): Track => [
			{ do: "connect", as: "a" },
			{ do: "send", as: "a", bytes: send(method, path, content) },
			{ do: how, as: "a" },
		];
		it(`166 times ${method} ${path}`, () =>
			survives([
				[
					{ do: "repeat", times: 166, steps: one("end") },
					{ do: "wait", ms: 500 },
				],
			]));
		for (const how of ["close", "reset"] as const) {
			it(`${method} ${path}, thirteen in a turn, each ${how} at once`, () =>
				survives([
					[
						{
							do: "repeat",
							times: 13,
							steps: [
								{
									do: "together",
									steps: [
										{
											do: "repeat",
											times: 13,
											steps: [one(how)[0], { do: "connected" }, ...one(how).slice(1)],
										},
									],
								},
								{ do: "wait", ms: 10 },
							],
						},
					],
				]));
		}
		it(`166 times ${method} ${path}, whose answers are not read`, () =>
			survives([[each(166, send(method, path, content), false), { do: "wait", ms: 1_000 }]]));
	}
});

describe("nested lists, at the same time", function () {
	this.timeout(120_000);
	/** As many as the limit of values allows: 870 bytes with the head. */
	const lists = patch(["[", { repeat: "[],", count: 254 }, "[]]"]);
	const times = (count: number, steps: Track): Track => [
		{ do: "repeat", times: count, steps: [...steps, { do: "wait", ms: 40 }] },
	];

	it("five PATCHes of 870 bytes, thirty times", () => survives([times(30, [each(5, lists)])]));
	it("five in a turn, thirty times", () => survives([times(30, [{ do: "together", steps: [each(5, lists)] }])]));
	it("three, beside eight viewers, thirty times", () => survives([times(30, [each(3, lists)])], { viewers: 8 }));
	it("thirteen in a turn, ten times", () => survives([times(10, [{ do: "together", steps: [each(13, lists)] }])]));
	it("five of objects in lists, thirty times", () =>
		survives([times(30, [each(5, patch([`{"a":[`, { repeat: "{},", count: 252 }, "{}]}"]))])]));
});

describe("answers that no client reads", function () {
	this.timeout(120_000);
	const described = (count: number): Pieces => [{ repeat: get("/api/camera"), count }];
	const long = patch([`{"brightness":"`, { repeat: "x", count: 12_000 }, `"}`]);

	/** All at once, ten times, each time on connections that close before the next. */
	function waves(requests: readonly Pieces[], inOneTurn: boolean): Track {
		const clients = requests.map((bytes, i) => ({ as: `a${i}`, bytes }));
		const begin = clients.flatMap(({ as, bytes }): Step[] => [
			{ do: "connect", as, read: false },
			{ do: "send", as, bytes },
		]);
		return [
			{
				do: "repeat",
				times: 10,
				steps: [
					...(inOneTurn ? [{ do: "together", steps: begin } as const] : begin),
					{ do: "wait", ms: 150 },
					...clients.map(({ as }) => ({ do: "reset", as }) as const),
					{ do: "wait", ms: 50 },
				],
			},
		];
	}
	/** The same, on connections that stay as long as they can. */
	const stay = (...steps: Step[]): Track => [{ do: "repeat", times: 10, steps: [...steps, { do: "wait", ms: 100 }] }];
	const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

	it("three for each of thirteen connections that stay, alone", () =>
		survives([stay(each(13, described(3), false))], { viewers: 0, alone: true }));
	it("three for each of eight that stay, and a PATCH of 12 kB, alone", () =>
		survives([stay(each(8, described(3), false), each(1, long))], { viewers: 0, alone: true }));
	for (const viewers of some([0, 4])) {
		for (const inOneTurn of some([false, true])) {
			const how = `${inOneTurn ? "in one turn" : "at the same time"}, beside ${viewers} viewers`;
			for (const count of some([3, 10]))
				it(`${count} for each of thirteen connections ${how}`, () =>
					survives([waves(times(13, described(count)), inOneTurn)], { viewers }));
			it(`three for each of eight, and a PATCH of 12 kB ${how}`, () =>
				survives([waves([...times(8, described(3)), long], inOneTurn)], { viewers }));
		}
	}
});

describe("connections that send nothing", function () {
	this.timeout(180_000);

	for (const count of some([40, 92])) {
		it(`${count} of them, from as many addresses`, () =>
			survives([
				[
					{ do: "repeat", times: count, steps: [{ do: "connect", as: "a", from: "127.0.1.*" }] },
					{ do: "wait", ms: 3_500 },
				],
			]));
		it(`${count} of them, from one address`, () =>
			survives([
				[
					{ do: "repeat", times: count, steps: [{ do: "connect", as: "a" }] },
					{ do: "wait", ms: 3_500 },
				],
			]));
	}
	it("forty, and again and again", () =>
		survives(
			[
				[
					{
						do: "repeat",
						times: 20,
						steps: [
							{ do: "repeat", times: 40, steps: [{ do: "connect", as: "a", from: "127.0.1.*" }] },
							{ do: "wait", ms: 250 },
						],
					},
				],
			],
			{ bounds: { time: 6_000, connections: 1_000 } },
		));
});

describe("the last answer of a connection", function () {
	this.timeout(120_000);
	let arena: Arena;

	before(async () => {
		arena = await Arena.start("firmware");
	});

	after(() => arena?.stop());

	for (const size of [17_000, 64_000, 200_000]) {
		it(`is 431 for a head of ${size} bytes, every time`, async () => {
			// Three at a time: until it closes, each waits for what else the client may send.
			const answers: string[] = [];
			const askAll = async (): Promise<void> => {
				while (answers.length < 8) {
					const { status, text } = await exchange(
						arena.simulator.port,
						get("/", "X: ", { repeat: "x", count: size }, "\r\n"),
					);
					answers.push(status === 431 ? "431" : text || "none");
				}
			};
			await Promise.all([askAll(), askAll(), askAll()]);
			assert.deepEqual(
				answers,
				answers.map(() => "431"),
			);
		});
	}

	it("is over at once in HTTP/1.0 if the content was not read", async () => {
		for (const request of [
			"POST /status HTTP/1.0\r\n",
			"PATCH /api/camera HTTP/1.0\r\nContent-Type: text/plain\r\n",
		]) {
			const { status, time } = await exchange(
				arena.simulator.port,
				`${request}Host: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n{`,
			);
			assert.isAtLeast(status, 400);
			assert.isBelow(time, 1_000);
		}
	});
});
