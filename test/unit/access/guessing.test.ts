import { assert } from "chai";
import { hashPassword } from "yieldcam/access/password-hash";
import { ConnectedRequest } from "yieldcam/http/engine/connected-request";
import { Passwords, type Verdict } from "yieldcam/access/passwords";
import { base64 } from "yieldcam/http/syntax/base64";
import { utf8Of } from "yieldcam/http/syntax/bytes";
import type { HttpError } from "yieldcam/http/http-error";
import type { Request } from "yieldcam/http/request";
import { linkFrom, parseHead, STANDALONE } from "../support/requests.ts";
import { settled } from "../support/settled.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

const salt = new Uint8Array(16);
const OWNER = "192.0.2.1";
const runner = { runHook: (hook: () => void) => hook() };

function basic(user: string, password: string): string {
	return `Basic ${base64(utf8Of(`${user}:${password}`))}`;
}

const right = basic("admin", "admin's own");
const wrong = basic("admin", "a wrong one");

function request(authorization: string, address = OWNER, acquireHandler = () => true): ConnectedRequest {
	const head = parseHead(`GET / HTTP/1.1\r\nHost: cam\r\nAuthorization: ${authorization}\r\n\r\n`);
	return new ConnectedRequest(head, undefined, { ...linkFrom(address), acquireHandler }, STANDALONE);
}

