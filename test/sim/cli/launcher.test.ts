import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { drawJpeg } from "../../support/draw-jpeg.ts";
import { launch, outcome, writeStub } from "../../support/launcher.ts";
import { root } from "../../support/root.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the launcher", () => {
	const { path } = temporaryFolder();
	const listing = writeStub(join(path, "listing.cjs"), "console.log(JSON.stringify(process.argv.slice(2)));");
	const failing = writeStub(join(path, "failing.cjs"), "process.exitCode = 7;");
	const crashing = writeStub(
		join(path, "crashing.cjs"),
		"process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000);",
	);
	const waiting = writeStub(
		join(path, "waiting.cjs"),
		`
		const timer = setInterval(() => {}, 1000);
		for (const signal of ["SIGINT", "SIGTERM"])
			process.on(signal, () => { console.log(signal); clearInterval(timer); });
		console.log("waiting");
	`,
	);

	const announcing = writeStub(
		join(path, "announcing.cjs"),
		`console.log("waiting"); setTimeout(() => console.log("still there"), 2_000);`,
	);

	async function hostArguments(...args: string[]): Promise<string[]> {
		const { code, stdout, stderr } = await outcome(launch(listing, ...args));
		expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
		// What is compiled first is said before it.
		return JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as string[];
	}

	function option(args: string[], name: string): string | undefined {
		return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
	}

	it("keeps settings in a file of each port, and none for a port that nobody finds again", async () => {
		const settings = async (...args: string[]): Promise<string | undefined> => {
			const file = option(await hostArguments(...args), "--settings");
			return file === undefined ? undefined : relative(root, file);
		};
		expect(await settings()).to.equal("build/settings.json");
		expect(await settings("--port", "8081")).to.equal("build/settings-8081.json");
		expect(await settings("port=8081")).to.equal("build/settings-8081.json");
		expect(await settings("--port", "0")).to.equal(undefined);
		expect(await settings("--port", "0", "--settings", join(root, "build/mine.json"))).to.equal("build/mine.json");
		expect(await settings("examples/robot", "--port", "8081")).to.match(
			/^build\/settings-8081-robot-[0-9a-f]{8}\.json$/,
		);
	});

	it("takes ports as settings, as a board does, and options before them", async () => {
		const ports = async (...args: string[]): Promise<unknown> => {
			const { port, streamPort, rtspPort } = JSON.parse(option(await hostArguments(...args), "--config")!);
			return { port, streamPort, rtspPort };
		};
		const settings = ["port=8081", "streamPort=8082", "rtspPort=8083"];
		expect(await ports(...settings)).to.deep.equal({ port: 8081, streamPort: 8082, rtspPort: 8083 });
		expect(await ports(...settings, "--port", "9081", "--stream-port", "9082", "--rtsp-port", "0")).to.deep.equal({
			port: 9081,
			streamPort: 9082,
			rtspPort: 0,
		});
	});

	it("gives a program the folder files beside its manifest, unless another is named", async () => {
		const files = async (...args: string[]): Promise<string | undefined> =>
			(JSON.parse(option(await hostArguments(...args), "--config")!) as { files?: string }).files;
		expect(await files()).to.equal(undefined);
		expect(await files("examples/jpeg-folder")).to.equal(join(root, "examples/jpeg-folder/files"));
		expect(await files("examples/jpeg-folder", "--files", join(root, "docs"))).to.equal(join(root, "docs"));
	});

	it("passes the board's heap and the defaults to the host", async () => {
		const { creation, preload } = JSON.parse(readFileSync(join(root, "hosts/manifest.json"), "utf8"));
		const { preload: library } = JSON.parse(readFileSync(join(root, "src/manifest.json"), "utf8"));
		const { preload: shared } = JSON.parse(readFileSync(join(root, "hosts/common/manifest.json"), "utf8"));
		const { preload: resolver } = JSON.parse(readFileSync(join(root, "src/extras/client/resolve.json"), "utf8"));
		const { preload: own } = JSON.parse(readFileSync(join(root, "hosts/sim/desktop/manifest.json"), "utf8"));
		expect(await hostArguments()).to.deep.equal([
			"--lines",
			root.replace(/\/$/, ""),
			"--modules",
			"build/modules.map",
			"--config",
			JSON.stringify({ address: "127.0.0.1", fixed: [], config: {} }),
			"--data",
			"build/page",
			"--settings",
			join(root, "build/settings.json"),
			"--preload",
			[...library, ...resolver, ...shared, ...own, ...preload].join(","),
			"--profile",
			"board",
			"--send-window",
			"5744",
			"--psram",
			"8388608",
			"--chunk",
			String(creation.chunk.initial),
			"--slots",
			String(creation.heap.initial),
			"--stack",
			String(creation.stack),
			"--model",
			"OV2640",
			"--sensor",
			process.execPath,
			join(root, "build/hosts/sim/sensor/main.js"),
			"--model",
			"OV2640",
			"--fps",
			"25",
		]);
	});

	it("creates separate modules and settings for each program, by its folder, however the path is written", async () => {
		const [plain, dotted] = await Promise.all(
			["examples/robot", "./examples/../examples/robot/"].map((folder) => hostArguments(folder)),
		);
		expect(option(plain, "--modules")).to.match(/^build\/modules-robot-[0-9a-f]{8}\.map$/);
		expect(option(plain, "--settings")).to.equal(
			join(root, option(plain, "--modules")!.replace("modules", "settings").replace(".map", ".json")),
		);
		expect(dotted).to.deep.equal(plain);
	});

	it("compiles a program in any folder of the project", async () => {
		const folder = mkdtempSync(join(root, "program-of-a-test-")),
			app = relative(root, folder);
		after(() => rmSync(folder, { recursive: true }));
		writeFileSync(
			join(folder, "manifest.json"),
			JSON.stringify({ include: "../hosts/manifest.json", modules: { main: "./main" } }),
		);
		writeFileSync(join(folder, "main.ts"), `const text: string = "typed";\ntrace(text);\nexport {};\n`);
		const modules = option(await hostArguments(app), "--modules")!;
		const main = /^main\t(.*)$/m.exec(readFileSync(join(root, modules), "utf8"))![1];
		expect(readFileSync(join(root, main), "utf8")).to.contain('const text = "typed"');
		for (const [name, text, complaint] of [
			[
				"manifest.json",
				`{"include":"../missing.json","modules":{"main":"./main"}}`,
				/includes \.\.\/missing\.json, and there is no /,
			],
			["manifest.json", "{", /manifest\.json is not valid JSON/],
			["manifest.json", "null", /manifest\.json is not an object with "include" and "modules"/],
			["manifest.json", "[]", /manifest\.json is not an object with "include" and "modules"/],
			["manifest.json", '{"modules":["./main"]}', /manifest\.json: "modules" is not an object, as /],
			[
				"manifest.json",
				'{"modules":{"main":["./main"]}}',
				/manifest\.json: "main" is \["\.\/main"\], and there is no /,
			],
			["manifest.json", "{}", /manifest\.json does not name the program's module: add "modules": /],
		] as const) {
			writeFileSync(join(folder, name), text);
			const { code, stderr } = await outcome(launch(listing, app));
			expect(stderr).to.match(complaint);
			expect(code).to.equal(1);
		}
	});

	it("passes the options on", async () => {
		const args = await hostArguments(
			"--port",
			"0",
			"--stream-port",
			"81",
			"--host",
			"0.0.0.0",
			"--frame-size",
			"vga",
			"--quality",
			"30",
			"--fps",
			"12.5",
			"--profile",
			"host",
		);
		const { limits, ...config } = JSON.parse(option(args, "--config")!) as { limits: { connections: number } };
		expect(limits.connections).to.equal(1024);
		expect(config).to.deep.equal({
			address: "0.0.0.0",
			port: 0,
			streamPort: 81,
			frameSize: "VGA",
			quality: 30,
			fixed: ["frameSize", "quality"],
			config: {},
		});
		expect(option(args, "--fps")).to.equal("12.5");
		expect(option(args, "--profile")).to.equal("host");
		expect(args).not.to.include("--send-window");
		expect(option(await hostArguments("--send-window", "1436"), "--send-window")).to.equal("1436");
	});

	it("passes only the passwords' hashes to the program, and its other names", async () => {
		const config = option(
			await hostArguments(
				"--admin-password",
				"admin's own",
				"--viewer-password",
				"viewer's own",
				"--allowed-hosts",
				"camera.example",
			),
			"--config",
		)!;
		expect(config).not.to.include("'s own");
		const { adminPassword, viewerPassword, allowedHosts } = (
			JSON.parse(config) as { config: Record<string, string> }
		).config;
		for (const hash of [adminPassword, viewerPassword])
			expect(hash).to.match(
				/^pbkdf2-sha256\.1000\.[0-9a-f]{32}\.[0-9a-f]{64}\.yieldcam-[0-9a-f]{16}\.[0-9a-f]{64}$/,
			);
		expect(allowedHosts).to.equal("camera.example");
	});

	it("passes a folder to the program as its storage, by its absolute path", async () => {
		expect(
			JSON.parse(option(await hostArguments("--files", relative(process.cwd(), path)), "--config")!),
		).to.include({ files: path });
	});

	it("passes the sensor to the host and to the picture's process", async () => {
		const args = await hostArguments("--sensor", "ov3660", "--frame-size", "QXGA");
		expect(args.filter((_, i) => args[i - 1] === "--model")).to.deep.equal(["OV3660", "OV3660"]);
		expect(JSON.parse(option(args, "--config")!)).to.include({ frameSize: "QXGA" });
	});

	it("makes the frame buffers as large as a folder's largest file", async () => {
		const folder = join(path, "frames");
		mkdirSync(folder);
		const [small, large] = [drawJpeg(16, 16), drawJpeg(400, 300)];
		writeFileSync(join(folder, "1.jpg"), small);
		writeFileSync(join(folder, "2.jpg"), large);
		const args = await hostArguments("--frames", folder);
		expect(option(args, "--jpeg-buffer")).to.equal(String(large.length));
		expect(option(args, "--frames")).to.equal(folder);

		const { code, stderr } = await outcome(launch(listing, "--frames", folder, "--quality", "20"));
		expect(code).to.equal(0);
		expect(stderr).to.match(/^yieldcam: --quality without effect: .*\n$/);
	});

	it("says that npm has kept an option that came before the two dashes", async () => {
		for (const [name, option] of [
			["npm_config_port", "--port"],
			["npm_config_admin_password", "--admin-password"],
		]) {
			const child = spawn(process.execPath, [join(root, "scripts/start.mjs"), "8081"], {
				env: { ...process.env, npm_lifecycle_event: "start", [name]: "8081", YIELDCAM_HOST: listing },
			});
			const { code, stderr } = await outcome(child);
			expect(code).to.equal(1);
			expect(stderr).to.match(
				new RegExp(
					`^yieldcam: npm has taken ${option} for itself: the options follow two dashes, npm start -- ${option} …\n$`,
				),
			);
		}
	});

	it("shows its options", async () => {
		const { code, stdout, stderr } = await outcome(launch(failing, "--help"));
		expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
		for (const name of [
			"port",
			"stream-port",
			"host",
			"allowed-hosts",
			"admin-password",
			"viewer-password",
			"frame-size",
			"fps",
			"frames",
			"files",
			"profile",
			"quality",
			"send-window",
			"sensor",
		])
			expect(stdout).to.include(`--${name} `);
	});

	it("ends with the host's exit code, and prints nothing itself", async () => {
		expect(await outcome(launch(failing))).to.deep.equal({ code: 7, stdout: "", stderr: "" });
	});

	for (const signal of ["SIGINT", "SIGTERM"] as const)
		it(`passes ${signal} on, once, and ends cleanly`, async () => {
			const launcher = launch(waiting);
			const ended = outcome(launcher);
			await once(launcher.stdout, "data");
			launcher.kill(signal);
			launcher.kill(signal);
			expect(await ended).to.deep.equal({ code: 0, stdout: `waiting\n${signal}\n`, stderr: "" });
		});

	for (const [how, command] of [
		["", `spawn(process.execPath, ["scripts/start.mjs"], { stdio: "inherit" })`],
		[
			", although npm's shell lives on",
			`spawn("sh", ["-c", JSON.stringify(process.execPath) + " scripts/start.mjs; true"], { stdio: "inherit" })`,
		],
	])
		it(`ends when npm has been killed, which does not pass the signal on${how}`, async () => {
			const parent = spawn(process.execPath, ["--eval", `require("node:child_process").${command};`], {
				cwd: root,
				env: { ...process.env, YIELDCAM_HOST: waiting, npm_lifecycle_event: "start" },
			});
			let printed = "";
			parent.stdout.setEncoding("utf8").on("data", (data: string) => {
				printed += data;
				if (printed.endsWith("waiting\n")) parent.kill("SIGKILL");
			});
			// The launcher and its host have the pipe, too, which ends with them.
			await once(parent.stdout, "close");
			expect(printed).to.match(/waiting\nSIGTERM\n$/);
		});

	it("runs on when the shell that started npm has ended", async () => {
		// The inner process has npm's place, and the outer one that of a terminal.
		const npm = `require("node:child_process").spawn(process.execPath, ["scripts/start.mjs"], { stdio: "inherit" })`,
			terminal = `require("node:child_process").spawn(process.execPath, ["--eval", ${JSON.stringify(npm)}], { stdio: "inherit" });
				setTimeout(() => {}, 60_000)`;
		const parent = spawn(process.execPath, ["--eval", terminal], {
			cwd: root,
			env: { ...process.env, YIELDCAM_HOST: announcing, npm_lifecycle_event: "start" },
		});
		const printed = text(parent.stdout);
		await once(parent.stdout, "data");
		parent.kill("SIGKILL");
		expect(await printed).to.equal("waiting\nstill there\n");
	});

	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)
		it(`ends with npm, which gets ${signal} alone from a shell's script`, async () => {
			const script = spawn("sh", ["-c", "npm start & echo $!; wait"], {
				cwd: root,
				env: { ...process.env, YIELDCAM_HOST: waiting },
			});
			let printed = "";
			script.stdout.setEncoding("utf8").on("data", (data: string) => {
				printed += data;
				if (data.endsWith("waiting\n")) process.kill(Number(/^\d+$/m.exec(printed)![0]), signal);
			});
			await once(script.stdout, "close");
			expect(printed).to.match(/waiting\nSIG(INT|TERM)\n$/);
		}).timeout(60_000);

	it("ends a host that does not stop", async () => {
		const launcher = launch(
			writeStub(
				join(path, "stubborn.cjs"),
				`process.on("SIGTERM", () => {}); console.log("waiting"); setInterval(() => {}, 1000);`,
			),
		);
		const ended = outcome(launcher);
		await once(launcher.stdout, "data");
		launcher.kill("SIGTERM");
		const { code, stderr } = await ended;
		expect(code).to.equal(1);
		expect(stderr).to.match(/^yieldcam: the firmware did not yield[^\n]+\n$/);
	});

	describe("prints in one line what is wrong, and ends with 1:", () => {
		function complains(what: string, args: () => string[], pattern: RegExp, host = failing): void {
			it(what, async () => {
				const { code, stdout, stderr } = await outcome(launch(host, ...args()));
				expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
				expect(stderr)
					.to.match(/^yieldcam: [^\n]+\n$/)
					.and.match(pattern);
			});
		}

		function folderWith(name: string, bytes: Uint8Array): string {
			const folder = join(path, `with-${name}`);
			mkdirSync(folder);
			writeFileSync(join(folder, name), bytes);
			return folder;
		}

		complains("an unknown option", () => ["--prot", "80"], /there is no option --prot: did you mean --port\? /);
		complains(
			"a port as a setting that is none",
			() => ["port=abc"],
			/port is a whole number from 1 to 65535, not "abc"/,
		);
		complains("any port as a setting", () => ["rtspPort=0"], /rtspPort is a whole number from 1 to 65535, not "0"/);
		complains("an endless time", () => ["rtspTimeout=never"], /rtspTimeout is seconds, .*, not "never"/);
		complains("an option without its value", () => ["--port"], /--port needs a value/);
		complains("an option where a value should be", () => ["--host", "--port", "80"], /--host needs a value/);
		complains("a value where none belongs", () => ["--help=yes"], /--help takes no value/);
		complains(
			"an unknown board, and the one that was meant",
			() => ["--board", "xio"],
			/there is no board "xio": did you mean xiao_esp32s3_sense\?/,
		);
		complains(
			"a board by its vendor's name",
			() => ["--board", "T-Camera S3"],
			/there is no board "T-Camera S3": did you mean lilygo_t_camera_s3\?/,
		);
		for (const args of [
			["--board", "m5stack_cores3"],
			["--sensor", "GC0308"],
		])
			complains(
				`a sensor without JPEG: ${args.join(" ")}`,
				() => args,
				/the sensor GC0308 gives no JPEG, which streams need: --sensor OV2640 simulates another \(/,
			);
		complains(
			"a misspelled setting, and the one that was meant",
			() => ["digst=off"],
			/the firmware has no setting digst: did you mean digest\? \(/,
		);
		complains(
			"a setting in other letters",
			() => ["frameancestors=http://a"],
			/the firmware has no setting frameancestors: did you mean frameAncestors\? \(/,
		);
		complains("a name at port 0", () => ["--allowed-hosts", "cam.example.org:0"], /ports are 1 to 65535/);
		complains("all names of a top-level domain", () => ["--allowed-hosts", ".com"], /would allow every name/);
		complains(
			"a board whose name has swapped letters",
			() => ["--board", "esp32s3_yee"],
			/did you mean esp32s3_eye\?/,
		);
		complains(
			"the beginning of several boards' names",
			() => ["--board", "m5stack"],
			/did you mean m5atom_s3r_cam or m5atom_s3r_m12 or m5stack_cores3 or m5stack_unitcams3\?/,
		);
		complains(
			"a board that resembles no other",
			() => ["--board", "raspberry"],
			/there is no board "raspberry": [^:]* --list lists them/,
		);
		for (const [folder, meant] of [
			["exmaples/robot", "robot"],
			["examples/robto/", "robot"],
			["jpg-folder", "jpeg-folder"],
		])
			complains(
				`a program that is not there, and the one that was meant: ${folder}`,
				() => [folder],
				new RegExp(`has no manifest.json: did you mean examples/${meant}\\?`),
			);
		complains("a word that is not an option", () => ["examples/bmp"], /"examples\/bmp"/);
		complains("a port beyond the last", () => ["--port", "65536"], /--port is a whole number from 0 to 65535/);
		complains("a port that is not a number", () => ["--port", "http"], /not "http"/);
		complains(
			"a second port beyond the last",
			() => ["--stream-port", "65536"],
			/--stream-port is a whole number from 0 to 65535/,
		);
		complains(
			"an unknown option, and the one that was meant",
			() => ["--prt", "80"],
			/there is no option --prt: did you mean --port\?/,
		);
		complains(
			"a password that is too short",
			() => ["--admin-password", "seven.."],
			/--admin-password is 8 to 128 bytes long/,
		);
		complains(
			"a viewer's password alone",
			() => ["--viewer-password", "a good one"],
			/--viewer-password without --admin-password/,
		);
		complains(
			"a name behind a proxy that is a URL",
			() => ["--allowed-hosts", "https://camera.example.org/"],
			/--allowed-hosts is DNS names separated by commas/,
		);
		complains("a second port that equals the first", () => ["--stream-port", "8080"], /--stream-port is --port's/);
		complains("a host name", () => ["--host", "camera.local"], /--host is an IPv4 address/);
		complains(
			"an unknown frame size",
			() => ["--frame-size", "8K"],
			/--frame-size is one of 96X96, .*UXGA, not "8K"/,
		);
		complains("a frame size beyond the sensor's", () => ["--frame-size", "FHD"], /--frame-size is one of/);
		complains(
			"a frame size beyond another sensor's",
			() => ["--sensor", "OV3660", "--frame-size", "QHD"],
			/the OV3660's --frame-size is one of 96X96, .*QXGA, not "QHD"/,
		);
		complains(
			"a sensor that is not simulated",
			() => ["--sensor", "OV9281"],
			/--sensor is one of OV2640, OV3660, OV5640, GC0308, not "OV9281"/,
		);
		complains("no frames per second", () => ["--fps", "0"], /--fps is a number above 0/);
		complains("too many frames per second", () => ["--fps", "1000.5"], /up to 1000/);
		complains("a quality off the scale", () => ["--quality", "64"], /from 0 to 63/);
		complains("an unknown profile", () => ["--profile", "pi"], /board or host/);
		complains("a send window smaller than a segment", () => ["--send-window", "100"], /from 536/);
		complains("a folder that does not exist", () => ["--frames", join(path, "none")], /none does not exist/);
		complains(
			"a storage that does not exist",
			() => ["--files", join(path, "none")],
			/--files: .*none does not exist/,
		);
		complains("a file as storage", () => ["--files", failing], /--files: .*failing\.cjs is not a folder/);
		complains("a file as a folder", () => ["--frames", failing], /failing\.cjs is not a folder/);
		complains(
			"a folder without a JPEG",
			() => ["--frames", folderWith("notes.txt", Buffer.from("-"))],
			/holds no \.jpg/,
		);
		complains(
			"a file that is not a JPEG",
			() => ["--frames", folderWith("a.jpg", Buffer.from("GIF89a"))],
			/holds no picture that can be shown: a\.jpg: it does not begin with FF D8/,
		);
		complains(
			"a JPEG cut short",
			() => ["--frames", folderWith("b.jpg", drawJpeg(16, 16).subarray(0, -2))],
			/holds no picture that can be shown: b\.jpg: it is cut short/,
		);
		complains("a folder without a name", () => ["--frames", ""], /--frames needs a path, not ""/);
		complains("a storage without a name", () => ["--files", ""], /--files needs a path, not ""/);
		complains(
			"settings in a folder that does not exist",
			() => ["--settings", join(path, "none/settings.json")],
			/--settings: the folder .*none does not exist/,
		);
		complains("settings in a folder's place", () => ["--settings", path], /--settings: .* is not a file/);
		complains("a setting with a wrong value", () => ["digest=offf"], /digest is off or always, not "offf"/);
		complains("a setting with another wrong value", () => ["sharing=yes"], /sharing is always, not "yes"/);
		complains(
			"a setting that the firmware does not have",
			() => ["color=red"],
			/the firmware has no setting color, only digest, sharing, frameAncestors,/,
		);
		complains("a setting in other letters", () => ["Digest=off"], /the firmware has no setting Digest/);
		complains(
			"a misspelled setting of a program",
			() => ["examples/relay", "tokn=x"],
			/the program has no setting tokn: did you mean token\?/,
		);
		complains(
			"a setting in other letters of a program",
			() => ["examples/jpeg-streamer", "TOKEN=x"],
			/the program has no setting TOKEN: did you mean token\?/,
		);
		complains(
			"a misspelled setting of the firmware's in a program",
			() => ["examples/video-feed", "digset=off"],
			/the program has no setting digset: did you mean digest\?/,
		);
		complains(
			"a setting whose name is passed to a function",
			() => ["examples/pan-tilt", "pna=4"],
			/the program has no setting pna: did you mean pan\?/,
		);
		complains(
			"a setting that a program does not have",
			() => ["examples/robot", "speed=4"],
			/the program has no setting speed: its sources do not mention it/,
		);
		complains(
			"a wrong value of the firmware's in a program",
			() => ["examples/video-feed", "digest=on"],
			/digest is off or always, not "on"/,
		);
		complains(
			"a host that does not exist",
			() => [],
			/cannot run the simulator.s host .*no-host /,
			join(path, "no-host"),
		);
		complains("a host that crashed", () => [], /was killed by SIGKILL/, crashing);
	});
});
