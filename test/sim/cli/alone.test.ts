import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "chai";
import { output, root } from "#scripts/support/root.mjs";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** What each process runs: a step that notes its beginning and its end, and writes its output in between. */
const PROGRAM = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { unlessFresh } from "./scripts/build/fresh.mjs";
const [name, log, out, place, count, dies] = process.argv.slice(1);
// They begin together, however long each takes to start.
appendFileSync(log + ".ready", "+");
while (readFileSync(log + ".ready").length < Number(count)) await setTimeout(5);
await unlessFresh({ name, inputs: [], outputs: [place] }, async () => {
	appendFileSync(log, "begin\\n");
	// A step may contain another.
	await unlessFresh({ name: name + "-inner", inputs: [], outputs: [place] }, async () => {});
	if (dies) process.kill(process.pid, "SIGKILL");
	await setTimeout(300);
	writeFileSync(out, "made");
	appendFileSync(log, "end\\n");
});
`;

describe("commands that build in one checkout at the same time", () => {
	const { path } = temporaryFolder();

	/** Runs the step in several processes, and resolves to what they noted. */
	async function run(count: number, { dies = false } = {}) {
		const name = `test-${randomUUID()}`,
			log = join(path, `${name}.log`),
			made = join(path, name);
		const start = (...rest: string[]) =>
			spawn(
				process.execPath,
				[
					"--input-type=module",
					"--eval",
					PROGRAM,
					name,
					log,
					made,
					relative(output, made),
					String(count),
					...rest,
				],
				{ cwd: root, stdio: "inherit" },
			);
		try {
			if (dies) await once(start("dies"), "close");
			const codes = await Promise.all(
				Array.from({ length: count }, async () => {
					const [code] = (await once(start(), "close")) as [number | null];
					return code;
				}),
			);
			return { codes, log: readFileSync(log, "utf8"), isMade: existsSync(made) };
		} finally {
			for (const each of [name, `${name}-inner`]) rmSync(join(output, "fresh", each), { force: true });
		}
	}

	it("run a step once, and the others wait for it", async function () {
		this.timeout(60_000);
		expect(await run(4)).to.deep.equal({ codes: [0, 0, 0, 0], log: "begin\nend\n", isMade: true });
	});

	it("do not wait for one that was killed", async function () {
		this.timeout(60_000);
		expect(await run(1, { dies: true })).to.deep.equal({ codes: [0], log: "begin\nbegin\nend\n", isMade: true });
	});
});
