import { generateMessage } from "./generate-content.ts";
import { generateRequest, listField } from "./generate-requests.ts";
import { Random } from "./random.ts";
import { handshake } from "./requests.ts";
import type { Piece, Script, Step, Track } from "./script.ts";
import { type Route, type Target, TARGETS } from "./targets.ts";

type Kind = (random: Random, target: Target) => Step[];

const WAYS = ["reset", "close", "end"] as const;

function from(random: Random): string {
	return random.pick(["127.0.0.66", `127.0.0.${random.between(70, 80)}`, "127.0.1.*"]);
}

function open(random: Random, read = random.chance(0.6)): Step {
	return { do: "connect", as: "a", from: from(random), ...(!read && { read }) };
}

function routesOf({ routes }: Target, wanted: (route: Route) => boolean): Route[] {
	return routes.filter(wanted);
}

const PICTURES = /^\/(bmp|capture|snapshot|\?action=snapshot)/;

/** The routes worth asking more than once: those that take content, have to wait, or are large. */
function hot(random: Random, target: Target): Route {
	const chosen = random.pick<(route: Route) => boolean>([
		(route) => route.takes !== undefined,
		(route) => PICTURES.test(route.path),
		(route) => route.stream === true,
		(route) => route.method === "GET" && !route.stream,
	]);
	const routes = routesOf(target, chosen);
	return random.pick(routes.length ? routes : target.routes);
}

/** The first part of a request, of any length. */
function beginning(request: readonly Piece[], random: Random): Piece[] {
	return request.slice(0, random.between(1, request.length));
}

