import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ZONE_MINDER_PACKAGES, ZoneMinder } from "../../support/zone-minder.ts";
import { type Consumer, FRAME_COUNT } from "../consumer.ts";
import { seenOf } from "../pictures.ts";
import { programPath, versionOf } from "../program.ts";

interface Started {
	readonly folder: string;
	readonly zoneMinder: ZoneMinder;
}

/** One for all visits: its database takes seconds. */
let started: Promise<Started> | undefined;

async function start(): Promise<Started> {
	const folder = await mkdtemp(join(tmpdir(), "yieldcam-conformance-"));
	const zoneMinder = new ZoneMinder(folder);
	await zoneMinder.start();
	return { folder, zoneMinder };
}

export const ZONE_MINDER: Consumer = {
	name: "ZoneMinder",
	what: "its capture, `zmc`, with a monitor of the type Ffmpeg that looks for motion, and a database of its own; each picture of an event is a file. It runs as root",
	reads: {
		async rtsp({ url, signal }) {
			const { zoneMinder } = await (started ??= start());
			// The last file may not be complete yet.
			const { files, complaints } = await zoneMinder.record(
				url,
				({ files, events }) => events > 0 && files.length > FRAME_COUNT,
				signal,
			);
			if (complaints.length > 0) throw new Error(complaints.join("; "));
			return await seenOf(await Promise.all(files.slice(0, FRAME_COUNT).map((file) => readFile(file))));
		},
	},
	from: "Debian",
	debian: ZONE_MINDER_PACKAGES,
	installed: ZoneMinder.installed,
	version: () => versionOf(programPath("zmc"), ["-v"]),
	async close() {
		if (!started) return;
		const { folder, zoneMinder } = await started;
		started = undefined;
		await zoneMinder.close();
		await rm(folder, { recursive: true });
	},
};
