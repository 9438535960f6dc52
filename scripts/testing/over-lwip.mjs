import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildHost } from "../build/host.mjs";
import { lwipSource, NEEDS_LWIP } from "../build/lwip-source.mjs";

/** @import { MochaOptions } from "./run-mocha.mjs" */

/**
 * Prepares a network for the simulator over lwIP (hosts/sim/lwip/tunnel.c): its routes come before Linux's own, the
 * ports from 50,000 on are lwIP's, and a connection of lwIP to lwIP goes out and in again.
 */
const PREPARE = [
	"ip link set lo up",
	"ip rule add pref 100 lookup local",
	"ip rule del pref 0",
	"echo 32768 49999 > /proc/sys/net/ipv4/ip_local_port_range",
	"echo 1 > /proc/sys/net/ipv4/ip_forward",
	"echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects",
	"echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects",
].join(" && ");

/** Runs the command that follows in a network namespace, which is gone when the last process in it has ended. */
const NAMESPACE = ["unshare", "--net", "sh", "-c", `${PREPARE} && exec "$@"`, "sh"];

/** Compiled tests of the script's sockets, beside those of the whole firmware. */
const SOCKET_TESTS = new Set([
	"build/test/sim/host.test.js",
	"build/test/sim/connect.test.js",
	"build/test/sim/sockets.test.js",
]);

/** @param {string} file */
export function isTestOverLwip(file) {
	return file.startsWith("build/test/e2e/") || SOCKET_TESTS.has(file);
}

/**
 * Builds the simulator with the board's sockets over lwIP, under sanitizers, and calls `run` with the options that make
 * the tests use it. If this machine lacks something for it, calls `skip` with the reason.
 *
 * @param {(options: MochaOptions) => Promise<void>} run
 * @param {(reason: string) => void} skip
 */
export async function overLwip(run, skip) {
	const lwip = lwipSource();
	if (lwip === undefined) return skip(NEEDS_LWIP);
	if (!readFileSync(join(lwip, "src/core/tcp.c"), "utf8").includes("ESP_LWIP"))
		return skip("it needs Espressif's lwIP, which frees the blocks of closed connections as the boards do");
	const [command, ...args] = NAMESPACE;
	const tried = spawnSync(command, [...args, "ip", "tuntap", "add", "mode", "tun"], { encoding: "utf8" });
	if (tried.status !== 0)
		return skip(
			`it needs root, unshare, iproute2 and a TUN device: ${tried.error?.message ?? tried.stderr.trim()}`,
		);
	await buildHost("lwip-asan", lwip);
	await run({ env: { YIELDCAM_HOST: "build/host-lwip-asan/yieldcam-sim" }, within: NAMESPACE });
}
