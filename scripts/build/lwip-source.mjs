import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

const DEBIAN = join(root, "build/lwip-source");

/** What to tell a user without lwIP's source. */
export const NEEDS_LWIP =
	"lwIP's source is not on this machine; one of these enables it: npm test -- --install test/lwip (as root), or LWIP=FOLDER with a checkout of Espressif's esp-lwip, branch 2.2.0-esp or 2.1.3-esp";

/**
 * Returns the folder of lwIP's source: the one that LWIP names, a checkout of Espressif's esp-lwip, or else that of
 * Debian's source package, which `npm test -- --install` makes apt bring. Debian's liblwip-dev is of no use: it is a
 * library compiled with other options than the boards'.
 *
 * @returns {string | undefined}
 */
export function lwipSource() {
	const named = process.env.LWIP;
	if (named) {
		if (!isLwip(named)) throw new CommandError(`LWIP is ${named}, which has no src/core/tcp.c`);
		if (isOld(named))
			throw new CommandError(
				`LWIP is ${named}, a tree of Espressif's before 2.1.3, whose limits are others than the boards': check out its branch 2.2.0-esp or 2.1.3-esp`,
			);
		return resolve(named);
	}
	const found = debianSource();
	if (found !== undefined || process.env.YIELDCAM_INSTALL !== "1" || process.getuid?.() !== 0) return found;
	console.log("    getting the source of lwIP with apt-get");
	bringDebianSource();
	return debianSource();
}

/** @param {string} folder */
function isLwip(folder) {
	return existsSync(join(folder, "src/core/tcp.c"));
}

/**
 * Whether it is a tree as esp-idf 4 and 5.0 have it. That counts listeners among the connections, makes room for a new
 * connection by those in FIN_WAIT, and allocates no packet of the largest size.
 *
 * @param {string} folder
 */
function isOld(folder) {
	return readFileSync(join(folder, "src/core/tcp.c"), "utf8").includes("tcp_pcb_num_cal");
}

/** @returns {string | undefined} */
function debianSource() {
	if (!existsSync(DEBIAN)) return undefined;
	return readdirSync(DEBIAN)
		.map((name) => join(DEBIAN, name))
		.find(isLwip);
}

/** Gets the source package from where apt gets its packages, without a change of apt's settings. */
function bringDebianSource() {
	const lists = join(DEBIAN, "lists");
	mkdirSync(lists, { recursive: true });
	/** @param {string[]} args */
	const apt = (...args) =>
		spawnSync("apt-get", args, { cwd: DEBIAN, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).stdout ?? "";
	apt("update");
	const targets = apt("indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages");
	const repositories = targets.split("\n").filter((line) => /^\S+\/debian\/? \w+ main$/.test(line));
	writeFileSync(join(DEBIAN, "sources.list"), repositories.map((line) => `deb-src ${line}\n`).join(""));
	const only = [
		["Dir::Etc::sourcelist", join(DEBIAN, "sources.list")],
		["Dir::Etc::sourceparts", "-"],
		["Dir::State::lists", lists],
	].flatMap(([option, value]) => ["-o", `${option}=${value}`]);
	apt(...only, "update");
	apt(...only, "source", "--download-only", "lwip");
	const archive = readdirSync(DEBIAN).find((name) => name.includes(".orig.tar."));
	if (archive !== undefined) spawnSync("tar", ["xf", archive], { cwd: DEBIAN });
}
