import { assert } from "chai";
import { App } from "yieldcam/app/app";
import {
	digestParams,
	digestSecret,
	isComplete,
	isDigest,
	isSigned,
	MAX_DIGEST_LENGTH,
	Nonces,
} from "yieldcam/access/digest";
import { hashPassword } from "yieldcam/access/password-hash";
import { Passwords, type PasswordsOptions, type Verdict } from "yieldcam/access/passwords";
import { Hmac, sha256 } from "yieldcam/access/sha256";
import { hex } from "yieldcam/access/constant-time";
import { utf8Of } from "yieldcam/http/syntax/bytes";
import { Camera } from "yieldcam/camera/camera";
import { HttpError } from "yieldcam/http/http-error";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { request } from "../support/requests.ts";
import { settled } from "../support/settled.ts";
import { resetClock } from "../support/time.ts";

const salt = new Uint8Array(16);
const REALM = "yieldcam-0123456789abcdef";
const PASSWORDS = { admin: "admin's own", viewer: "viewer's own" };

type Role = keyof typeof PASSWORDS;

async function hashOf(role: Role, where: string | null = REALM): Promise<string> {
	const hash = await settled(hashPassword(PASSWORDS[role], salt, 2));
	return where === null ? hash : `${hash}.${where}.${digestSecret(role, where, PASSWORDS[role])}`;
}

async function hashes(): Promise<{ admin: string; viewer: string }> {
	return { admin: await hashOf("admin"), viewer: await hashOf("viewer") };
}

