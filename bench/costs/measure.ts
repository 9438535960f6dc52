import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MjpegClient } from "../../test/support/mjpeg-client.ts";
import { root } from "../../test/support/root.ts";
import { type HostCosts, type Report, Simulator } from "../../test/support/simulator.ts";
import { RtspClient } from "../../test/support/rtsp-client.ts";
import { frameFolder, FRAME_LENGTH, rtpFrameFolder } from "../frame.ts";

/** Counts by name. Their budgets are in bench/budgets.json. */
export type Costs = Readonly<Record<string, number>>;

/** The host that counts, with the board's words of 32 bits; a machine that cannot build such programs has none. */
export const PROGRAM = [join(root, "build/host-metered/yieldcam-sim")] as const;
const FPS = 50;
/** Frames to each viewer, before and during the count: enough for some collections for chunks, one in 200 frames. */
const FRAMES_BEFORE = 10;
const FRAMES_COUNTED = 600;
/** If more than this part of the frames is not delivered, the machine is too busy to serve the viewers in time. */
const MOST_MISSED = 0.01;
const MOST_ATTEMPTS = 3;
/** After that there are WINDOWS short periods, with this many frames to each viewer. */
const FRAMES_IN_WINDOW = 50;
const WINDOWS = 12;
const RTSP_VIEWERS = 2;
const IDLE_SECONDS = 2;
/** The routes with the longest response of each kind. */
const ROUTES = ["/", "/status", "/api/state", "/api/camera", "/api/settings", "/metrics", "/capture", "/nothing"];

/** Measures all simulators at the same time. `cheapest` removes the effect of their sharing the processor. */
export async function measureCosts(): Promise<Costs> {
	const frames = frameFolder(FRAME_LENGTH);
	const board = ["--profile", "board", "--frames", frames, "--fps", String(FPS)];
	const host = ["--profile", "host", "--frames", frames, "--fps", String(FPS)];
	const rtsp = ["--profile", "board", "--frames", rtpFrameFolder(FRAME_LENGTH), "--fps", "25"];
	const parts = await Promise.all([
		measureIdle(board),
		measureViewers("board, 1 viewer", 1, board),
		measureViewers("board, 4 viewers", 4, board),
		measureViewers("host, 8 viewers", 8, host),
		measureRtsp("RTSP by TCP, 2 viewers", false, rtsp),
		measureRtsp("RTSP by UDP, 2 viewers", true, rtsp),
	]);
	return Object.assign({}, ...parts) as Costs;
}

async function measureIdle(args: readonly string[]): Promise<Costs> {
	const simulator = await Simulator.start(args, { program: PROGRAM });
	// A viewer comes first: a device that nobody has watched yet has nothing to stop.
	const viewer = new MjpegClient(simulator.url);
	await viewer.until(FRAMES_BEFORE);
	viewer.close();
	await simulator.idle(500);
	// The camera's task still waits for the frame that it requested before.
	await pause((10 * 1000) / FPS);
	const begun = await reportOf(simulator);
	await pause(IDLE_SECONDS * 1000);
	const idle = await reportOf(simulator);
	if (begun.costs.captured < FRAMES_BEFORE || begun.costs.wakes < FRAMES_BEFORE)
		throw new Error("the wakes and captures for a viewer were not counted");
	for (const route of ROUTES)
		await (await fetch(`${simulator.url}${route}`, { headers: { Connection: "close" } })).arrayBuffer();
	const answered = await reportOf(simulator);
	const empty = await simulator.idle(500);
	const sockets = await Promise.all(Array.from({ length: 4 }, () => connected(simulator.port)));
	const open = await settled(simulator, sockets.length);
	for (const socket of sockets) socket.destroy();
	await simulator.stop();
	return {
		"idle: wakes per second": (idle.costs.wakes - begun.costs.wakes - 1) / IDLE_SECONDS, // one is for the report
		"idle: frames captured": idle.costs.captured - begun.costs.captured,
		"idle connection: slots": (open.slots - empty.slots) / sockets.length,
		"idle connection: chunk bytes": (open.chunks - empty.chunks) / sockets.length,
		"routes: bytecodes of the longest turn": answered.costs.longestTurn,
		"firmware: bytes of bytecode": answered.costs.bytecodeSize,
	};
}

async function measureViewers(title: string, viewers: number, args: readonly string[]): Promise<Costs> {
	const simulator = await Simulator.start(args, { program: PROGRAM });
	const alone = await reportOf(simulator);
	const clients = Array.from({ length: viewers }, () => new MjpegClient(simulator.url));
	const all = (count: number): Promise<unknown> => Promise.all(clients.map((client) => client.until(count)));
	await all(FRAMES_BEFORE);
	let begun!: MeteredReport, ended!: MeteredReport;
	for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
		begun = await reportOf(simulator);
		await all(Math.max(...clients.map((client) => client.frames)) + FRAMES_COUNTED);
		ended = await reportOf(simulator);
		if (
			framesBetween(begun.costs, ended.costs) >
			(ended.costs.captured - begun.costs.captured) * viewers * (1 - MOST_MISSED)
		)
			break;
	}
	const short: Costs[] = [];
	for (let from = ended; short.length < WINDOWS;) {
		await all(Math.max(...clients.map((client) => client.frames)) + FRAMES_IN_WINDOW);
		const to = await reportOf(simulator);
		short.push({
			...perFrame(title, from.costs, to.costs),
			...(alone.slotLimit > 0 && {
				[`${title}: slots alive after a collection`]: to.slots,
				[`${title}: chunk bytes alive after a collection`]: to.chunks,
			}),
		});
		from = to;
	}
	for (const client of clients) client.close();
	await simulator.stop();
	return {
		...cheapest(short),
		[`${title}: bytecodes of the longest turn`]: ended.costs.longestTurn,
		...(alone.slotLimit > 0 && collections(title, begun.costs, ended.costs)),
		...(alone.slotLimit > 0 && viewers > 1 && heapUse(title, alone, ended, viewers)),
	};
}

