import { assert } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { Simulator } from "../support/simulator.ts";
import { timeToAnswer } from "./asker.ts";
import { patience } from "./patience.ts";
import { Player } from "./player.ts";
import { get } from "./requests.ts";
import type { Step, Track } from "./script.ts";
import { basic } from "./targets.ts";

/** Milliseconds within which the owner must be signed in. */
const most = 2_000 * patience;
const TRIES = 10;

/** Clients, each with its own address, that guess again and again, as fast as the answers come. */
const guessing: Track[] = Array.from({ length: 40 }, (_, i) => [
	{
		do: "repeat",
		times: 10_000,
		steps: [
			{ do: "connect", as: "a", from: `127.0.1.${i + 2}` },
			{
				do: "send",
				as: "a",
				bytes: get("/status", "Connection: close\r\nAuthorization: Basic ", btoa(`admin:wrong-${i}-`), "\r\n"),
			},
			{ do: "answer", as: "a", ms: 2_000 },
			{ do: "close", as: "a" },
		],
	},
]);

/** The same without reading the answers. */
const guessingBlindly: Track[] = guessing.map(([repeat]) => {
	const [connect, send] = (repeat as Step & { do: "repeat" }).steps;
	return [{ do: "repeat", times: 10_000, steps: [connect, send, { do: "wait", ms: 60 }, { do: "end", as: "a" }] }];
});

/** With fields as long as a head may have. */
const guessingLong: Track[] = guessing.map(
	(track, i) =>
		JSON.parse(
			JSON.stringify(track).replace(
				/"[^"]{8,}"(?=,"\\r\\n","\\r\\n"\])/,
				JSON.stringify(btoa(`admin:${"w".repeat(2_800)}${i}`)),
			),
		) as Track,
);

/** A hundred connections that are opened again when they are closed. */
const SILENT: Track[] = [
	[
		{ do: "repeat", times: 100, steps: [{ do: "connect", as: "a", from: "127.0.1.*" }] },
		{
			do: "repeat",
			times: 200,
			steps: [
				{ do: "connect", as: "a", from: "127.0.1.*" },
				{ do: "wait", ms: 50 },
			],
		},
	],
];

describe("the owner of a camera with a password", function () {
	this.timeout(180_000);
	let simulator: Simulator;

	beforeEach(async () => {
		simulator = await Simulator.start(["--admin-password", "admin-of-tests"]);
	});

	afterEach(async () => {
		await simulator?.stop().catch(() => {}); // a failed test has reported why
	});

	const running = () => simulator.process.exitCode === null && simulator.process.signalCode === null;

	/** The time of each try; Infinity if it took too long. */
	async function signIn(tracks: readonly Track[]): Promise<number[]> {
		const player = new Player(
			{
				port: simulator.port,
				hold() {},
				release() {},
				get running() {
					return running();
				},
			},
			{ time: 60_000, connections: 300 },
		);
		const playing = player.play({ tracks });
		await pause(1_000);
		const times: number[] = [];
		for (let i = 0; i < TRIES && running(); i++) {
			// From another address each time, so that it is not known for having signed in.
			const question = {
				url: `${simulator.url}/status`,
				from: `127.0.0.${100 + i}`,
				headers: { Authorization: basic("admin", "admin-of-tests").slice("Authorization: ".length).trim() },
			};
			times.push(await timeToAnswer(question, most, running));
			await pause(200);
		}
		player.leave();
		player.stop();
		await playing;
		return times;
	}

	for (const [what, tracks] of [
		["while forty addresses guess", guessing],
		["while four addresses guess", guessing.slice(0, 4)],
		["while forty guess without reading the answers", guessingBlindly],
		["while four guess without reading the answers", guessingBlindly.slice(0, 4)],
		["while forty guess with fields of 3.9 kB", guessingLong],
		["while a hundred connections stay silent", SILENT],
		["while forty guess and a hundred stay silent", [...guessing, ...SILENT]],
	] as const) {
		it(`signs in within two seconds in each of ten tries ${what}`, async () => {
			const times = await signIn(tracks);
			assert.isTrue(running(), simulator.errors);
			assert.isTrue(
				times.length === TRIES && times.every((time) => time <= most),
				`milliseconds: ${times.map(Math.round)}`,
			);
		});
	}
});