const kinds: Readonly<Record<string, Kind>> = {
	conversation: (random, target) => [
		open(random, true),
		...Array.from({ length: random.between(1, 5) }, (): Step[] => [
			{ do: "send", as: "a", bytes: generateRequest(random, target) },
			{ do: "answer", as: "a", ms: random.between(10, 500) },
		]).flat(),
	],

	// One client after the other, with fields that nothing needs.
	fields: (random, target) => [
		open(random, true),
		...Array.from({ length: random.between(3, 12) }, (): Step[] => {
			const { method, path } = random.chance(0.3)
				? { method: "GET", path: "/" }
				: random.pick(routesOf(target, ({ stream }) => !stream));
			return [
				{
					do: "send",
					as: "a",
					bytes: [`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`, ...listField(random), "\r\n"],
				},
				{ do: "answer", as: "a", ms: 200 },
			];
		}).flat(),
	],

	// Identical ones, with contents.
	contents: (random, target) => {
		const takes = routesOf(target, (route) => route.takes === "json" || route.takes === "jpeg");
		return Array.from({ length: random.between(2, 10) }, (): Step[] => [
			open(random, true),
			{
				do: "repeat",
				times: random.size(1, 10),
				steps: [
					{ do: "send", as: "a", bytes: generateRequest(random, target, random.pick(takes)) },
					{ do: "answer", as: "a", ms: 200 },
				],
			},
		]).flat();
	},

	pipeline: (random, target) => {
		const requests = random.chance(0.6)
			? [
					{
						repeat: generateRequest(random, target, hot(random, target)),
						count: random.chance(0.6) ? random.between(3, 10) : random.size(20, 100),
					},
				] // the system buffers 64 kB that nobody reads
			: Array.from({ length: random.between(3, 10) }, () => generateRequest(random, target)).flat();
		return [
			{
				do: "repeat",
				times: random.size(1, 16),
				steps: [open(random), { do: "send", as: "a", bytes: requests }],
			},
			{ do: "wait", ms: random.between(0, 1_500) },
		];
	},

	// Many in one turn.
	burst: (random, target) => {
		const request = generateRequest(random, target, hot(random, target));
		const steps: Step[] = [
			{
				do: "repeat",
				times: random.between(2, 14),
				steps: [open(random), { do: "send", as: "a", bytes: request }],
			},
		];
		if (random.chance(0.4)) steps.push({ do: random.pick(WAYS), as: "a" });
		return [
			{
				do: "repeat",
				times: random.size(1, 10),
				steps: [
					{ do: "together", steps },
					{ do: "wait", ms: random.between(0, 200) },
				],
			},
		];
	},

	// Requested, and not waited for.
	abort: (random, target) => {
		const request: Step = { do: "send", as: "a", bytes: generateRequest(random, target, hot(random, target)) };
		const leaving: Step = { do: random.pick(WAYS), as: "a" };
		if (random.chance(0.3)) {
			const steps: Track = [open(random), { do: "connected" }, request, leaving];
			return [
				{
					do: "repeat",
					times: random.between(2, 12),
					steps: [
						{ do: "together", steps: [{ do: "repeat", times: random.between(3, 13), steps }] },
						{ do: "wait", ms: random.between(5, 40) },
					],
				},
			];
		}
		const waiting: Step[] = random.chance(0.7) ? [{ do: "wait", ms: random.size(1, 60) }] : [];
		return [
			{
				do: "repeat",
				times: random.size(10, 120),
				steps: [
					open(random),
					...(random.chance(0.5) ? [{ do: "connected" } as const] : []),
					request,
					...waiting,
					leaving,
				],
			},
		];
	},

	// Content, or a head, that begins and does not continue.
	stall: (random, target) => {
		const takes = routesOf(target, (route) => route.takes !== undefined);
		const request = generateRequest(random, target, random.pick(random.chance(0.8) ? takes : target.routes));
		return [
			{
				do: "repeat",
				times: random.size(1, 30),
				steps: [
					open(random),
					{ do: "send", as: "a", bytes: beginning(request, random) },
					...(random.chance(0.3) ? [{ do: "wait", ms: random.between(1, 50) } as const] : []),
				],
			},
			{ do: "wait", ms: random.between(200, 2_500) },
			{ do: random.pick(WAYS), as: "a" },
		];
	},

	// Byte by byte.
	drip: (random, target) => {
		const request = generateRequest(random, target);
		return [
			{
				do: "repeat",
				times: random.size(1, 13),
				steps: [open(random), { do: "send", as: "a", bytes: beginning(request, random) }],
			},
			{
				do: "repeat",
				times: random.size(5, 60),
				steps: [
					{ do: "send", as: "a", bytes: random.pick(["x", ",", " ", "\r\n", "X: 1\r\n"]) },
					{ do: "wait", ms: random.between(1, 60) },
				],
			},
		];
	},

	flood: (random, target) => {
		const sent: Step[] = random.chance(0.5)
			? []
			: [{ do: "send", as: "a", bytes: generateRequest(random, target) }];
		const steps: Step[] = [
			{ do: "connect", as: "a", from: random.pick(["127.0.1.*", "127.0.0.66"]), read: random.chance(0.7) },
			...sent,
		];
		return [
			{ do: "repeat", times: random.size(10, 120), steps },
			{ do: "wait", ms: random.between(0, 2_500) },
		];
	},

	watch: (random, target) => {
		const route = random.pick(routesOf(target, ({ stream }) => stream === true));
		return [
			{
				do: "repeat",
				times: random.size(1, 12),
				steps: [open(random), { do: "send", as: "a", bytes: generateRequest(random, target, route) }],
			},
			{ do: "wait", ms: random.between(100, 2_000) },
			{ do: random.pick(["pause", "reset", "end", "close"]), as: "a" },
			{ do: "wait", ms: random.between(0, 500) },
		];
	},

	guess: (random, target) => [
		{
			do: "repeat",
			times: random.size(10, 100),
			steps: [
				open(random, true),
				{
					do: "send",
					as: "a",
					bytes: [...generateRequest(random, target, random.pick(routesOf(target, ({ stream }) => !stream)))],
				},
				{ do: random.chance(0.5) ? "answer" : "wait", as: "a", ms: random.between(0, 60) },
				{ do: random.pick(WAYS), as: "a" },
			],
		},
	],

	messages: (random, target) => {
		const [route] = routesOf(target, ({ takes }) => takes === "messages");
		if (!route) return kinds["conversation"](random, target);
		const sending: Step[] = [
			{ do: "send", as: "a", bytes: [{ repeat: generateMessage(random), count: random.size(1, 8) }] },
			{ do: "answer", as: "a", ms: random.between(5, 200) },
		];
		return [
			{
				do: "repeat",
				times: random.size(1, 10),
				steps: [
					open(random),
					{ do: "send", as: "a", bytes: handshake(route.path) },
					...(random.chance(0.6) ? [{ do: "answer", as: "a", ms: 300 } as const] : []),
					{ do: "repeat", times: random.size(1, 40), steps: sending },
					...(random.chance(0.5) ? [{ do: random.pick(WAYS), as: "a" } as const] : []),
				],
			},
		];
	},
};

/** How often each is chosen. Floods keep all other clients out, so nothing else is tried beside them. */
const WEIGHTS: Readonly<Record<string, number>> = {
	conversation: 2,
	fields: 4,
	contents: 4,
	pipeline: 4,
	burst: 4,
	abort: 4,
	stall: 2,
	drip: 1,
	flood: 1,
	watch: 2,
	guess: 2,
	messages: 4,
};

/** The script for this seed: one to five kinds of clients at the same time. */
export function generate(targetName: string, seed: number): Script {
	const random = new Random(seed),
		target = TARGETS[targetName];
	const names = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array<string>(weight).fill(name));
	const tracks = Array.from({ length: random.between(1, 5) }, (): Track => {
		const track = kinds[random.pick(names)](random, target);
		return random.chance(0.4) ? [{ do: "wait", ms: random.size(1, 500) }, ...track] : track;
	});
	return { target: targetName, seed, tracks };
}
