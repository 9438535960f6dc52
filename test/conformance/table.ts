import { type Address, titleOf } from "./address.ts";
import { type Consumer, readingOf, type Seen } from "./consumer.ts";

/** The result of one consumer at one address. */
export interface Cell {
	readonly address: Address;
	readonly consumer: Consumer;
	readonly seen?: Seen;
	readonly fault?: string;
}

const GROUPS: readonly { readonly title: string; readonly has: (address: Address) => boolean }[] = [
	{ title: "Streams", has: ({ kind }) => kind === "stream" },
	{ title: "RTSP", has: ({ kind }) => kind === "rtsp" },
	{ title: "Snapshots", has: ({ kind }) => kind === "snapshot" || kind === "bitmap" },
	{ title: "State and controls", has: ({ kind }) => !["stream", "rtsp", "snapshot", "bitmap"].includes(kind) },
];

/** Rows of text, the headings first: consumers down, addresses across. */
export type Grid = readonly (readonly string[])[];

const NONE = "–";

/** The tables' cells; a dash if a consumer does not read an address. */
export function grids(
	addresses: readonly Address[],
	consumers: readonly Consumer[],
	text: (consumer: Consumer, address: Address) => string,
): Grid[] {
	return GROUPS.map(({ has }) => {
		const across = addresses.filter(has);
		const down = consumers.filter((consumer) => across.some((address) => readingOf(consumer, address)));
		return [
			["", ...across.map((address) => `\`${titleOf(address)}\``)],
			...down.map((consumer) => [
				consumer.name,
				...across.map((address) => (readingOf(consumer, address) ? text(consumer, address) : NONE)),
			]),
		];
	});
}

/**
 * The grids in a document, with every cell that is not a dash emptied, so that they can be compared without running
 * anything.
 */
export function outlineOf(document: string): Grid[] {
	const found: string[][][] = [];
	let inside = false;
	for (const line of document.split("\n")) {
		if (line.startsWith("|") && !inside) found.push([]);
		inside = line.startsWith("|");
		if (inside && !line.startsWith("|---"))
			found.at(-1)!.push(
				line
					.split("|")
					.slice(1, -1)
					.map((cell) => cell.trim()),
			);
	}
	return found.map(([head, ...rows]) => [
		head,
		...rows.map(([name, ...cells]) => [name, ...cells.map((cell) => (cell === NONE ? NONE : ""))]),
	]);
}

/** The whole document. It has no date: it changes when its content does. */
export async function conformanceDocument(
	addresses: readonly Address[],
	consumers: readonly Consumer[],
	cells: readonly Cell[],
): Promise<string> {
	const faults: string[] = [];
	const tables = grids(addresses, consumers, (consumer, address) => {
		const cell = cells.find((cell) => cell.consumer === consumer && cell.address === address);
		if (cell === undefined) return "not run";
		if (cell.seen) return outcome(address, cell.seen);
		faults.push(`${consumer.name} at \`${titleOf(address)}\`: ${cell.fault?.trim().split("\n").at(-1)}`);
		return `✗ (${faults.length})`;
	});
	const described = await Promise.all(
		consumers.map(async (consumer) => {
			const version = consumer.installed ? await consumer.version() : "not installed";
			return `| ${consumer.name} | ${version} | ${consumer.from === "Debian" ? consumer.debian!.map((name) => `\`${name}\``).join(" ") : consumer.from} | ${consumer.what} |`;
		}),
	);
	return [
		"# Which clients read which addresses",
		"",
		"Written by `npm run conformance`, which runs each client on each address of the firmware in the simulator (QVGA, 25 fps, the",
		"board's limits). `npm test` runs the same tests and writes nothing; it skips clients that are not installed, and names them.",
		"",
		"A number counts the pictures that were read whole and are 320×240. ✓ means that the response was right: JSON matches a",
		"schema, `/status` shows the change of a control. A dash means that the client does not use the address. `:81/stream` is at",
		"the port of `--stream-port`.",
		...tables.flatMap((grid, index) => ["", `## ${GROUPS[index].title}`, "", ...markdown(grid)]),
		...faults.flatMap((fault, index) => ["", `${index + 1}. ${fault}`]),
		"",
		"## The clients",
		"",
		"The clients from npm and from these tests are available wherever `npm test` runs, Chromium and ffmpeg if npm has them for the",
		"machine. To install the others:",
		"",
		"```sh",
		aptCommand(consumers),
		"```",
		"",
		"| client | version | from | what runs |",
		"|---|---|---|---|",
		...described,
		"",
		"## Behind proxies",
		"",
		"With one line of configuration (`proxy_pass`, `server`, `reverse_proxy`, `ProxyPass`) and their defaults otherwise, these pass on the",
		"page with its controls, at the root and in a folder, with a password and without, events and slow streams without delay, pictures, content and cookies of 5 kB",
		"(`test/proxies`): nginx, HAProxy, Caddy, Apache, and Varnish, which caches nothing of it. lighttpd does so with `server.stream-response-body = 2`; by default it waits for the end",
		"of each response, so pictures pass, and no stream. The command above does not install them: `apt-get install nginx-light haproxy caddy",
		"apache2-bin lighttpd varnish`.",
		"",
	].join("\n");
}

/** The command that installs the consumers that are not in npm. */
export function aptCommand(consumers: readonly Consumer[]): string {
	const packages = new Set(consumers.flatMap(({ from, debian = [] }) => (from === "Debian" ? debian : [])));
	return `apt-get install --no-install-recommends ${[...packages].sort().join(" ")}`;
}

function outcome({ kind }: Address, { frames }: Seen): string {
	if (kind === "stream" || kind === "rtsp") return String(frames);
	return frames !== undefined && frames > 1 ? String(frames) : "✓";
}

function markdown([head, ...rows]: Grid): string[] {
	return [head, head.map(() => "---"), ...rows].map((row, index) =>
		index === 1 ? `|${row.join("|")}|` : `| ${row.join(" | ")} |`,
	);
}
