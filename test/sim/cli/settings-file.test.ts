import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { settingsFile } from "../../../hosts/sim/cli/settings-file.ts";
import { bytesOf } from "../../../hosts/sim/sensor/path-text.ts";
import { Simulator } from "../../support/simulator.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the file of the settings", () => {
	const { path } = temporaryFolder();
	const file = (name: string, text?: string): string => {
		if (text !== undefined) writeFileSync(join(path, name), text);
		return join(path, name);
	};
	const chosen = (settings: string): Promise<string | undefined> =>
		settingsFile(path, { app: ".", port: undefined, settings });
	const refusal = (settings: string): Promise<string> =>
		chosen(settings).then(
			() => "",
			({ message }: Error) => message,
		);

	it("may be missing, empty or valid", async () => {
		for (const name of [
			file("missing.json"),
			file("empty.json", ""),
			file("valid.json", `{"version":1,"camera":{}}`),
		])
			expect(await chosen(name)).to.equal(name);
	});

	it("may be a link, which is followed, also to a file that does not exist yet", async () => {
		mkdirSync(join(path, "links"));
		symlinkSync("../new.json", join(path, "links/one.json"));
		symlinkSync("links/one.json", join(path, "two.json"));
		for (const link of ["links/one.json", "two.json"])
			expect(await chosen(join(path, link))).to.equal(join(path, "new.json"));
	});

	it("is refused at the start if it cannot be used, with the reason", async () => {
		expect(await refusal(path)).to.equal(`--settings: ${path} is not a file`);
		execFileSync("mkfifo", [join(path, "pipe")]);
		expect(await refusal(join(path, "pipe"))).to.match(/pipe is not a file$/);
		expect(await refusal(file("cut.json", '{"version":1,"cam'))).to.match(
			/cut\.json is not valid JSON: correct it, or delete it$/,
		);
		expect(await refusal(file("long.json", `"${"x".repeat(4_000)}"`))).to.match(
			/long\.json has 4002 bytes, and settings have 4000 at most$/,
		);
		expect(await refusal(join(path, "none/settings.json"))).to.match(/the folder .*none does not exist$/);
		expect(await refusal(join(path, "valid.json/settings.json"))).to.match(/is not a folder$/);
		symlinkSync("loop.json", join(path, "loop.json"));
		expect(await refusal(join(path, "loop.json"))).to.match(/loop\.json is a link that leads to itself$/);
		symlinkSync("none/settings.json", join(path, "dangling.json"));
		expect(await refusal(join(path, "dangling.json"))).to.match(/the folder .*none does not exist$/);
	});

	it("may have a name of any bytes", async () => {
		const folder = Buffer.concat([Buffer.from(`${path}/caf`), Buffer.of(0xe9)]);
		mkdirSync(folder);
		const name = (await chosen(`${path}/caf\ufffd/settings.json`))!;
		expect(bytesOf(name).equals(Buffer.concat([folder, Buffer.from("/settings.json")]))).to.equal(true);
	});

	it("belongs to one simulator at a time, also after one that was killed", async () => {
		const settings = join(path, "shared.json");
		const first = await Simulator.start(["--settings", settings]);
		try {
			await fetch(`${first.url}/control?var=vflip&val=1`);
			while (!existsSync(settings)) await pause(20);
			expect(statSync(settings).mode & 0o777).to.equal(0o600);
			const second = await Simulator.spawn(["--settings", settings]);
			expect(await second.exit).to.equal(1);
			expect(second.errors).to.include(
				`another simulator (process ${first.process.pid}) uses the settings in ${settings}: choose another --port, or another file with --settings`,
			);
		} finally {
			first.process.kill("SIGKILL");
			await first.exit;
		}
		const third = await Simulator.start(["--settings", settings]);
		try {
			expect(await (await fetch(`${third.url}/status`)).json()).to.include({ vflip: 1 });
		} finally {
			await third.stop();
		}
	}).timeout(60_000);
});
