import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { bytesOf, textOf } from "../../../hosts/sim/sensor/path-text.ts";
import { drawJpeg } from "../../support/draw-jpeg.ts";
import { type Outcome, outcome, writeStub } from "../../support/launcher.ts";
import { root } from "../../support/root.ts";
import { SensorProcess } from "../../support/sensor-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("a path as text", () => {
	it("keeps UTF-8, and has a character for each other byte", () => {
		for (const [bytes, text] of [
			[Buffer.from("/küche/🎥.jpg"), "/küche/🎥.jpg"],
			[Buffer.from([0x2f, 0x63, 0xe9, 0x61]), "/c\uf7e9a"],
			[Buffer.from([0xe2, 0x82, 0x41, 0xff, 0xc0, 0x80]), "\uf7e2\uf782A\uf7ff\uf7c0\uf780"],
			// A character that would stand for a byte.
			[Buffer.from("\uf7e9"), "\uf7ef\uf79f\uf7a9"],
			[Buffer.from("\ufffd"), "\ufffd"],
		] as const) {
			expect(textOf(bytes)).to.equal(text);
			expect(bytesOf(text).equals(bytes)).to.equal(true);
		}
	});
});

describe("an option's path", () => {
	const { path } = temporaryFolder();
	const listing = writeStub(join(path, "listing.cjs"), "console.log(JSON.stringify(process.argv.slice(2)));");
	/** "caf\xE9", as a shell and this test write it. */
	const quoted = `${path}/"$(printf 'caf\\351')"`,
		latin1 = Buffer.concat([Buffer.from(`${path}/caf`), Buffer.of(0xe9)]),
		text = `${path}/caf\uf7e9`;

	before(() => {
		mkdirSync(latin1);
		writeFileSync(Buffer.concat([latin1, Buffer.from("/1.jpg")]), drawJpeg(64, 48, "red"));
		symlinkSync(latin1, join(path, "link"));
		mkdirSync(Buffer.concat([latin1, Buffer.from("/d"), Buffer.of(0xfc)]));
	});

	/** Runs a command in which a shell writes the arguments, since Node passes only UTF-8. */
	async function run(args: string, folder = path, variables = ""): Promise<Outcome> {
		const script = `cd ${folder} && ${variables} exec "$NODE" "$START" ${args}`;
		return outcome(
			spawn("/bin/sh", ["-c", script], {
				env: {
					...process.env,
					YIELDCAM_HOST: listing,
					NODE: process.execPath,
					START: join(root, "scripts/start.mjs"),
				},
			}),
		);
	}

	async function argument(name: string, args: string, folder?: string, variables?: string): Promise<string> {
		const { code, stdout, stderr } = await run(args, folder, variables);
		expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
		const list = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as string[];
		return list[list.indexOf(name) + 1];
	}

	it("may have bytes that are not UTF-8: absolute, relative, or from where npm was started", async () => {
		expect(await argument("--frames", `--frames ${quoted}`)).to.equal(text);
		expect(await argument("--frames", `--frames "$(printf 'caf\\351')/"`)).to.equal(text);
		expect(await argument("--frames", `--frames ./link/../"$(printf 'caf\\351')"`)).to.equal(text);
		expect(await argument("--frames", "--frames .", path, `npm_lifecycle_event=start INIT_CWD=${quoted}`)).to.equal(
			text,
		);
		expect(await argument("--frames", "--frames link")).to.equal(`${path}/link`);
	});

	it("may have them in every option that takes a path", async () => {
		const config = JSON.parse(await argument("--config", `--files ${quoted}/"$(printf 'd\\374')"`)) as object;
		expect(config).to.include({ files: `${text}/d\uf7fc` });
		expect(await argument("--settings", `--settings ${quoted}/new.json`)).to.equal(`${text}/new.json`);
		expect(
			await argument("--settings", "--settings s.json", path, `npm_lifecycle_event=start INIT_CWD=${quoted}`),
		).to.equal(`${text}/s.json`);
	});

	it("is read by the sensor's process", async () => {
		const sensor = new SensorProcess("--frames", text, "--fps", "50");
		sensor.command("stream 1");
		expect((await sensor.next(2)).map(({ width }) => width)).to.deep.equal([64, 64]);
		await sensor.close();
	});

	it("is shown with its bytes in messages", async () => {
		const { code, stderr } = await run(`--frames ${quoted}/"$(printf 'd\\374')"`);
		expect(code).to.equal(1);
		expect(stderr).to.equal(`yieldcam: --frames: ${path}/caf\\xE9/d\\xFC holds no .jpg or .jpeg file\n`);
		const missing = await run(`--frames ${quoted}/missing`);
		expect(missing.stderr).to.equal(`yieldcam: --frames: ${path}/caf\\xE9/missing does not exist\n`);
	});

	it("must not look like another to Node, unless it is UTF-8", async () => {
		const folder = join(path, "two");
		for (const byte of [0xe8, 0xe9])
			mkdirSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.of(byte)]), { recursive: true });
		const { code, stderr } = await run(`--files "$(printf 'x\\350')"`, folder);
		expect(code).to.equal(1);
		expect(stderr).to.equal(
			`yieldcam: --files: ${folder}/ has several names that Node cannot tell apart: x\\xE8, x\\xE9\n`,
		);
		mkdirSync(join(folder, "x\ufffd"));
		copyFileSync(Buffer.concat([latin1, Buffer.from("/1.jpg")]), join(folder, "x\ufffd/1.jpg"));
		expect(await argument("--frames", `--frames "x\ufffd"`, folder)).to.equal(`${folder}/x\ufffd`);
	});
});
