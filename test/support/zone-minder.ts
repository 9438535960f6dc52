import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findProgram } from "./tools.ts";
import { run } from "./tools-run.ts";

/** What it needs, in Debian's packages. */
export const ZONE_MINDER_PACKAGES = ["zoneminder", "mariadb-server"] as const;
const PROGRAMS = ["zmc", "mariadbd", "mariadb", "mariadb-install-db", "unshare"];
/** Where Debian's package has its tables, and looks for its configuration. */
const TABLES = "/usr/share/zoneminder/db/zm_create.sql",
	CONFIGURATION = "/etc/zm";

/** What ZoneMinder has recorded of a camera. */
export interface Recording {
	readonly events: number;
	/** The files of their pictures; the last may not be complete. */
	readonly files: readonly string[];
	/** What it has reported as an error. */
	readonly complaints: readonly string[];
}

/**
 * A ZoneMinder with a database of its own, in a folder. Its configuration has a fixed place: each capture has another folder mounted
 * there, in a mount namespace of its own, for which the user has to be root.
 */
export class ZoneMinder {
	readonly #folder: string;
	readonly #configuration: string;
	#database: ChildProcess | undefined;
	#monitors = 0;

	/** Whether it can run here. */
	static get installed(): boolean {
		return process.getuid?.() === 0 && PROGRAMS.every((name) => findProgram(name) !== undefined);
	}

	/** @param folder An empty one. */
	constructor(folder: string) {
		this.#folder = folder;
		this.#configuration = join(folder, "etc");
	}

	private get socket(): string {
		return join(this.#folder, "database.sock");
	}

	/** Makes the database, and starts its server. */
	async start(): Promise<void> {
		const folder = this.#folder,
			data = join(folder, "data");
		for (const name of ["data", "etc", "etc/conf.d", "events", "logs", "map", "temporary"])
			await mkdir(join(folder, name));
		await this.execute("mariadb-install-db", [
			"--no-defaults",
			`--datadir=${data}`,
			"--auth-root-authentication-method=normal",
			"--skip-test-db",
		]);
		const log = openSync(join(folder, "database.log"), "a");
		this.#database = spawn(
			"mariadbd",
			[
				...["--no-defaults", "--user=root", `--datadir=${data}`, `--socket=${this.socket}`],
				...["--skip-networking", "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"],
			],
			{ stdio: ["ignore", log, log] },
		);
		while ((await run("mariadb", ...this.clientArguments, "-e", "SELECT 1")).code !== 0) {
			if (this.#database.exitCode !== null)
				throw new Error(`the database ended: ${readFileSync(join(folder, "database.log"), "utf8")}`);
			await pause(100);
		}
		await this.query(`source ${TABLES}`);
		await this.query("CREATE USER zmuser@localhost; GRANT ALL ON zm.* TO zmuser@localhost");
		await writeFile(
			join(this.#configuration, "zm.conf"),
			Object.entries({
				PATH_DATA: "/usr/share/zoneminder",
				PATH_BIN: "/usr/bin",
				PATH_CONF: CONFIGURATION,
				WEB_USER: "root",
				WEB_GROUP: "root",
				DB_TYPE: "mysql",
				DB_HOST: `localhost:${this.socket}`,
				DB_NAME: "zm",
				DB_USER: "zmuser",
				DB_PASS: "",
				DIR_EVENTS: join(folder, "events"),
				DIR_EXPORTS: join(folder, "temporary"),
				PATH_MAP: join(folder, "map"),
				PATH_SOCKS: join(folder, "map"),
				PATH_LOGS: join(folder, "logs"),
				PATH_SWAP: join(folder, "temporary"),
			})
				.map(([name, value]) => `ZM_${name}=${value}\n`)
				.join(""),
		);
	}

	/**
	 * Watches an address of 320x240 pixels for motion, and records it, until `enough` says so. Rejects if it ends by itself, or with the
	 * signal's reason.
	 */
	async record(url: string, enough: (recording: Recording) => boolean, signal?: AbortSignal): Promise<Recording> {
		const id = ++this.#monitors;
		const settings = {
			...{ Id: id, Name: `camera ${id}`, Type: "Ffmpeg", Function: "Modect", Path: url, Method: "rtpUni" },
			...{ Width: 320, Height: 240, Colours: 3, SaveJPEGs: 1, MaxImageBufferCount: 100 },
		};
		const zone = {
			...{ MonitorId: id, Name: "All", Units: "Pixels", NumCoords: 4, Coords: "0,0 319,0 319,239 0,239" },
			...{ Area: 76_800, CheckMethod: "AlarmedPixels", MinPixelThreshold: 15, MinAlarmPixels: 10 },
		};
		await this.query(
			`INSERT INTO Monitors SET ${assignments(settings)}; INSERT INTO Zones SET ${assignments(zone)}`,
		);
		const capture = spawn(
			"unshare",
			[
				...["--mount", "sh", "-c", 'mount --bind "$1" "$2" && exec zmc -m "$3"', "sh"],
				...[this.#configuration, CONFIGURATION, String(id)],
			],
			{ stdio: "ignore" },
		);
		const ended = once(capture, "close");
		try {
			for (;;) {
				const recording = await this.recording(id);
				if (enough(recording)) return recording;
				if (capture.exitCode !== null)
					throw new Error(`it ended with ${capture.exitCode}: ${recording.complaints.join("; ")}`);
				await pause(200, undefined, signal && { signal });
			}
		} finally {
			capture.kill();
			await ended;
		}
	}

	/** Ends the database. */
	async close(): Promise<void> {
		const database = this.#database;
		if (!database || database.exitCode !== null) return;
		const ended = once(database, "close");
		database.kill();
		await ended;
	}

	private async recording(id: number): Promise<Recording> {
		const [events, ...complaints] = (
			await this.query(
				`SELECT COUNT(*) FROM Events WHERE MonitorId = ${id};
				SELECT Message FROM Logs WHERE Component = 'zmc_m${id}' AND Level <= -2`,
			)
		)
			.trimEnd()
			.split("\n");
		const names = await readdir(join(this.#folder, "events"), { recursive: true });
		return {
			events: Number(events),
			files: names
				.filter((name) => name.startsWith(`${id}/`) && name.endsWith("-capture.jpg"))
				.sort()
				.map((name) => join(this.#folder, "events", name)),
			complaints,
		};
	}

	private get clientArguments(): string[] {
		return ["--no-defaults", "--batch", "--skip-column-names", `--socket=${this.socket}`];
	}

	private query(text: string): Promise<string> {
		return this.execute("mariadb", [
			...this.clientArguments,
			...(text.startsWith("source") ? [] : ["zm"]),
			"-e",
			text,
		]);
	}

	private async execute(program: string, args: readonly string[]): Promise<string> {
		const { code, stdout, stderr } = await run(program, ...args);
		if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr}`);
		return stdout.toString();
	}
}

function assignments(values: Readonly<Record<string, string | number>>): string {
	return Object.entries(values)
		.map(([name, value]) => `${name} = ${typeof value === "number" ? value : `'${value}'`}`)
		.join(", ");
}