describe("a client that guesses", () => {
	let now: number;
	let passwords: Passwords;

	beforeEach(async () => {
		resetClock();
		now = 1_000_000;
		// Twenty iterations take ten turns.
		const hash = async (password: string) => settled(hashPassword(password, salt, 20));
		passwords = new Passwords({
			configured: { admin: await hash("admin's own"), viewer: await hash("viewer's own") },
			now: () => now,
		});
	});

	/** The immediate outcome of a request: a verdict, "later", or the status of an error. */
	function outcome(asked: Request): Verdict | "later" | number {
		try {
			const role = passwords.role(asked);
			if (!(role instanceof Promise)) return role;
			role.catch(() => {});
			return "later";
		} catch (error) {
			return (error as HttpError).status;
		}
	}

	/** The outcome of a request once it has settled. */
	async function ask(authorization: string, address = OWNER): Promise<Verdict | number> {
		try {
			return await settled(Promise.resolve(passwords.role(request(authorization, address))));
		} catch (error) {
			return (error as HttpError).status;
		}
	}

	async function status(role: Verdict | Promise<Verdict>): Promise<Verdict | number> {
		try {
			return await settled(Promise.resolve(role));
		} catch (error) {
			return (error as HttpError).status;
		}
	}

	/**
	 * How many random numbers are drawn: two for the table of failed attempts, and 32 when something is hashed for the
	 * first time.
	 */
	function drawn(action: () => void): number {
		const { random } = Math;
		let count = 0;
		Math.random = () => {
			count++;
			return random();
		};
		try {
			action();
		} finally {
			Math.random = random;
		}
		return count;
	}

	const impossible: [what: string, field: string][] = [
		["a password of 129 bytes", basic("admin", "x".repeat(129))],
		["a viewer's password of 129 bytes", basic("viewer", "x".repeat(129))],
		["a field of 3.9 kB", `Basic ${"A".repeat(3_900)}`],
		["a token of 3.9 kB", `Bearer admin.${"a".repeat(3_900)}`],
		["parameters of 3.9 kB", `Digest ${"a=b, ".repeat(780)}`],
		["parameters of 600 bytes", `Digest ${"a=b, ".repeat(120)}`],
		["another name", basic("root", "admin's own")],
		["a name in upper case", basic("Admin", "admin's own")],
		["a longer name", basic("admins", "admin's own")],
		["no name", basic("", "admin's own")],
		["no colon", `Basic ${base64(utf8Of("admin"))}`],
		["a viewer without a colon", `Basic ${base64(utf8Of("viewer"))}`],
		["another character for the colon", `Basic ${base64(utf8Of("viewer{password"))}`],
		["the character before a colon", `Basic ${base64(utf8Of("viewer9😀"))}`],
		["the character after a colon", `Basic ${base64(utf8Of("viewer;\u0001"))}`],
		["malformed base64", "Basic YWRtaW46!"],
		["base64 with a blank", "Basic YWRtaW46 YWJj"],
		["base64 of an incomplete byte", "Basic YWRtaW46Y"],
		["base64 with padding inside", "Basic YWRtaW46YQ==YQ=="],
		["two fields", `${right}\r\nAuthorization: ${right}`],
		["a token that is too short", `Bearer admin.${"a".repeat(63)}`],
		["a token that is too long", `Bearer admin.${"a".repeat(65)}`],
		["a token of the wrong length", `Bearer viewer.${"a".repeat(63)}`],
		["a token of other digits", `Bearer admin.${"g".repeat(64)}`],
		["a token without a role", `Bearer ${"a".repeat(70)}`],
		["a token of another role", `Bearer guest.${"a".repeat(64)}`],
		["no parameters", "Digest"],
		["no token", "Bearer"],
		["another scheme", "Negotiate abc"],
		["nothing but a blank", " "],
	];
	for (const [what, field] of impossible)
		it(`with impossible credentials costs no hash, and counts as a failed attempt: ${what}`, () => {
			assert.isAtMost(
				drawn(() => assert.isUndefined(outcome(request(field)))),
				2,
			);
			assert.equal(pendingTimers(), 0);
			assert.equal(passwords.suspicion(OWNER), 1);
		});

	for (const [user, password] of [
		["admin", "x".repeat(128)],
		["viewer", "x".repeat(128)],
		["admin", "é".repeat(64)],
		["viewer", "~~~~~~~~"],
		["viewer", "\u007f\u007f"],
		["viewer", "\u0001\u0001"],
		["viewer", "😀"],
		["admin", "a:b"],
	] as const)
		it(`with a possible password gets it checked: ${user} with ${password.slice(0, 10)}`, async () => {
			assert.equal(outcome(request(basic(user, password))), "later");
			assert.equal(passwords.suspicion(OWNER), 0);
			assert.isUndefined(await ask(basic(user, password)));
			assert.equal(passwords.suspicion(OWNER), 1);
		});

	it("and has to wait gets nothing hashed, right or wrong", () => {
		for (let i = 0; i < 5; i++) outcome(request("Basic"));
		for (const field of [right, wrong, impossible[2][1], `Bearer ${passwords.token("admin")!}`, "Basic"])
			assert.equal(
				drawn(() => assert.equal(outcome(request(field)), 429)),
				0,
			);
		assert.equal(passwords.suspicion(OWNER), 5);
	});

	it("behind the owner's proxy does not lock out the owner, who signed in before", async () => {
		assert.equal(await ask(right), "admin");
		for (let i = 0; i < 5; i++) outcome(request("Basic"));
		assert.equal(outcome(request(wrong)), 429);
		assert.equal(outcome(request("Basic")), 429);
		assert.equal(outcome(request(right)), "admin");
		assert.equal(passwords.suspicion(OWNER), 5, "remembered credentials clear nothing");
		assert.equal(outcome(request(`Bearer ${passwords.token("admin")!}`)), 429, "no one signed in with it");
	});

	it("elsewhere gains nothing from the owner's address, and costs the owner nothing", async () => {
		assert.equal(await ask(right), "admin");
		for (let i = 0; i < 5; i++) outcome(request("Basic", "192.0.2.2"));
		assert.equal(outcome(request(right, "192.0.2.2")), 429);
		now += 1_000;
		assert.equal(outcome(request(right, "192.0.2.2")), "admin");
		outcome(request("Basic", "192.0.2.2"));
		assert.equal(outcome(request(right, "192.0.2.2")), "admin", "the address is remembered, too");
	});

	it("has each of its credentials remembered with the last eight addresses", async () => {
		for (let i = 0; i < 9; i++) assert.equal(await ask(right, `192.0.2.${i}`), "admin");
		for (let i = 0; i < 9; i++) {
			for (let times = 0; times < 6; times++) outcome(request("Basic", `192.0.2.${i}`));
			assert.equal(outcome(request(right, `192.0.2.${i}`)), i === 0 ? 429 : "admin", String(i));
		}
	});

	it("is the same in all of an IPv6 network, and by IPv4 under either name", () => {
		for (let i = 0; i < 5; i++) outcome(request("Basic", `2001:db8::${i}`));
		assert.equal(outcome(request(right, "2001:db8::ffff:ffff")), 429);
		assert.equal(passwords.suspicion("2001:db8:0:0:1:2:3:4"), 5);
		assert.equal(passwords.suspicion("2001:db8:0:1::"), 0);
		outcome(request("Basic", "::ffff:192.0.2.7"));
		assert.equal(passwords.suspicion("192.0.2.7"), 1);
	});

	it("makes way for an address that has failed less, and its check stops", async () => {
		outcome(request("Basic", "192.0.2.2"));
		outcome(request("Basic", "192.0.2.3"));
		outcome(request("Basic", "192.0.2.3"));
		const first = passwords.role(request(wrong, "192.0.2.2")),
			second = passwords.role(request(wrong, "192.0.2.3"));
		(second as Promise<unknown>).catch(() => {});
		advance(0);
		const third = passwords.role(request(right));
		assert.equal(await status(second), 503, "the one that failed most often");
		assert.equal(passwords.suspicion("192.0.2.3"), 2, "not a failed attempt");
		assert.equal(await status(third), "admin");
		assert.isUndefined(await status(first));
		assert.equal(passwords.suspicion("192.0.2.2"), 2);
		assert.equal(pendingTimers(), 0);
	});

	it("has its check ended within a turn when it makes way", () => {
		for (const address of ["192.0.2.2", "192.0.2.3"]) {
			outcome(request("Basic", address));
			assert.equal(outcome(request(wrong, address)), "later");
		}
		assert.equal(pendingTimers(), 2);
		assert.equal(outcome(request(right, "192.0.2.4")), "later");
		assert.equal(outcome(request(right, "192.0.2.5")), "later");
		assert.equal(pendingTimers(), 4, "each of the old ones ends in its next turn");
		assert.equal(outcome(request(right, "192.0.2.6")), 503, "it displaces none of those that have not failed");
		assert.equal(passwords.suspicion("192.0.2.6"), 0, "it waits in the queue");
	});

	it("keeps no timer set once its check has made way", async () => {
		for (const address of ["192.0.2.2", "192.0.2.3"]) {
			outcome(request("Basic", address));
			assert.equal(outcome(request(wrong, address)), "later");
		}
		outcome(request(right, "192.0.2.4"));
		outcome(request(right, "192.0.2.5"));
		advance(0);
		for (let turn = 0; turn < 8; turn++) await Promise.resolve();
		assert.equal(pendingTimers(), 2);
	});

	it("does not make way for one that has failed as often", () => {
		for (const address of ["192.0.2.2", "192.0.2.3", "192.0.2.4"]) {
			outcome(request("Basic", address));
			assert.equal(outcome(request(wrong, address)), address === "192.0.2.4" ? 503 : "later");
		}
	});

	it("does not make way if the newcomer gets no handler place", async () => {
		const first = passwords.role(request(wrong, "192.0.2.2"));
		outcome(request("Basic", "192.0.2.3"));
		const second = passwords.role(request(wrong, "192.0.2.3"));
		assert.equal(outcome(request(right, OWNER, () => false)), 503);
		assert.isUndefined(await status(first));
		assert.isUndefined(await status(second));
		assert.equal(passwords.suspicion(OWNER), 0);
	});

	it("takes a handler place for a check, and for nothing else", async () => {
		let claims = 0;
		const claim = () => {
			claims++;
			return true;
		};
		outcome(request("Basic", OWNER, claim));
		assert.equal(claims, 0);
		assert.equal(await status(passwords.role(request(right, OWNER, claim))), "admin");
		assert.equal(claims, 1);
		assert.equal(await status(passwords.role(request(right, OWNER, claim))), "admin");
		assert.equal(
			await status(passwords.role(request(`Bearer ${passwords.token("viewer")!}`, OWNER, claim))),
			"viewer",
		);
		assert.equal(claims, 1);
		assert.equal(outcome(request(wrong, OWNER, () => false)), 503);
		assert.equal(pendingTimers(), 0);
		assert.equal(outcome(request(wrong, OWNER, claim)), "later", "nothing is left of the one without a place");
	});

	it("takes a handler place for each request that waits for the same check", async () => {
		const first = passwords.role(request(right, OWNER));
		assert.equal(outcome(request(right, OWNER, () => false)), 503);
		let claims = 0;
		const claim = (): boolean => ++claims > 0;
		assert.equal(await status(passwords.role(request(right, OWNER, claim))), "admin");
		assert.equal(claims, 1);
		assert.equal(await status(first), "admin");
	});

	it("and disconnects has used its attempt, and its check stops", async () => {
		const asked = request(wrong),
			role = passwords.role(asked) as Promise<Verdict>;
		asked.disconnect(runner);
		assert.equal(await status(role), 503);
		assert.equal(passwords.suspicion(OWNER), 1);
		advance(0);
		await Promise.resolve();
		assert.equal(pendingTimers(), 0);
	});

	it("and disconnects while others at that address wait for the same check ends nothing", async () => {
		const asked = [request(right), request(right), request(right)],
			verdicts = asked.map((each) => passwords.role(each));
		asked[0].disconnect(runner);
		asked[2].disconnect(runner);
		assert.equal(await status(verdicts[1]), "admin");
		asked[1].disconnect(runner);
		assert.equal(passwords.suspicion(OWNER), -2, "better than others, even");
	});

	it("and disconnects afterwards has not tried again", async () => {
		const asked = request(wrong);
		assert.isUndefined(await status(passwords.role(asked)));
		asked.disconnect(runner);
		assert.equal(passwords.suspicion(OWNER), 1);
	});

	it("from forty addresses that come and go never locks out an owner", async () => {
		let tried = 0;
		for (let i = 0; i < 40; i++) await ask(basic("admin", `wrong ${i}`), `198.51.100.${i}`);
		for (let round = 0; round < 20; round++) {
			const asked = Array.from({ length: 40 }, (_, i) =>
				request(basic("admin", `wrong ${tried + i}`), `198.51.100.${(round + i) % 40}`),
			);
			const outcomes = asked.map(outcome);
			tried += outcomes.filter((each) => each === "later").length;
			const address = `192.0.2.${round + 1}`,
				signsIn = passwords.role(request(basic("viewer", "viewer's own"), address));
			assert.equal(await status(signsIn), "viewer");
			for (const each of asked) each.disconnect(runner);
			now += 1_000;
		}
		assert.isBelow(tried, 400, "at most five each, and a few more in twenty seconds");
	});

	it("is not let in by a check that begins before a change and would end after it", async () => {
		// A change takes a thousand iterations, so this check is the longer one.
		passwords = new Passwords({
			configured: { admin: await settled(hashPassword("admin's own", salt, 1_500)) },
			now: () => now,
		});
		const role = passwords.role(request(right)) as Promise<Verdict>;
		await settled(passwords.change({ admin: "a newer one" }));
		assert.isUndefined(await status(role), "at the moment of the change");
		assert.equal(passwords.suspicion(OWNER), 0, "not a failed attempt");
		advance(0);
		await Promise.resolve();
		assert.equal(pendingTimers(), 0);
		assert.equal(await ask(basic("admin", "a newer one")), "admin");
	});

	it("is not let in by credentials from before a change, and one change is made at a time", async () => {
		assert.equal(await ask(right), "admin");
		const change = passwords.change({ admin: "a newer one" });
		let refusal: unknown;
		await passwords.change({ admin: "another one" }).catch((error: unknown) => (refusal = error));
		assert.equal((refusal as HttpError).status, 409);
		await settled(change);
		assert.isUndefined(await ask(right));
		await settled(passwords.change({ admin: "another one" }));
		assert.equal(await ask(basic("admin", "another one")), "admin");
	});

	it("has the four newest credentials of a role remembered", async () => {
		const fields = Array.from({ length: 5 }, (_, i) => right.replace("Basic ", `Basic${" ".repeat(i + 1)}`));
		for (const field of fields) assert.equal(await ask(field), "admin");
		for (const field of fields.slice(1)) assert.equal(outcome(request(field)), "admin", field);
		assert.equal(outcome(request(fields[0])), "later");
	});

	it("as the viewer does not displace the credentials of the admin", async () => {
		assert.equal(await ask(right), "admin");
		const viewer = basic("viewer", "viewer's own");
		for (let i = 1; i < 12; i++)
			assert.equal(await ask(viewer.replace("Basic ", `Basic${" ".repeat(i)}`)), "viewer");
		assert.equal(outcome(request(right)), "admin");
	});
});
