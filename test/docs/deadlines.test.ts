import { assert } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_CLIENT_LIMITS } from "yieldcam/client/limits";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { DEFAULT_WEB_SOCKET_LIMITS } from "yieldcam/websocket/limits";
import { root } from "../support/root.ts";

/** The times in the table in milliseconds, by group, then by constant. */
function documented(): Map<string, Map<string, number>> {
	const groups = new Map<string, Map<string, number>>();
	let group = "";
	for (const line of readFileSync(join(root, "docs/deadlines.md"), "utf8").split("\n")) {
		const cells = line
			.split("|")
			.slice(1, -1)
			.map((cell) => cell.trim());
		if (cells.length !== 5) continue;
		group = /\*\*(\w+)\*\*/.exec(cells[0])?.[1] ?? group;
		const names = [...cells[4].matchAll(/`(\w+)`/g)].map((match) => match[1]);
		const times = [...cells[2].matchAll(/([\d.]+) s/g)].map((match) => Number(match[1]) * 1000);
		const found = groups.get(group) ?? new Map<string, number>();
		groups.set(group, found);
		names.forEach((name, i) => {
			const before = found.get(name);
			assert.isTrue(before === undefined || before === times[i], `${name} has two times`);
			found.set(name, times[i]);
		});
	}
	return groups;
}

describe("the table of deadlines", () => {
	const times = /Timeout$|Idle$|^keepalive$|^sweepInterval$/;
	for (const [group, limits] of [
		["server", DEFAULT_LIMITS],
		["WebSocket", DEFAULT_WEB_SOCKET_LIMITS],
		["client", DEFAULT_CLIENT_LIMITS],
	] as const)
		it(`has each of the ${group}'s, with its value`, () => {
			const expected = Object.entries(limits)
				.filter(([name]) => times.test(name))
				.sort();
			assert.isAbove(expected.length, 2);
			assert.deepEqual([...documented().get(group)!].sort(), expected);
		});
});