/** Counts the costs of each frame to two viewers, whose packets are made in C: the script has none for a packet. */
async function measureRtsp(title: string, udp: boolean, args: readonly string[]): Promise<Costs> {
	const simulator = await Simulator.start(args, { program: PROGRAM });
	const [, address] = /RTSP at (\S+)/.exec(simulator.output)!;
	const clients = await Promise.all(Array.from({ length: RTSP_VIEWERS }, () => RtspClient.open(address)));
	for (const client of clients) await (udp ? client.playUdp() : client.play());
	const all = (count: number): Promise<unknown> =>
		Promise.all(clients.map((client) => client.until(() => client.frames >= count)));
	await all(FRAMES_BEFORE);
	const short: Costs[] = [];
	let report = await reportOf(simulator);
	for (let from = report; short.length < WINDOWS; from = report) {
		const before = clients.map(({ frames }) => frames);
		await all(Math.max(...before) + FRAMES_IN_WINDOW);
		report = await reportOf(simulator);
		const frames = clients.reduce((sum, client, index) => sum + client.frames - before[index], 0),
			grown = (name: keyof HostCosts): number => report.costs[name] - from.costs[name];
		short.push({
			[`${title}: bytecodes per frame`]: grown("bytecodes") / frames,
			[`${title}: slots per frame`]: grown("slots") / frames,
			[`${title}: chunk bytes per frame`]: grown("chunks") / frames,
		});
	}
	const one = await RtspClient.open(address);
	clients.push(one);
	await (udp ? one.playUdp() : one.play());
	await one.until(() => one.frames >= FRAMES_BEFORE);
	const more = await reportOf(simulator);
	for (const client of clients) client.close();
	await simulator.stop();
	return { ...cheapest(short), [`${title}: slots of one more`]: more.slots - report.slots };
}

/** Returns the number of frames by their bytes, since some viewers have received only a part of the last one. */
function framesBetween(begun: HostCosts, ended: HostCosts): number {
	return (ended.writtenFromOutside - begun.writtenFromOutside) / FRAME_LENGTH;
}

function perFrame(title: string, begun: HostCosts, ended: HostCosts): Costs {
	const grown = (name: keyof HostCosts): number => ended[name] - begun[name];
	const frames = framesBetween(begun, ended);
	return {
		[`${title}: bytecodes per frame`]: grown("bytecodes") / frames,
		[`${title}: slots per frame`]: grown("slots") / frames,
		[`${title}: chunk bytes per frame`]: grown("chunks") / frames,
		[`${title}: bytes written out of the heap per frame`]: grown("writtenByScript") / frames,
		[`${title}: copies in the driver's memory per frame`]: grown("allocated") / frames,
	};
}

/**
 * Returns the minimum of each figure. A viewer that waits for the processor takes a frame in more pieces, each of which
 * costs a turn and keeps memory in between: a busy machine makes a frame more expensive, never cheaper.
 */
function cheapest(all: readonly Costs[]): Costs {
	return Object.fromEntries(Object.keys(all[0]).map((name) => [name, Math.min(...all.map((costs) => costs[name]))]));
}

/**
 * Counts collections, which are all full, since XS has no others. The count starts with the report's own collection and
 * ends with the last one, so that it covers whole intervals.
 */
function collections(title: string, begun: HostCosts, ended: HostCosts): Costs {
	const count = ended.collections - begun.collections;
	return {
		[`${title}: collections per 1,000 frames`]:
			count && (count / (ended.writtenAtCollection - begun.writtenFromOutside)) * FRAME_LENGTH * 1000,
	};
}

function heapUse(
	title: string,
	alone: Report,
	{ slots, slotLimit, chunks, chunkLimit }: MeteredReport,
	viewers: number,
): Costs {
	return {
		[`${title}: slots per viewer`]: (slots - alone.slots) / viewers,
		[`${title}: chunk bytes per viewer`]: (chunks - alone.chunks) / viewers,
		[`${title}: slots in use, of the board's`]: slots / slotLimit,
		[`${title}: chunk bytes in use, of the board's`]: chunks / chunkLimit,
	};
}

type MeteredReport = Report & { readonly costs: HostCosts };

async function reportOf(simulator: Simulator): Promise<MeteredReport> {
	const { costs, ...report } = await simulator.report();
	if (costs === undefined) throw new Error(`${PROGRAM[0]} counts no costs`);
	return { ...report, costs };
}

/** Resolves to a report once the script also knows of the given number of sockets, which takes a later turn. */
async function settled(simulator: Simulator, sockets: number): Promise<Report> {
	for (let before = NaN; ;) {
		const report = await simulator.report();
		if (report.sockets === sockets && report.slots === before) return report;
		before = report.slots;
		await pause(50);
	}
}

async function connected(port: number): Promise<Socket> {
	const socket = connect(port, "127.0.0.1");
	await once(socket, "connect");
	return socket;
}