/** A client's answer to a challenge. `sent` is what it gets wrong. */
function answer(
	nonce: string,
	{
		user = "admin",
		password = PASSWORDS.admin,
		method = "GET",
		uri = "/status",
		nc = "00000001",
		in: where = REALM,
		cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	},
	sent: Readonly<Record<string, string | undefined>> = {},
): string {
	const hash = (text: string): string => hex(sha256(utf8Of(text)));
	const response = hash(
		`${hash(`${user}:${where}:${password}`)}:${nonce}:${nc}:${cnonce}:auth:${hash(`${method}:${uri}`)}`,
	);
	const params = Object.entries({
		username: user,
		realm: where,
		nonce,
		uri,
		algorithm: "SHA-256",
		response,
		qop: "auth",
		nc,
		cnonce,
		...sent,
	});
	return `Digest ${params
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name}="${value}"`)
		.join(", ")}`;
}

/** The nonce of a challenge. */
function nonceOf(challenge: string): string {
	return digestParams(challenge.slice("Digest ".length))!.get("nonce")!;
}

const CHROME = {
	"User-Agent":
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
};

describe("Digest", () => {
	it("is answered as in RFC 7616, 3.9.1", () => {
		const params = digestParams(
			`username="Mufasa",
			realm="http-auth@example.org",
			uri="/dir/index.html",
			algorithm=SHA-256,
			nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
			nc=00000001,
			cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
			qop=auth,
			response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
			opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
				.split("\n")
				.map((line) => line.trim())
				.join(" "),
		)!;
		const secret = digestSecret("Mufasa", "http-auth@example.org", "Circle of Life");
		assert.isTrue(isDigest(params, secret, "GET"));
		assert.isFalse(isDigest(params, secret, "PUT"));
		assert.isFalse(isDigest(new Map([...params, ["uri", "/dir/index.htm"]]), secret, "GET"));
	});

	for (const [uri, target, signed] of [
		["/status", "/status", true],
		["/garden/status", "/status", true],
		["/a/b/api/state", "/api/state", true],
		["http://cam/status", "/status", true],
		["/garden/api/state", "//api/state", true],
		["/garden/", "/", true],
		["/garden", "/", true],
		["/garden?action=stream", "/?action=stream", true],
		["/garden/?action=stream", "/?action=snapshot", false],
		["/garden/control?var=a&val=1", "/control?var=a&val=1", true],
		["/garden/control?var=a&val=1", "/control?var=a&val=2", false],
		["/status", "/status?", false],
		["/?to=/status", "/status", false],
		["/garden?to=/status", "/status", false],
		["/garden?a=1", "/", false],
		["/mystatus", "/status", false],
		["/status", "/garden/status", false],
		["/status/", "/status", false],
		["", "/status", false],
	] as const)
		it(`that signed ${uri} ${signed ? "may" : "may not"} ask for ${target}`, () => {
			assert.equal(isSigned(uri, request("GET", target)), signed);
		});

	const table: [text: string, params: Readonly<Record<string, string>> | undefined][] = [
		[
			`username="Mufasa", uri="/a,b=c?d", qop=auth,nc=00000001`,
			{ username: "Mufasa", uri: "/a,b=c?d", qop: "auth", nc: "00000001" },
		],
		[`  Algorithm=SHA-256 ,  cnonce="" `, { algorithm: "SHA-256", cnonce: "" }],
		[`qop = auth ,\turi\t=\t"/"`, { qop: "auth", uri: "/" }],
		["", {}],
		["qop=", undefined],
		["qop=,nc=1", undefined],
		[`nc=1, qop="auth`, undefined],
		[`qop="`, undefined],
		["=", undefined],
		["=a", undefined],
		["qop", undefined],
		["qop, nc=1", undefined],
		["qop=auth,, ,nc=1,", { qop: "auth", nc: "1" }],
		[", ,", {}],
		["a b=c", undefined],
		["a=b c", undefined],
		["qop=auth, qop=auth", undefined],
		[`qop=auth, QOP="auth"`, undefined],
		[`a="b"c,d=e`, undefined],
		[`a="b" "c"`, undefined],
		[`a=b"c"`, undefined],
		[`a="b\\"c", d=e`, undefined],
		[`a="b\\c"`, undefined],
		["\u00a0qop=auth", undefined],
		["qop=\u00a0auth", undefined],
		["qop=auth, Digest nc=1", undefined],
	];
	for (const [text, params] of table)
		it(`reads ${JSON.stringify(text)}`, () => {
			const read = digestParams(text);
			assert.deepEqual(read && Object.fromEntries(read), params);
		});

	it("reads no more of them than any client needs", () => {
		const params = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}=v`).join();
		assert.equal(digestParams(params(16))!.size, 16);
		assert.isUndefined(digestParams(params(17)));
		assert.isUndefined(digestParams(params(1_000)));
		assert.equal(digestParams(`a=${" ".repeat(100)}b`)!.size, 1);
		assert.isUndefined(digestParams(`a=${" ".repeat(101)}b`));
		assert.equal(digestParams(`a=b${",".repeat(101)}`)!.size, 1);
		for (const blanks of [",".repeat(102), " ,".repeat(60), `, c=${" ".repeat(100)}d`])
			assert.isUndefined(digestParams(`a=b${blanks}, e=f`));
	});
});

describe("the parameters of Digest", () => {
	const field = answer("n", {}).slice("Digest ".length);

	it("are complete as a client sends them", () => assert.isTrue(isComplete(digestParams(field)!, REALM)));

	for (const name of ["realm", "nonce", "cnonce", "nc", "response", "algorithm", "qop"])
		it(`are not complete without ${name}`, () => {
			const params = new Map(digestParams(field));
			params.delete(name);
			assert.isFalse(isComplete(params, REALM));
		});
});

describe("nonces", () => {
	let now: number;
	let nonces: Nonces;
	const count = (number: number): string => number.toString(16).padStart(8, "0");

	beforeEach(() => {
		now = 1_000_000;
		nonces = new Nonces(new Hmac(new Uint8Array(32)), () => now);
	});

	it("are never the same", () => {
		const made = [nonces.make(), nonces.make()];
		now -= 500_000;
		made.push(nonces.make());
		assert.lengthOf(new Set(made), 3);
	});

	it("accept each count once, in any order in which a browser's connections send them", () => {
		const nonce = nonces.make();
		for (const number of [1, 4, 3, 40, 41, 10, 12])
			assert.isTrue(nonces.take(nonce, count(number), "admin"), String(number));
		for (const number of [1, 3, 4, 9, 10, 12, 40, 41])
			assert.isFalse(nonces.take(nonce, count(number), "admin"), String(number));
		assert.isTrue(nonces.take(nonce, count(0xffffffff), "admin"));
		assert.isFalse(nonces.take(nonce, count(0xffffffff), "admin"));
	});

	it("accept a count that comes before another once, and the ones beside it", () => {
		const nonce = nonces.make();
		const take = (number: number): boolean => nonces.take(nonce, count(number), "admin");
		assert.deepEqual([1, 2, 1, 2].map(take), [true, true, false, false]);
		assert.deepEqual([34, 33, 3, 2, 33].map(take), [true, true, true, false, false], "32 ahead of the last");
	});

	it("are good from the first moment of a clock that starts at 0", () => {
		now = 0;
		assert.isTrue(nonces.take(nonces.make(), count(1), "admin"));
	});

	it("are in use at the address they last came from, and at no other", () => {
		const nonce = nonces.make();
		assert.isFalse(nonces.has("a"));
		nonces.take(nonce, count(1), "admin", "a");
		assert.isTrue(nonces.has("a"));
		nonces.take(nonce, count(2), "admin", "b");
		assert.deepEqual([nonces.has("a"), nonces.has("b")], [false, true]);
	});

	it("are good for ten minutes, even if the clock is set back", () => {
		const nonce = nonces.make();
		now += 600_000;
		assert.isTrue(nonces.take(nonce, count(1), "admin"));
		now += 1;
		assert.isFalse(nonces.take(nonce, count(2), "admin"));
		now = 5;
		assert.isTrue(nonces.take(nonce, count(2), "admin"));
	});

	it("that the device did not issue are not good", () => {
		const nonce = nonces.make();
		const others = new Nonces(new Hmac(new Uint8Array(32).fill(1)), () => now);
		for (const wrong of [
			"",
			"NaN.",
			others.make(),
			nonce.slice(0, -1),
			`${nonce}0`,
			` ${nonce}`,
			nonce.toUpperCase(),
			`1${nonce}`,
		])
			assert.isFalse(nonces.take(wrong, count(1), "admin"), wrong);
	});

	it("have counts that are numbers", () => {
		const nonce = nonces.make();
		for (const count of ["", "g", "-", "x1", "-20", "-ffffffff"])
			assert.isFalse(nonces.take(nonce, count, "admin"), count);
	});

	it("are remembered up to eight; forgotten or older ones are no longer good", () => {
		const [unused, ...used] = Array.from({ length: 10 }, () => nonces.make());
		for (const nonce of used) assert.isTrue(nonces.take(nonce, count(1), "admin"));
		assert.isUndefined(nonces.userOf(used[0]));
		assert.isFalse(nonces.take(used[0], count(1), "admin"), "it would be good twice");
		assert.isFalse(nonces.take(unused, count(1), "admin"));
		for (const nonce of used.slice(1)) {
			assert.equal(nonces.userOf(nonce), "admin");
			assert.isTrue(nonces.take(nonce, count(2), "admin"));
		}
		assert.isTrue(nonces.take(nonces.make(), count(1), "admin"));
	});
});

describe("a Digest response", () => {
	let now: number;

	beforeEach(() => {
		resetClock();
		now = 1_000_000;
	});

	async function create(options: PasswordsOptions = {}): Promise<Passwords> {
		return new Passwords({ configured: await hashes(), now: () => now, ...options });
	}

	/** A verdict, or the status of an error. */
	function ask(
		device: Passwords,
		authorization: string,
		{ method = "GET", target = "/status", address = "192.0.2.1", again = false } = {},
	): Verdict | Promise<Verdict> | number {
		try {
			return device.role(request(method, target, { headers: { Authorization: authorization }, address }), again);
		} catch (error) {
			return (error as HttpError).status;
		}
	}

	function challenges(
		device: Passwords,
		headers: Readonly<Record<string, string>> = CHROME,
		verdict?: Verdict,
	): string[] {
		const response = new HttpError(401).responseAt("/status");
		device.challenge(request("GET", "/status", { headers }), response, verdict);
		return [...response.headers].filter(([name]) => name === "WWW-Authenticate").map(([, value]) => value);
	}

	function challenge(device: Passwords): string {
		return nonceOf(challenges(device)[0]);
	}

	it("identifies its role", async () => {
		const device = await create();
		assert.equal(ask(device, answer(challenge(device), {})), "admin");
		assert.equal(ask(device, answer(challenge(device), { user: "viewer", password: PASSWORDS.viewer })), "viewer");
		assert.equal(
			ask(device, answer(challenge(device), {}).replace("Digest", "dIGEST").replace("SHA-256", "sha-256")),
			"admin",
		);
		assert.equal(ask(device, answer(challenge(device), { uri: "/a,b?c=%22" }), { target: "/a,b?c=%22" }), "admin");
		assert.equal(ask(device, answer(challenge(device), { method: "PUT" }), { method: "PUT" }), "admin");
	});

	for (const [what, { sent, ...said }] of Object.entries({
		"a wrong password": { password: "viewer's own" },
		"a viewer with the admin's password": { user: "viewer" },
		"somebody else": { user: "root" },
		"what was signed for another method": { method: "PUT" },
		"another realm": { in: "yieldcam" },
		"another nonce than was signed": { sent: { nonce: "0" } },
		"another uri than was signed": { sent: { uri: "/capture" } },
		"another count than was signed": { sent: { nc: "00000002" } },
		"no uri": { sent: { uri: undefined } },
		"no response": { sent: { response: undefined } },
		MD5: { sent: { algorithm: "MD5", response: "8ca523f5e9506fed4657c9700eebdbec" } },
		"no name": { sent: { username: undefined } },
		"something malformed": { sent: { cnonce: `"` } },
		"a count of 0": { nc: "00000000" },
		"a count with a sign": { nc: "-0000001" },
		"a count with a plus": { nc: "+0000001" },
		"a short count": { nc: "1" },
		"a long count": { nc: "000000001" },
		"a count with blanks": { nc: " 0000001" },
		"a count with a prefix": { nc: "0x000001" },
		"MD5, with a response by SHA-256": { sent: { algorithm: "MD5" } },
		"no algorithm, which is MD5, with a response by SHA-256": { sent: { algorithm: undefined } },
		"a session's algorithm": { sent: { algorithm: "SHA-256-sess" } },
		"another algorithm": { sent: { algorithm: "SHA-512-256" } },
		"no quality of protection": { sent: { qop: undefined } },
		"another quality of protection": { sent: { qop: "auth-int" } },
		"two qualities of protection": { sent: { qop: "auth,auth-int" } },
		"a hashed name": { sent: { userhash: "true" } },
		"a name in another coding": { sent: { "username*": "UTF-8''admin" } },
		"no realm": { sent: { realm: undefined } },
		"another realm than was signed": { sent: { realm: "yieldcam" } },
		"no nonce": { sent: { nonce: undefined } },
		"no count": { sent: { nc: undefined } },
		"no cnonce": { sent: { cnonce: undefined } },
		"an empty cnonce": { cnonce: "" },
		"a cnonce of 129 characters": { cnonce: "c".repeat(129) },
		"a short response": { sent: { response: "0".repeat(63) } },
		"a long response": { sent: { response: "0".repeat(65) } },
		"an empty response": { sent: { response: "" } },
		"a response in other digits": { sent: { response: "g".repeat(64) } },
	} as Record<string, Parameters<typeof answer>[1] & { sent?: Readonly<Record<string, string | undefined>> }>))
		it(`is rejected with ${what}`, async () => {
			const device = await create();
			assert.isUndefined(ask(device, answer(challenge(device), said, sent)));
		});

	for (const name of ["username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce", "algorithm"])
		it(`is rejected if ${name} is given twice`, async () => {
			const device = await create(),
				field = answer(challenge(device), {});
			const param = field.slice(field.indexOf(`${name}="`)).split(", ")[0];
			assert.isUndefined(ask(device, `${field}, ${param}`));
			assert.isUndefined(ask(device, field.replace("Digest ", `Digest ${param.toUpperCase()}, `)));
			assert.equal(ask(device, field), "admin");
		});

	it("is accepted up to the length that any client's parameters have", async () => {
		const device = await create();
		assert.equal(ask(device, answer(challenge(device), { cnonce: "c".repeat(128) })), "admin");
		assert.equal(ask(device, answer("n".repeat(64), {})), "stale");
		assert.isUndefined(ask(device, answer("n".repeat(65), {})));
	});

	it("is read up to a fixed number of bytes beside those of the address, and not beyond", async () => {
		const device = await create();
		for (const target of ["/status", `/status?${"a".repeat(300)}`]) {
			const padded = (length: number): string => {
				const field = answer(challenge(device), { uri: target });
				return `${field}, opaque="${"o".repeat(length - field.length - `, opaque=""`.length)}"`;
			};
			// The blank after the colon counts.
			const most = MAX_DIGEST_LENGTH + target.length - 1;
			assert.equal(ask(device, padded(most), { target }), "admin");
			assert.isUndefined(ask(device, padded(most + 1), { target }));
		}
		assert.equal(MAX_DIGEST_LENGTH, 640);
	});

	it("stays valid at the address that its nonce last came from, while others there try passwords", async () => {
		const device = await create(),
			nonce = challenge(device),
			address = "192.0.2.2";
		assert.equal(ask(device, answer(nonce, {})), "admin");
		assert.equal(ask(device, answer(nonce, { nc: "00000002" }), { address }), "admin");
		for (let i = 0; i < 5; i++) assert.isUndefined(ask(device, "Digest a=b", { address }));
		assert.equal(ask(device, "Digest a=b", { address }), 429);
		assert.equal(ask(device, answer(nonce, { nc: "00000003" }), { address }), "admin");
	});

	it("is accepted with userhash=false, and in either case", async () => {
		const device = await create();
		assert.equal(ask(device, `${answer(challenge(device), {})}, userhash=false`), "admin");
		assert.equal(
			ask(device, answer(challenge(device), {}).replace("SHA-256", "sha-256").replace("auth", "AUTH")),
			"admin",
		);
	});

	it("counts as a failed attempt if it cannot be right, and waits like any other", async () => {
		const device = await create();
		const wrong = [
			answer(challenge(device), {}, { nc: "00000000" }),
			answer(challenge(device), {}, { realm: "elsewhere" }),
			answer(challenge(device), {}, { cnonce: "c".repeat(3_000) }),
			`Digest ${"a=b, ".repeat(500)}`,
			"Digest",
		];
		const right = answer(challenge(device), {});
		for (const [i, field] of wrong.entries()) {
			assert.isUndefined(ask(device, field));
			assert.equal(device.suspicion("192.0.2.1"), i + 1);
		}
		assert.equal(ask(device, right), 429);
		assert.equal(device.suspicion("192.0.2.1"), 5);
		assert.equal(device.suspicion("192.0.2.2"), 0);
		assert.equal(ask(device, right, { address: "192.0.2.2" }), "admin");
	});

	it("is accepted if a proxy removes the folder that it has the device in", async () => {
		const device = await create(),
			nonce = challenge(device);
		assert.equal(ask(device, answer(nonce, { uri: "/garden/status" })), "admin");
		assert.equal(ask(device, answer(nonce, { uri: "/garden/status" })), "stale", "once");
		assert.equal(ask(device, answer(nonce, { uri: "/garden", nc: "00000002" }), { target: "/" }), "admin");
	});

	it("is not a wrong password if another address was signed, which Basic helps against", async () => {
		const device = await create(),
			wrong = answer(challenge(device), { uri: "/control?var=hmirror&val=1" });
		for (let i = 0; i < 20; i++) assert.equal(ask(device, wrong), "elsewhere");
		assert.equal(device.suspicion("192.0.2.1"), 0);
		assert.deepEqual(challenges(device, CHROME, "elsewhere"), ['Basic realm="yieldcam", charset="UTF-8"']);
		assert.isUndefined(ask(device, answer(challenge(device), { uri: "/capture", password: "a wrong one" })));
		assert.equal(device.suspicion("192.0.2.1"), 1);
		assert.equal(ask(device, wrong), "elsewhere");
		assert.equal(device.suspicion("192.0.2.1"), 1, "it does not make up for guesses either");
	});

	it("clears the failures of an address if it is right", async () => {
		const device = await create();
		for (let i = 0; i < 4; i++)
			assert.isUndefined(ask(device, answer(challenge(device), { password: `wrong ${i}` })));
		assert.equal(device.suspicion("192.0.2.1"), 4);
		assert.equal(ask(device, answer(challenge(device), {})), "admin");
		assert.equal(device.suspicion("192.0.2.1"), -2, "better than others, even");
	});

	it("clears the failures of an address once for each nonce, so that no one can try passwords beside a client that stays", async () => {
		const device = await create(),
			nonce = challenge(device);
		assert.equal(ask(device, answer(nonce, {})), "admin");
		for (let i = 0; i < 5; i++) {
			assert.isUndefined(ask(device, answer(challenge(device), { password: `wrong ${i}` })));
			assert.equal(ask(device, answer(nonce, { nc: `0000001${i}` })), "admin");
		}
		assert.equal(ask(device, answer(challenge(device), {})), 429);
	});

	it("is accepted once and then stale, but may be checked again for the same request", async () => {
		const device = await create();
		const first = answer(challenge(device), {});
		assert.equal(ask(device, first), "admin");
		assert.equal(ask(device, first, { again: true }), "admin");
		assert.equal(ask(device, first), "stale");
	});

	it("is stale with a nonce of another run, or one too old, if the password is right, and rejected if it is wrong", async () => {
		const before = challenge(await create()),
			device = await create();
		assert.equal(ask(device, answer(before, {})), "stale");
		assert.isUndefined(ask(device, answer(before, { password: "a wrong one" })));
		const old = challenge(device);
		now += 600_001;
		assert.equal(ask(device, answer(old, {})), "stale");
		const [again] = challenges(device, {}, "stale");
		assert.match(again, /^Digest .*, stale=true$/);
		assert.equal(ask(device, answer(nonceOf(again), {})), "admin");
	});

	it("waits after wrong passwords, as with Basic, unless its nonce was right already", async () => {
		const device = await create();
		const known = challenge(device);
		assert.equal(ask(device, answer(known, { user: "viewer", password: PASSWORDS.viewer })), "viewer");
		for (let i = 0; i < 5; i++)
			assert.isUndefined(ask(device, answer(challenge(device), { password: `wrong ${i}` })));
		assert.equal(ask(device, answer(challenge(device), {})), 429);
		assert.equal(
			ask(device, answer(known, { user: "viewer", password: PASSWORDS.viewer, nc: "00000002" })),
			"viewer",
		);
		for (let i = 0; i < 5; i++)
			assert.isUndefined(
				ask(device, answer(known, { user: "viewer", password: `wrong ${i}`, nc: "00000003" }), {
					address: "192.0.2.2",
				}),
			);
		assert.equal(
			ask(device, answer(known, {}), { address: "192.0.2.2" }),
			429,
			"a viewer that tries the admin's password",
		);
	});

	for (const [agent, offered] of [
		[CHROME["User-Agent"], true],
		["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", true],
		["curl/7.88.1", true],
		["python-requests/2.34.2", true],
		["HomeAssistant/2026.1 httpx/0.28.1 Python/3.13", true],
		["Lavf/59.27.100", false],
		["Wget/1.21.3", false],
		["VLC/3.0.23 LibVLC/3.0.23", false],
		[
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
			false,
		],
		[undefined, false],
	] as const)
		it(`is ${offered ? "" : "not "}requested from ${agent}`, async () => {
			const headers: Record<string, string> = agent === undefined ? {} : { "User-Agent": agent };
			for (const [digest, isOffered] of [
				[undefined, offered],
				["always", true],
				["off", false],
			] as const) {
				const offers = challenges(await create({ digest }), headers);
				assert.deepEqual(
					offers.map((text) => text.slice(0, text.indexOf(" "))),
					isOffered ? ["Digest", "Basic"] : ["Basic"],
					digest,
				);
			}
		});

	it("is not requested if one of the passwords is stored without a Digest hash, or with another realm", async () => {
		const admin = await hashOf("admin"),
			viewer = await hashOf("viewer");
		for (const [configured, offered] of [
			[{ admin }, true],
			[{ admin, viewer }, true],
			[{ admin: await hashOf("admin", null) }, false],
			[{ admin, viewer: await hashOf("viewer", null) }, false],
			[{ admin: await hashOf("admin", null), viewer }, false],
			[{ admin, viewer: await hashOf("viewer", "yieldcam-fedcba9876543210") }, false],
		] as const)
			assert.lengthOf(challenges(await create({ configured })), offered ? 2 : 1, JSON.stringify(configured));
	});

	it("needs a complete stored hash, or the device does not start", async () => {
		const admin = await hashOf("admin");
		for (const told of [`${admin}.`, admin.slice(0, admin.lastIndexOf("."))])
			assert.throws(() => new Passwords({ configured: { admin: told } }), /is not hashed/, told);
	});

	it("works with passwords that were set on the device, all in one realm, and after a restart", async () => {
		let kept: unknown;
		const options = { configured: {}, keep: (value: unknown) => void (kept = value) };
		const device = await create(options);
		await settled(device.change({ admin: "a first one" }));
		const [first] = challenges(device);
		const where = digestParams(first.slice(7))!.get("realm")!;
		assert.match(where, /^yieldcam-[0-9a-f]{16}$/);
		assert.equal(ask(device, answer(nonceOf(first), { password: "a first one", in: where })), "admin");
		await settled(device.change({ viewer: "another one" }));
		await settled(device.change({ admin: "a second one" }));
		const again = await create({ ...options, stored: JSON.parse(JSON.stringify(kept)) });
		for (const [user, password, verdict] of [
			["admin", "a second one", "admin"],
			["admin", "a first one", undefined],
			["viewer", "another one", "viewer"],
		] as const)
			assert.equal(ask(again, answer(challenge(again), { user, password, in: where })), verdict, password);
	});

	it("is requested again once all passwords stored without a Digest hash are set again", async () => {
		const device = await create({
			configured: { admin: await hashOf("admin", null), viewer: await hashOf("viewer", null) },
		});
		await settled(device.change({ viewer: "another one" }));
		assert.lengthOf(challenges(device), 1);
		await settled(device.change({ admin: "a second one" }));
		assert.lengthOf(challenges(device), 2);
	});

	it("is not accepted if Digest is off, and nothing is stored for it", async () => {
		let kept: { readonly admin?: string } = {};
		const device = await create({
			configured: {},
			digest: "off",
			keep: (value) => void (kept = value as typeof kept),
		});
		await settled(device.change({ admin: "a first one" }));
		assert.lengthOf(kept.admin!.split("."), 4);
		const told = await create({ digest: "off" });
		assert.isUndefined(ask(told, answer(challenge(await create()), {})));
	});

	it("works through the app: challenges in two field lines, the role, and the role's own address", async () => {
		const { admin, viewer } = await hashes();
		const app = new App(new Camera({ io: FakeOv2640 }), {
			config: { adminPassword: admin, viewerPassword: viewer },
		});
		const get = (method: string, target: string, authorization?: string) =>
			settled(
				Promise.resolve(
					app.handle(
						request(method, target, {
							headers: {
								...CHROME,
								...(authorization !== undefined && { Authorization: authorization }),
							},
						}),
					),
				),
			);
		const refused = await get("GET", "/status");
		assert.equal(refused.status, 401);
		const offers = [...refused.headers].filter(([name]) => name === "WWW-Authenticate").map(([, value]) => value);
		assert.match(
			offers[0],
			/^Digest realm="yieldcam-0123456789abcdef", qop="auth", algorithm=SHA-256, charset=UTF-8, nonce="[0-9a-f]+\.[0-9a-f]{32}"$/,
		);
		assert.deepEqual(offers.slice(1), [`Basic realm="yieldcam", charset="UTF-8"`]);
		const nonce = nonceOf(offers[0]);
		const asked = await get("GET", "/api/access", answer(nonce, { uri: "/api/access" }));
		assert.equal(asked.status, 200);
		assert.include(String.fromArrayBuffer(asked.bytes as ArrayBuffer), `"role":"admin"`);
		const stale = await get("GET", "/api/access", answer(nonce, { uri: "/api/access" }));
		assert.equal(stale.status, 401);
		assert.match(stale.headers.get("www-authenticate")!, /^Digest .*, stale=true$/);
		const uri = "/control?var=hmirror&val=1",
			now = nonceOf(stale.headers.get("www-authenticate")!);
		assert.equal(
			(await get("GET", uri, answer(now, { uri, user: "viewer", password: PASSWORDS.viewer }))).status,
			403,
		);
	});
});
