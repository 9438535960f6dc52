import { assert } from "chai";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBoards } from "#scripts/flash/boards.mjs";
import { partitions, partitionTable } from "#scripts/flash/partitions.mjs";
import { root } from "../support/root.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Result {
	readonly code: number | null;
	readonly output: string;
	readonly errors: string;
}

/** Runs `npm run flash -- ARGS` with the given environment variables. */
function flash(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Result {
	const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/flash.mjs", ...args], {
		cwd: root,
		encoding: "utf8",
		env: { ...process.env, MODDABLE: undefined, IDF_PATH: undefined, ...env },
	});
	return { code: status, output: stdout, errors: stderr };
}

describe("npm run flash", () => {
	const { path } = temporaryFolder();

	/** The files that the command checks in an SDK, with a mcconfig that prints its arguments and its environment. */
	function sdk({ xs = 17 } = {}): string {
		const folder = join(path, `moddable-${xs}`);
		const tools = join(folder, "build/bin/lin/release");
		mkdirSync(tools, { recursive: true });
		mkdirSync(join(folder, "xs/sources"), { recursive: true });
		writeFileSync(join(folder, "xs/sources/xsCommon.h"), `\t#define XS_MAJOR_VERSION ${xs}\n`);
		writeFileSync(
			join(tools, "mcconfig"),
			`#!/bin/sh\nprintf '<%s>' "$@"\ncommand -v tsc > /dev/null && echo " with tsc"\nexit 3\n`,
		);
		chmodSync(join(tools, "mcconfig"), 0o755);
		return folder;
	}

	/** The file that contains the version of esp-idf. */
	function idf(version = [6, 0]): string {
		const folder = join(path, `esp-idf-${version.join(".")}`);
		mkdirSync(join(folder, "tools/cmake"), { recursive: true });
		writeFileSync(
			join(folder, "tools/cmake/version.cmake"),
			`set(IDF_VERSION_MAJOR ${version[0]})\nset(IDF_VERSION_MINOR ${version[1]})\nset(IDF_VERSION_PATCH 2)\n`,
		);
		return folder;
	}

	it("lists every board, without an SDK", () => {
		const { code, output } = flash(["--list"]);
		assert.equal(code, 0);
		for (const [name, { title, sensor }] of readBoards()) {
			const line = output.split("\n").find((text) => text.startsWith(`${name} `));
			assert.include(line, title);
			assert.include(line, sensor);
		}
	});

	it("shows its help", () => {
		const { code, output } = flash(["--help"]);
		assert.equal(code, 0);
		for (const option of ["--board", "--ssid", "--password", "--list"]) assert.include(output, option);
	});

	for (const [what, args, expected] of [
		["no board", [], /--board is missing/],
		["an unknown board", ["--board", "esp32cam"], /there is no board "esp32cam"/],
		["a misspelt board", ["--board", "xaio"], /there is no board "xaio": did you mean xiao_esp32s3_sense\?/],
		["a misspelt program", ["--board", "esp32s3_eye", "exmaples/robot"], /did you mean examples\/robot\?/],
		[
			"a board by its vendor's name",
			["--board", "T-Camera S3"],
			/there is no board "T-Camera S3": did you mean lilygo_t_camera_s3\?/,
		],
		["a board by a part of it", ["--board", "CoreS3"], /did you mean m5stack_cores3\?/],
		["a board of which it is another name", ["--board", "Romeo ESP32-S3"], /did you mean dfrobot_firebeetle2_s3\?/],
		["an option without its value", ["--board"], /--board needs a value \(/],
		["an option where a value should be", ["--board", "--ssid", "home"], /--board needs a value \(/],
		["a value where none belongs", ["--list=all"], /--list takes no value \(/],
		["a board after --list", ["--list", "xiao"], /--list takes no value, and lists all boards: .* "xiao"/],
		["an unknown option", ["--bord", "x"], /there is no option --bord: did you mean --board\?/],
		["an option with swapped letters", ["--borad", "x"], /there is no option --borad: did you mean --board\?/],
		[
			"a password without a network",
			["--board", "esp32s3_eye", "--password", "12345678"],
			/--password without --ssid/,
		],
		[
			"a password too short for WPA",
			["--board", "esp32s3_eye", "--ssid", "home", "--password", "1234567"],
			/--password is 8 to 63/,
		],
		[
			"a network's name that is too long",
			["--board", "esp32s3_eye", "--ssid", "ä".repeat(17)],
			/--ssid is 1 to 32 bytes/,
		],
		["an invalid hostname", ["--board", "esp32s3_eye", "--hostname", "my camera"], /--hostname/],
		["an invalid port", ["--board", "esp32s3_eye", "--port", "70000"], /--port is a whole number/],
		[
			"an invalid program",
			["--board", "esp32s3_eye", "examples/nothing"],
			/"examples\/nothing" has no manifest\.json/,
		],
		["an invalid second port", ["--board", "esp32s3_eye", "--stream-port", "0"], /--stream-port is a whole number/],
		[
			"a second port that equals the first",
			["--board", "esp32s3_eye", "--stream-port", "80"],
			/--stream-port is --port's/,
		],
		[
			"an admin's password that is too short",
			["--board", "esp32s3_eye", "--admin-password", "seven.."],
			/--admin-password is 8 to 128 bytes/,
		],
		[
			"a viewer's password that is too short",
			["--board", "esp32s3_eye", "--admin-password", "a good one", "--viewer-password", "short"],
			/--viewer-password is 8 to 128 bytes/,
		],
		[
			"a viewer's password alone",
			["--board", "esp32s3_eye", "--viewer-password", "a good one"],
			/--viewer-password without --admin-password/,
		],
		[
			"an invalid name",
			["--board", "esp32s3_eye", "--allowed-hosts", "https://camera.example.org/"],
			/--allowed-hosts is DNS names/,
		],
		[
			"a name with a port that no server has",
			["--board", "esp32s3_eye", "--allowed-hosts", "cam.example.org:0"],
			/ports are 1 to 65535\), .*, not "cam\.example\.org:0"/,
		],
		[
			"all names of a top-level domain",
			["--board", "esp32s3_eye", "--allowed-hosts", "cam.lan,.com"],
			/"\.com" would allow every name in that top-level domain, .*: name the camera, such as camera\.com/,
		],
		["an invalid hostname as a setting", ["--board", "esp32s3_eye", "hostname=a.b"], /hostname is 1 to 25 letters/],
		[
			"a port that is none",
			["--board", "esp32s3_eye", "port=abc"],
			/port is a whole number from 1 to 65535, not "abc"/,
		],
		["RTSP's port beyond all", ["--board", "esp32s3_eye", "rtspPort=65536"], /rtspPort is a whole number/],
		["a time that is none", ["--board", "esp32s3_eye", "rtspTimeout=-4"], /rtspTimeout is seconds, more than 0/],
		["a server of the time at port 0", ["--board", "esp32s3_eye", "ntp=192.168.1.1:0"], /ntp is servers/],
		["a site at port 0", ["--board", "esp32s3_eye", "frameAncestors=http://a:0"], /frameAncestors is origins/],
		["host names as a setting", ["--board", "esp32s3_eye", "allowedHosts=my cam"], /--allowed-hosts is DNS names/],
		[
			"a site that may show the page",
			["--board", "esp32s3_eye", "frameAncestors=homeassistant.local"],
			/frameAncestors is origins .*, not "homeassistant\.local"/,
		],
		[
			"a misspelled setting of a program",
			["--board", "esp32s3_eye", "examples/relay", "tokn=x"],
			/the program has no setting tokn: did you mean token\?/,
		],
		[
			"a misspelled setting",
			["--board", "esp32s3_eye", "digst=off"],
			/the firmware has no setting digst: did you mean digest\?/,
		],
	] as const) {
		it(`reports ${what} in one line`, () => {
			const { code, errors } = flash(args);
			assert.equal(code, 1);
			assert.match(errors, expected);
			assert.match(errors, /^yieldcam: .*\n$/);
		});
	}

	for (const [what, env, expected] of [
		["no SDK", {}, /MODDABLE is not set: .*xs-dev setup/],
		["a folder that is not an SDK", { MODDABLE: root }, /there is no Moddable SDK: .*xs-dev setup/],
		["an SDK of another release", { xs: "16" }, /another engine than release 8\.2\.3 \(XS 17\): .*xs-dev update/],
		["an SDK without Espressif's tools", { xs: "17" }, /IDF_PATH is not set, .*takes esp-idf 6\.0/],
		["a folder that is not esp-idf", { xs: "17", IDF_PATH: root }, /there is no esp-idf; .*takes esp-idf 6\.0/],
		["another esp-idf", { xs: "17", idf: "5.5" }, /which is esp-idf 5\.5; .*takes esp-idf 6\.0/],
	] as const) {
		it(`suggests what to do with ${what}, in one line`, () => {
			const { xs, idf: version, ...variables }: Record<string, string> = env;
			const { code, errors } = flash(["--board", "esp32s3_eye", "--ssid", "home"], {
				...(xs && { MODDABLE: sdk({ xs: Number(xs) }) }),
				...(version && { IDF_PATH: idf(version.split(".").map(Number)) }),
				...variables,
			});
			assert.equal(code, 1);
			assert.match(errors, expected);
			assert.match(errors, /^yieldcam: .*\n$/);
		});
	}

	it("prints mcconfig's command without the password, and runs it with it", () => {
		const { code, output } = flash(
			["--board", "esp32s3_eye", "--ssid", "my home", "--password", "it's secret", "--hostname", "garden"],
			{ MODDABLE: sdk(), IDF_PATH: idf() },
		);
		const [shown, run] = output.split("\n");
		assert.equal(
			shown,
			`mcconfig -m -p esp32:./build/targets/esp32s3_eye -o ${join(root, "build/moddable")} 'ssid=my home' password=… hostname=garden`,
		);
		assert.equal(
			run,
			`<-m><-p><esp32:./build/targets/esp32s3_eye><-o><${join(root, "build/moddable")}><ssid=my home><password=it's secret><hostname=garden> with tsc`,
		);
		assert.equal(code, 3, "mcconfig's own exit code");
	});

	it("flashes a program in place of the firmware", () => {
		const { output } = flash(["--board", "esp32s3_eye", "--ssid", "home", "examples/video-feed"], {
			MODDABLE: sdk(),
			IDF_PATH: idf(),
		});
		assert.match(output, /<ssid=home><examples\/video-feed\/manifest\.json>/);
	});

	it("passes a program its settings, and shows no token", () => {
		const { output } = flash(
			[
				"--board",
				"esp32s3_eye",
				"--ssid",
				"home",
				"examples/video-feed",
				"token=secret",
				"url=http://192.0.2.1/?a=b",
			],
			{ MODDABLE: sdk(), IDF_PATH: idf() },
		);
		const [shown, run] = output.split("\n");
		assert.match(run, /<ssid=home><token=secret><url=http:\/\/192\.0\.2\.1\/\?a=b><examples\/video-feed/);
		assert.match(shown, / token=… /);
	});

	it("passes the ports to the firmware", () => {
		const { output } = flash(
			["--board", "esp32s3_eye", "--ssid", "home", "--port", "8080", "--stream-port", "81"],
			{ MODDABLE: sdk(), IDF_PATH: idf() },
		);
		assert.match(output, /<ssid=home><port=8080><streamPort=81>/);
	});

	it("passes the passwords' hashes to the firmware, and shows neither", () => {
		const { output } = flash(
			[
				"--board",
				"esp32s3_eye",
				"--ssid",
				"home",
				"--admin-password",
				"admin's own",
				"--viewer-password",
				"viewer's own",
			],
			{ MODDABLE: sdk(), IDF_PATH: idf() },
		);
		const hash = "pbkdf2-sha256\\.1000\\.[0-9a-f]{32}\\.[0-9a-f]{64}\\.(yieldcam-[0-9a-f]{16})\\.[0-9a-f]{64}";
		assert.match(output, new RegExp(`<adminPassword=${hash}><viewerPassword=${hash}>`));
		assert.notInclude(output, "'s own");
		assert.match(output, /^mcconfig .* adminPassword=… viewerPassword=…$/m);
	});

	it("passes the names behind a proxy to the firmware", () => {
		const { output } = flash(
			["--board", "esp32s3_eye", "--ssid", "home", "--allowed-hosts", "camera.example.org:8443,cam.example"],
			{ MODDABLE: sdk(), IDF_PATH: idf() },
		);
		assert.include(output, "<allowedHosts=camera.example.org:8443,cam.example>");
	});

	it("warns of a board whose sensor gives no JPEG", () => {
		const { errors } = flash(["--board", "m5stack_cores3"], { MODDABLE: sdk(), IDF_PATH: idf() });
		assert.match(errors, /m5stack_cores3 is sold with a sensor that gives no JPEG/);
	});

	it("marks in the list the boards whose sensor gives no JPEG, and no others", () => {
		const { output } = flash(["--list"]);
		for (const board of ["m5atom_s3r_cam", "m5stack_cores3"])
			assert.match(output, new RegExp(`^${board} .*gives no JPEG`, "m"));
		for (const board of ["esp32s3_eye", "lilygo_t_camera_s3", "waveshare_esp32s3_cam"])
			assert.match(output, new RegExp(`^${board} [^:]*$`, "m"));
	});

	it("warns of a board without a network", () => {
		const { errors } = flash(["--board", "esp32s3_eye"], { MODDABLE: sdk(), IDF_PATH: idf() });
		assert.match(errors, /^yieldcam: without --ssid .*\n$/);
	});

	for (const [board, wiring, clock, flashSize] of [
		["xiao_esp32s3_sense", "OCT", 80, 8],
		["m5atom_s3r_m12", "OCT", 40, 8],
		["lilygo_t_camera_plus_s3", "QUAD", 80, 16],
	] as const) {
		it(`composes a target with the PSRAM and the flash of ${board}`, () => {
			flash(["--board", board], { MODDABLE: sdk(), IDF_PATH: idf() });
			const folder = join(root, "build/targets", board);
			const settings = readFileSync(join(folder, "sdkconfig/sdkconfig.defaults"), "utf8");
			for (const line of [
				"CONFIG_SPIRAM=y",
				`CONFIG_SPIRAM_MODE_${wiring}=y`,
				`CONFIG_SPIRAM_SPEED_${clock}M=y`,
				`CONFIG_ESPTOOLPY_FLASHSIZE_${flashSize}MB=y`,
				"CONFIG_ESPTOOLPY_FLASHSIZE_4MB=n",
			])
				assert.include(settings.split("\n"), line);
			assert.equal(
				readFileSync(join(folder, "sdkconfig/partitions.csv"), "utf8"),
				partitionTable(partitions(flashSize)),
			);
			assert.isTrue(existsSync(join(folder, "sdkconfig/sdkconfig.defaults.release")));
		});
	}

	it("sets for every board what the code and the docs count on", () => {
		flash(["--board", "esp32s3_eye"], { MODDABLE: sdk(), IDF_PATH: idf() });
		const folder = join(root, "build/targets/esp32s3_eye/sdkconfig");
		const lines = ["sdkconfig.defaults", "sdkconfig.defaults.release"]
			.map((file) => readFileSync(join(folder, file), "utf8"))
			.join("\n")
			.split("\n")
			.filter((line) => line.startsWith("CONFIG_"));
		const settings = new Map(lines.map((line) => line.split("=") as [name: string, value: string]));
		assert.equal(settings.size, lines.length, "none is set twice");
		for (const [name, value] of Object.entries({
			LWIP_TCP_SND_BUF_DEFAULT: 11488, // docs/board-model.md
			LWIP_TCP_WND_DEFAULT: 5744, // the simulator's receive buffer
			LWIP_MAX_ACTIVE_TCP: 16, // src/http/limits.ts
			LWIP_TCP_FIN_WAIT_TIMEOUT: 2000, // hosts/sim/native/pcb.c
			LWIP_TCP_MAXRTX: 6,
			LWIP_TCP_RTO_TIME: 1000,
			LWIP_L2_TO_L3_COPY: "y",
			LWIP_TCP_OOSEQ_MAX_PBUFS: 4, // test/lwip/include/lwipopts.h
			LWIP_DHCP_GET_NTP_SRV: "y", // hosts/esp32s3/network/offered-time.c
			LWIP_SNTP_MAX_SERVERS: 3,
			SPIRAM_TRY_ALLOCATE_WIFI_LWIP: "y",
			SPIRAM_MALLOC_ALWAYSINTERNAL: 131072,
			BOOTLOADER_APP_ROLLBACK_ENABLE: "y", // docs/flashing.md
			ESP_TASK_WDT_TIMEOUT_S: 60,
			ESP_INT_WDT: "y",
			ESP_SYSTEM_EVENT_TASK_STACK_SIZE: 2304,
			LWIP_TCPIP_TASK_STACK_SIZE: 3072,
			ESP_IPC_TASK_STACK_SIZE: 1280,
			FATFS_API_ENCODING_UTF_8: "y",
			JD_USE_ROM: "n",
		}))
			assert.equal(settings.get(`CONFIG_${name}`), String(value), name);
	});

	it("gives a reason for each setting", () => {
		for (const name of ["common", "psram-octal", "psram-quad", "release"]) {
			const paragraphs = readFileSync(
				join(root, `hosts/esp32s3/target/sdkconfig/${name}.defaults`),
				"utf8",
			).split("\n");
			let reason = false;
			for (const line of paragraphs) {
				if (line.startsWith("#")) reason = true;
				else if (line === "") reason = false;
				else assert.isTrue(reason, `${name}: ${line}`);
			}
		}
	});
});
