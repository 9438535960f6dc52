import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../test/support/root.ts";
import type { Link } from "./model.ts";

export const CAMERA_ADDRESS = "10.77.0.1";
const VIEWERS_ADDRESS = "10.77.0.2";

/** Two network namespaces, connected only by a radio link. */
export class Radio {
	/** The start of a command that runs in the camera's or the viewers' namespace: `[...camera, program, ...args]`. */
	readonly camera: readonly [string, ...string[]];
	readonly viewers: readonly [string, ...string[]];
	#close: () => Promise<void>;

	/** Why this machine cannot have a radio link, or undefined if it can. */
	static get missing(): string | undefined {
		if (process.getuid?.() !== 0) return "only root can create network namespaces";
		if (spawnSync("ip", ["-V"]).status !== 0) return "ip is not installed: apt-get install iproute2";
		return existsSync("/dev/net/tun") ? undefined : "there is no /dev/net/tun";
	}

	static async open({ roundTrip, rate, overhead }: Link): Promise<Radio> {
		const names = ["camera", "viewers"].map((end) => `yieldcam-${end}-${process.pid}`);
		const [camera, viewers] = names as [string, string];
		const remove = (): void => {
			process.removeListener("SIGINT", interrupted);
			for (const name of names) spawnSync("ip", ["netns", "del", name]);
		};
		const interrupted = (): void => {
			remove();
			process.exit(130);
		};
		process.once("SIGINT", interrupted);
		try {
			for (const name of names) ip("netns", "add", name);
			const radio = spawn(
				join(root, "build/load/radio"),
				[camera, viewers, roundTrip, rate, overhead].map(String),
				{ stdio: ["pipe", "pipe", "inherit"] },
			);
			const ended = once(radio, "close");
			await Promise.race([
				once(radio.stdout, "data"),
				ended.then(() => {
					throw new Error("the radio link does not come up");
				}),
			]);
			configure(camera, CAMERA_ADDRESS, VIEWERS_ADDRESS);
			configure(viewers, VIEWERS_ADDRESS, CAMERA_ADDRESS);
			return new Radio(camera, viewers, async () => {
				radio.stdin.end();
				await ended;
				remove();
			});
		} catch (error) {
			remove();
			throw error;
		}
	}

	private constructor(camera: string, viewers: string, close: () => Promise<void>) {
		this.camera = ["ip", "netns", "exec", camera];
		this.viewers = ["ip", "netns", "exec", viewers];
		this.#close = close;
	}

	close(): Promise<void> {
		return this.#close();
	}
}

function configure(name: string, own: string, other: string): void {
	ip("-n", name, "link", "set", "lo", "up");
	ip("-n", name, "addr", "add", own, "peer", other, "dev", "radio");
	ip("-n", name, "link", "set", "radio", "up");
	// As in lwIP: segments without timestamps, which would carry less data, and Reno, since BBR would pace and pause.
	for (const [setting, value] of [
		["tcp_timestamps", "0"],
		["tcp_congestion_control", "reno"],
	])
		ip("netns", "exec", name, "sh", "-c", `echo ${value} > /proc/sys/net/ipv4/${setting}`);
}

function ip(...args: string[]): void {
	const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
	if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr.trim()}`);
}
