import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Passwords } from "yieldcam/access/passwords";
import { hashPassword } from "yieldcam/access/password-hash";
import { credentialsOf } from "yieldcam/access/credentials";
import { digestSecret } from "yieldcam/access/digest";
import { sha256 } from "yieldcam/access/sha256";
import { hex } from "yieldcam/access/constant-time";
import { Camera } from "yieldcam/camera/camera";
import { base64 } from "yieldcam/http/syntax/base64";
import { Content } from "yieldcam/http/engine/content";
import type { HttpError } from "yieldcam/http/http-error";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { inputOf, linkFrom, parseHead } from "../support/requests.ts";
import { head, serve } from "../support/serve.ts";
import { settled } from "../support/settled.ts";
import { advance, resetClock } from "../support/time.ts";

const salt = new Uint8Array(16);

function basic(user: string, password: string): string {
	return `Basic ${base64(new Uint8Array(ArrayBuffer.fromString(`${user}:${password}`)))}`;
}

function request(
	line: string,
	authorization?: string,
	{ address = "192.0.2.1", json }: { address?: string; json?: unknown } = {},
): Request {
	const content = json === undefined ? "" : JSON.stringify(json);
	const bytes = ArrayBuffer.fromString(content);
	const head = parseHead(
		[
			`${line} HTTP/1.1`,
			"Host: cam",
			"Content-Type: application/json",
			`Content-Length: ${bytes.byteLength}`,
			...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
			"\r\n",
		].join("\r\n"),
	);
	const arrived = new Content(bytes.byteLength, DEFAULT_LIMITS, {
		contentWanted: () => void arrived.take(inputOf(bytes)),
		contentResumed: () => void arrived.take(inputOf(bytes)),
		makeContentRoom: () => false,
		freeMemory: () => true,
	});
	return new Request(head, bytes.byteLength > 0 ? arrived : undefined, linkFrom(address));
}

/** Hashes that cost next to nothing, so that the tests are fast. */
async function hashes(): Promise<{ admin: string; viewer: string }> {
	return {
		admin: await settled(hashPassword("admin's own", salt, 2)),
		viewer: await settled(hashPassword("viewer's own", salt, 2)),
	};
}

describe("credentials", () => {
	const table: [field: string, credentials: ReturnType<typeof credentialsOf>][] = [
		["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", { user: "Aladdin", password: "open sesame" }], // RFC 7617, 2
		["basic  dGVzdDoxMjPCow==", { user: "test", password: "123£" }], // RFC 7617, 2.1
		["BASIC dGVzdDoxMjPCow", { user: "test", password: "123£" }],
		["Basic YTpiOmM=", { user: "a", password: "b:c" }],
		["Basic Og==", { user: "", password: "" }],
		["Basic YQ==", undefined],
		["Basic", undefined],
		["Basic ", undefined],
		["Basic YTpi!", undefined],
		["Basic YTpiY", undefined],
		["Basic YTr/", undefined], // not UTF-8
		["Basic YToA", undefined], // a NUL
		["Bearer abc", { token: "abc" }],
		["Digest username=admin", undefined],
		["", undefined],
	];
	for (const [field, credentials] of table)
		it(`of ${JSON.stringify(field)}`, () => assert.deepEqual(credentialsOf(field), credentials));
});

describe("a camera with passwords", () => {
	async function camera(): Promise<(line: string, authorization?: string) => Promise<Response>> {
		resetClock();
		const { admin, viewer } = await hashes();
		const app = new App(new Camera({ io: FakeOv2640 }), {
			config: { adminPassword: admin, viewerPassword: viewer },
		});
		return (line, authorization) => settled(Promise.resolve(app.handle(request(line, authorization))));
	}

	const reads = [
		"GET /status",
		"HEAD /stream",
		"GET /api/state",
		"GET /api/camera",
		"GET /metrics",
		"GET /state",
		"GET /api/access",
	];
	const changes = [
		"GET /control?var=hmirror&val=1",
		"HEAD /control?var=hmirror&val=1",
		"GET /xclk?xclk=20",
		"POST /api/camera/reset",
	];
	const table: [who: string, authorization: string | undefined, read: number, change: number][] = [
		["nobody", undefined, 401, 401],
		["the admin", basic("admin", "admin's own"), 200, 200],
		["a viewer", basic("viewer", "viewer's own"), 200, 403],
		["a viewer with the admin's password", basic("viewer", "admin's own"), 401, 401],
		["an admin with the viewer's password", basic("admin", "viewer's own"), 401, 401],
		["somebody else", basic("root", "admin's own"), 401, 401],
		["an admin without a password", basic("admin", ""), 401, 401],
		["a token that is a password", "Bearer admin's own", 401, 401],
		["nonsense", "Basic !", 401, 401],
	];
	for (const [who, authorization, read, change] of table) {
		it(`answers ${who} with ${read}, and ${change} if the request changes something`, async () => {
			const ask = await camera();
			for (const line of reads.slice(0, read === 200 ? undefined : 2)) {
				const response = await ask(line, authorization);
				assert.equal(response.status, read, line);
				assert.equal(
					response.headers.get("www-authenticate"),
					read === 401 ? `Basic realm="yieldcam", charset="UTF-8"` : undefined,
				);
				response.close({ report() {} });
			}
			for (const line of changes.slice(0, change === 200 ? undefined : 2))
				assert.equal((await ask(line, authorization)).status, change, line);
			assert.lengthOf(
				FakeOv2640.last.history.filter((set) => set === "hmirror=1"),
				change === 200 ? 2 : 0,
			);
		});
	}

	it("treats as a change what the program declares as one", async () => {
		const { admin, viewer } = await hashes();
		const app = new App(new Camera({ io: FakeOv2640 }), {
			config: { adminPassword: admin, viewerPassword: viewer },
			commands: ["/led"],
		});
		app.router.get("/led", () => new Response("on"));
		const ask = (path: string, authorization: string) =>
			settled(Promise.resolve(app.handle(request(`GET ${path}`, authorization))));
		assert.equal((await ask("/led", basic("viewer", "viewer's own"))).status, 403);
		assert.equal((await ask("/led", basic("admin", "admin's own"))).status, 200);
		assert.equal((await ask("/xclk?xclk=20", basic("viewer", "viewer's own"))).status, 403);
	});

	it("issues tokens, each with the rights of its owner", async () => {
		const ask = await camera();
		for (const [role, password, change] of [
			["admin", "admin's own", 200],
			["viewer", "viewer's own", 403],
		] as const) {
			const { token, ...more } = JSON.parse(
				textOf(await ask("GET /api/access", basic(role, password))),
			) as Record<string, unknown>;
			assert.deepEqual(more, {
				admin: true,
				viewer: true,
				role,
				...(role === "admin" && { pictures: null }),
			});
			assert.equal((await ask("GET /status", `Bearer ${token as string}`)).status, 200);
			assert.equal((await ask("GET /control?var=hmirror&val=1", `bearer ${token as string}`)).status, change);
			assert.equal((await ask("GET /status", `Bearer ${(token as string).slice(0, -1)}`)).status, 401);
		}
	});

	it("lets a browser sign out, with any name, which changes nothing for others", async () => {
		const ask = await camera();
		const asked = await ask("POST /api/access/sign-out");
		assert.equal(asked.status, 401);
		assert.match(asked.headers.get("www-authenticate")!, /^Basic realm="yieldcam"/);
		const field = basic("nobody", "signed-out");
		assert.equal((await ask("POST /api/access/sign-out", field)).status, 204);
		assert.equal((await ask("GET /api/state", field)).status, 401);
		assert.equal((await ask("GET /api/state", basic("admin", "admin's own"))).status, 200);
		resetClock();
		assert.equal(
			(
				await settled(
					Promise.resolve(
						new App(new Camera({ io: FakeOv2640 })).handle(request("POST /api/access/sign-out")),
					),
				)
			).status,
			404,
			"there is nothing to sign out of",
		);
	});

	describe("and a token for pictures", () => {
		const admin = basic("admin", "admin's own"),
			viewer = basic("viewer", "viewer's own");

		async function withToken() {
			const ask = await camera();
			const made = await ask("POST /api/access/pictures", admin);
			assert.equal(made.status, 201);
			const { token } = JSON.parse(textOf(made)) as { token: string };
			assert.match(token, /^[0-9a-f]{32}$/);
			const status = async (line: string, authorization?: string): Promise<number> => {
				const response = await ask(line, authorization);
				response.close({ report() {} });
				return response.status;
			};
			return { ask, status, token };
		}

		it("shows pictures and streams at all of their addresses", async () => {
			const { status, token } = await withToken();
			for (const line of [
				`HEAD /stream?token=${token}`,
				`GET /stream?token=${token}&key=x`,
				`GET /?action=stream&token=${token}`,
				`GET /?action=stream&token=${token}?nonce=1`,
				`GET /?action=stream?token=${token}`,
				`GET /?action=stream?token=${token}&nonce=1`,
				`GET /?action=stream?token=${token}?nonce=1`,
				`GET /stream?nonce=1?token=${token}`,
				`GET /stream?%74oken=${token}`,
				`GET /stream?a=%20&t%6Fken=%${token.charCodeAt(0).toString(16)}${token.slice(1)}`,
				`GET /?%61ction=stream?tok%65n=${token}?nonce=1`,
				`GET /stream?&&a&?${"?&".repeat(10)}token=${token}`,
				`GET /api/stream?token=${token}`,
			])
				assert.equal(await status(line), 200, line);
			// The camera of this test gives no pictures, so these get as far as its error.
			for (const line of [`GET /bmp?token=${token}`]) assert.notInclude([401, 403], await status(line), line);
		});

		it("lets a browser ask whether it may send fields with it", async () => {
			const { ask, token } = await withToken();
			const { status, headers } = await ask(`OPTIONS /stream?token=${token}`);
			assert.equal(status, 204);
			assert.equal(headers.get("access-control-allow-origin"), "*");
			assert.equal(headers.get("allow"), "GET, HEAD, OPTIONS");
			assert.equal(headers.get("access-control-allow-headers"), "Cache-Control, Pragma, Range");
			assert.equal((await ask("OPTIONS /stream")).status, 401);
		});

		it("is named if it is wrong, and does not count as a password", async () => {
			const { ask } = await withToken();
			for (let i = 0; i < 20; i++) {
				const response = await ask(`GET /stream?token=${"0".repeat(32)}`);
				assert.equal(response.status, 401);
				assert.match(textOf(response), /^the token is wrong, or was revoked/);
			}
			for (const address of ["/stream?%74oken=0", "/stream?a?token=0", "/status?token"])
				assert.match(textOf(await ask(`GET ${address}`)), /^the token is wrong/, address);
			assert.match(textOf(await ask("GET /stream?xtoken=0")), /^the name must be admin or viewer/);
			assert.match(textOf(await ask("GET /stream", `Bearer ${"0".repeat(32)}`)), /^the token is wrong/);
			assert.match(textOf(await ask("GET /stream")), /^the name must be admin or viewer/);
		});

		it("is good for nothing else", async () => {
			const { status, token } = await withToken();
			for (const line of [
				`GET /?token=${token}`,
				`GET /status?token=${token}`,
				`GET /api/state?token=${token}`,
				`GET /api/events?token=${token}`,
				`GET /api/stream?events&token=${token}`,
				`GET /api/stream?token=${token}&events=only`,
				`GET /api/stream?token=${token}&%65vents`,
				`GET /api/access?token=${token}`,
				`GET /control?var=hmirror&val=1&token=${token}`,
				`POST /stream?token=${token}`,
				`POST /api/access/pictures?token=${token}`,
				`GET /stream/?token=${token}`,
				`GET /x//stream?token=${token}`,
				`OPTIONS /status?token=${token}`,
				`GET /?xtoken=${token}`,
				`GET /status?action=stream?token=${token}`,
			])
				assert.equal(await status(line), 401, line);
			for (const field of [`Bearer ${token}`, basic("viewer", token), basic("", token)])
				assert.equal(await status("GET /stream", field), 401, field);
		});

		it("has to be the right one", async () => {
			const { status, token } = await withToken();
			const other = (token.startsWith("0") ? "1" : "0") + token.slice(1);
			for (const wrong of [
				"",
				other,
				token.slice(1),
				`${token}0`,
				`0${token}`,
				"undefined",
				"null",
				token + token,
			])
				assert.equal(await status(`GET /stream?token=${wrong}`), 401, wrong);
			assert.equal(await status(`GET /stream?token=${other}&token=${token}`), 401, "the first one counts");
		});

		it("is made and revoked by the admin only, and a new one replaces it", async () => {
			const { ask, status, token } = await withToken();
			for (const line of ["POST /api/access/pictures", "DELETE /api/access/pictures"]) {
				assert.equal(await status(line, viewer), 403);
				assert.equal(await status(line), 401);
			}
			assert.equal(
				(JSON.parse(textOf(await ask("GET /api/access", admin))) as { pictures: string }).pictures,
				token,
			);
			assert.notProperty(JSON.parse(textOf(await ask("GET /api/access", viewer))), "pictures");
			const { token: second } = JSON.parse(textOf(await ask("POST /api/access/pictures", admin))) as {
				token: string;
			};
			assert.notEqual(second, token);
			assert.equal(await status(`GET /stream?token=${token}`), 401);
			assert.equal(await status(`GET /stream?token=${second}`), 200);
			assert.equal(await status("DELETE /api/access/pictures", admin), 204);
			assert.equal(await status(`GET /stream?token=${second}`), 401);
		});

		it("lets pages of other sites show the picture, and no other", async () => {
			const { ask, token } = await withToken();
			for (const [line, policy] of [
				[`GET /stream?token=${token}`, "cross-origin"],
				[`GET /stream?token=${token.replace(/./g, "0")}`, "same-origin"],
			]) {
				const { headers } = await ask(line);
				assert.equal(headers.get("cross-origin-resource-policy"), policy);
			}
			const { headers } = await ask("GET /stream", viewer);
			assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
		});
	});

	it("has no token for pictures without a password, or after a change of one, and keeps it across restarts", async () => {
		const { admin } = await hashes();
		assert.throws(() => new Passwords().changePictureToken("0".repeat(32)), /everybody may see/);
		const kept: unknown[] = [];
		const passwords = new Passwords({ configured: { admin }, keep: (value) => kept.push(value) });
		passwords.changePictureToken("0123456789abcdef".repeat(2));
		const again = new Passwords({ configured: { admin }, stored: JSON.parse(JSON.stringify(kept.at(-1))) });
		assert.equal(again.pictureToken, "0123456789abcdef".repeat(2));
		assert.isTrue(again.isGood(again.pictureToken));
		await settled(again.change({ viewer: "viewer's new" }));
		assert.isUndefined(again.pictureToken);
		for (const pictures of ["", "x".repeat(32), 5, null])
			assert.isUndefined(
				new Passwords({ stored: { ...(kept.at(-1) as object), pictures } }).pictureToken,
				"a value of another form",
			);
	});

	it("accepts no empty token as that of a viewer without a password", async () => {
		const { admin } = await hashes();
		const passwords = new Passwords({ configured: { admin } });
		for (const field of ["Bearer", "Bearer \u00a0", "Bearer undefined"])
			assert.isUndefined(await settled(Promise.resolve(passwords.role(request("GET /", field)))), field);
	});

	it("shares nothing with pages of other sites", async () => {
		const { headers } = await (await camera())("GET /status", basic("viewer", "viewer's own"));
		assert.isFalse(headers.has("access-control-allow-origin"));
		assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
	});

	it("draws its random numbers once, and only when needed, since a board has good ones only with Wi-Fi", async () => {
		const configured = await hashes();
		const { random } = Math;
		let drawn = 0;
		Math.random = () => {
			drawn++;
			return random();
		};
		try {
			const passwords = new Passwords({ configured });
			assert.isUndefined(passwords.role(request("GET /")));
			assert.equal(drawn, 0);
			for (let i = 0; i < 2; i++)
				assert.equal(
					await settled(Promise.resolve(passwords.role(request("GET /", basic("admin", "admin's own"))))),
					"admin",
				);
			assert.equal(drawn, 32);
		} finally {
			Math.random = random;
		}
	});

	it("does not start with a viewer's password alone, which would protect nothing", async () => {
		const { viewer } = await hashes();
		assert.throws(() => new Passwords({ configured: { viewer } }), /without an admin's/);
	});

	it("makes one change of them at a time", async () => {
		const passwords = new Passwords();
		const first = passwords.change({ admin: null });
		const second = passwords.change({ admin: "another's" });
		const refused = await second.then(
			() => undefined,
			(error: HttpError) => error.status,
		);
		assert.equal(refused, 409);
		await settled(first);
		await settled(passwords.change({ admin: "admin's own" }));
		assert.isTrue(passwords.closed);
	});

	it("reports a password that is not hashed, and does not start", () => {
		for (const config of [{ adminPassword: "secret" }, { adminPassword: "" }, { viewerPassword: "secret" }])
			assert.throws(
				() => new App(new Camera({ io: FakeOv2640 }), { config }),
				/not hashed: give it as --admin-password/,
			);
	});
});

describe("a camera's passwords", () => {
	let kept: string | undefined;
	const store = {
		read: () => kept,
		write(text: string) {
			kept = text;
		},
		clear() {
			kept = undefined;
		},
	};

	beforeEach(() => {
		resetClock();
		kept = undefined;
	});

	function start(
		config = {},
	): (
		line: string,
		authorization?: string,
		json?: unknown,
	) => Promise<{ status: number; json: Record<string, unknown> }> {
		const app = new App(new Camera({ io: FakeOv2640 }), { config, settings: { store, log() {} } });
		return async (line, authorization, json) => {
			const response = await settled(Promise.resolve(app.handle(request(line, authorization, { json }))));
			const text = textOf(response);
			return {
				status: response.status,
				json: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
			};
		};
	}

	it("are set by the first client, and then by the admin only; they survive a restart and a reset", async () => {
		let ask = start();
		assert.deepEqual(await ask("GET /api/access"), { status: 200, json: { admin: false, viewer: false } });
		assert.deepEqual(await ask("PUT /api/access", undefined, { admin: "admin's own" }), {
			status: 200,
			json: { admin: true, viewer: false },
		});
		assert.equal((await ask("PUT /api/access", undefined, { admin: "another's" })).status, 401);
		assert.notInclude(kept!, "admin's own");
		const admin = basic("admin", "admin's own");
		ask = start();
		assert.equal((await ask("GET /status")).status, 401);
		assert.deepEqual(await ask("PUT /api/access", admin, { viewer: "viewer's own" }), {
			status: 200,
			json: { admin: true, viewer: true },
		});
		assert.equal((await ask("DELETE /api/settings", admin)).status, 200);
		assert.notProperty((await ask("GET /api/settings", admin)).json, "access");
		ask = start();
		const viewer = basic("viewer", "viewer's own");
		assert.equal((await ask("GET /status", viewer)).status, 200);
		assert.equal((await ask("PUT /api/access", viewer, { admin: null })).status, 403);
		assert.deepEqual(await ask("PUT /api/access", admin, { admin: null }), {
			status: 200,
			json: { admin: false, viewer: false },
		});
		assert.equal((await start()("GET /status")).status, 200);
	});

	it("that were configured count until they are changed, and again when others are configured", async () => {
		const { admin: adminPassword } = await hashes();
		const told = basic("admin", "admin's own");
		const ask = start({ adminPassword });
		await ask("PUT /api/access", told, { admin: "a newer one" });
		const newer = basic("admin", "a newer one");
		assert.equal((await ask("GET /status", told)).status, 401, "the old one is forgotten at once");
		assert.equal((await start({ adminPassword })("GET /status", newer)).status, 200);
		const again = start({ adminPassword: await settled(hashPassword("lost and replaced", salt, 2)) });
		assert.equal((await again("GET /status", newer)).status, 401);
		assert.equal((await again("GET /status", basic("admin", "lost and replaced"))).status, 200);
	});

	for (const [what, json, field] of [
		["a short one", { admin: "seven..", viewer: null }, "admin"],
		["a long one", { admin: "x".repeat(129) }, "admin"],
		["no text", { admin: 12345678 }, "admin"],
		["a viewer's alone", { viewer: "viewer's own" }, "viewer"],
		["a viewer's without an admin's", { viewer: "viewer's own", admin: null }, "viewer"],
		["somebody else's", { admin: "admin's own", root: "root's own" }, "root"],
		["a list", ["admin's own"], undefined],
	] as const)
		it(`are refused: ${what}`, async () => {
			const ask = start();
			const answer = await ask("PUT /api/access", undefined, json);
			assert.equal(answer.status, 422);
			assert.equal(answer.json["field"], field);
			assert.equal((await ask("GET /status")).status, 200);
			assert.isUndefined(kept);
		});

	it("are accepted as JSON only, which a form elsewhere cannot send", async () => {
		const app = new App(new Camera({ io: FakeOv2640 }));
		const head = parseHead("PUT /api/access HTTP/1.1\r\nHost: cam\r\nContent-Type: text/plain\r\n\r\n");
		assert.equal((await app.handle(new Request(head))).status, 415);
	});
});

describe("wrong passwords", () => {
	let now = 0;
	let passwords: Passwords;

	beforeEach(async () => {
		resetClock();
		now = 1_000_000;
		passwords = new Passwords({ configured: await hashes(), now: () => now });
	});

	/** A role, "nobody", or the status and the seconds to wait. */
	async function ask(password: string, address?: string, user = "admin"): Promise<string> {
		try {
			return (
				(await settled(
					Promise.resolve(
						passwords.role(
							request("GET /", basic(user, password), address === undefined ? {} : { address }),
						),
					),
				)) ?? "nobody"
			);
		} catch (error) {
			const { status, headers } = error as HttpError;
			return `${status} ${headers?.["Retry-After"]}`;
		}
	}

	async function fail(times: number, address?: string): Promise<void> {
		for (let i = 0; i < times; i++) assert.equal(await ask(`wrong ${i}`, address), "nobody");
	}

	it("make their address wait, twice as long each time, up to a minute", async () => {
		await fail(5);
		for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
			assert.equal(await ask("admin's own"), `429 ${seconds}`);
			now += seconds * 1_000 - 1;
			assert.equal(await ask("admin's own"), "429 1");
			now += 1;
			await fail(1);
		}
	});

	it("delay no one who is known already, or at another address", async () => {
		assert.equal(await ask("admin's own"), "admin");
		await fail(5);
		assert.equal(await ask("admin's own"), "admin");
		assert.equal(await ask("viewer's own", undefined, "viewer"), "429 1");
		assert.equal(await ask("viewer's own", "192.0.2.2", "viewer"), "viewer");
	});

	it("are forgiven when the right one comes, and after ten minutes", async () => {
		await fail(4);
		assert.equal(await ask("admin's own"), "admin");
		await fail(4);
		now += 600_001;
		await fail(4);
	});

	it("lock no one out if the clock is set back", async () => {
		await fail(5);
		now -= 500_000;
		assert.equal(await ask("admin's own"), "admin");
	});

	const realm = "yieldcam-0123456789abcdef";

	/** The stored form of a password if Digest is wanted. */
	async function digestHash(role: string, password: string): Promise<string> {
		return `${await settled(hashPassword(password, salt, 2))}.${realm}.${digestSecret(role, realm, password)}`;
	}

	/** Digest fields of the admin, all with one nonce that the device issued. */
	function digestFields(): (password: string, count: number) => string {
		const response = new Response();
		passwords.challenge(request("GET /"), response, "stale");
		const nonce = /nonce="([^"]+)"/.exec(response.headers.get("www-authenticate")!)![1];
		const hash = (text: string): string => hex(sha256(new Uint8Array(ArrayBuffer.fromString(text))));
		return (password, count) => {
			const nc = count.toString(16).padStart(8, "0");
			const proof = hash(`${hash(`admin:${realm}:${password}`)}:${nonce}:${nc}:c:auth:${hash("GET:/")}`);
			return `Digest username="admin", realm="${realm}", nonce="${nonce}", uri="/", algorithm=SHA-256, qop=auth, nc=${nc}, cnonce="c", response="${proof}"`;
		};
	}

	it("do not make an address wait that was right by Digest in between", async () => {
		passwords = new Passwords({ configured: { admin: await digestHash("admin", "admin's own") }, now: () => now });
		const field = digestFields();
		await fail(4);
		assert.equal(passwords.role(request("GET /", field("admin's own", 1))), "admin");
		await fail(4);
		assert.equal(await ask("admin's own"), "admin");
	});

	it("with a nonce from before the passwords changed make their address wait, as others do", async () => {
		passwords = new Passwords({ configured: { admin: await digestHash("admin", "admin's own") }, now: () => now });
		const field = digestFields();
		assert.equal(passwords.role(request("GET /", field("admin's own", 1))), "admin");
		await settled(passwords.change({ admin: "another" }));
		now += 1;
		for (let count = 2; count < 7; count++)
			assert.isUndefined(passwords.role(request("GET /", field(`guess ${count}`, count))));
		assert.throws(() => passwords.role(request("GET /", field("guess", 7))), /too many wrong passwords/);
		now += 60_000;
		assert.equal(passwords.role(request("GET /", field("another", 8))), "stale");
	});

	it("lock no one out from any number of addresses if there is a Digest hash, which checks Basic at once", async () => {
		passwords = new Passwords({
			configured: {
				admin: await digestHash("admin", "admin's own"),
				viewer: await digestHash("viewer", "viewer's own"),
			},
			now: () => now,
		});
		const role = (user: string, password: string, address: string): unknown =>
			passwords.role(request("GET /", basic(user, password), { address }));
		for (let i = 0; i < 300; i++) assert.isUndefined(role("admin", `wrong ${i}`, `10.0.${i >> 8}.${i & 255}`));
		assert.equal(role("admin", "admin's own", "192.0.2.9"), "admin");
		assert.equal(role("viewer", "viewer's own", "192.0.2.10"), "viewer");
		assert.isUndefined(role("viewer", "admin's own", "192.0.2.11"));
		assert.isUndefined(role("admin", "viewer's own", "192.0.2.12"));
		assert.isUndefined(role("admin", "", "192.0.2.13"));
	});

	it("that were right when their check began admit no one if the passwords change before it ends", async () => {
		passwords = new Passwords({
			configured: {
				admin: (await hashes()).admin,
				viewer: await settled(hashPassword("viewer's own", salt, 2_000)),
			},
			now: () => now,
		});
		const slow = ask("viewer's own", undefined, "viewer");
		const changed = settled(passwords.change({ viewer: null }));
		await changed;
		assert.equal(await slow, "nobody");
		assert.equal(await ask("viewer's own", undefined, "viewer"), "nobody");
		assert.equal(await ask("admin's own"), "admin", "and it does not count as a failure of that address");
	});

	it("are not checked if no handler place is free", () => {
		const { connect, network } = serve((asked) => new Response(typeof passwords.role(asked)), {
			limits: { slots: 0 },
		});
		const client = connect().send(head("GET / HTTP/1.1", `Authorization: ${basic("admin", "admin's own")}`));
		advance(4_000);
		assert.match(client.text, /^HTTP\/1\.1 503 /);
		network.run();
	});

	it("are checked one after the other if several viewers sign in at the same time", async () => {
		const { network } = serve((asked) => {
			const role = passwords.role(asked);
			return role instanceof Promise
				? role.then((late) => new Response(String(late)))
				: new Response(String(role));
		});
		const clients = [1, 2, 3, 4].map((i) =>
			network
				.connect(80, `192.0.2.${i}`)
				.send(head("GET / HTTP/1.1", `Authorization: ${basic("viewer", "viewer's own")}`)),
		);
		for (let i = 0; i < 400; i++) {
			await network.settle();
			advance(5);
		}
		assert.deepEqual(
			clients.map(({ text }) => text.slice(9, 12)),
			["200", "200", "200", "200"],
		);
	});

	it("are not checked again if they were right among the last four of that role", async () => {
		const role = (spaces: number) =>
			passwords.role(request("GET /", basic("admin", "admin's own").replace(" ", " ".repeat(spaces))));
		for (let spaces = 1; spaces <= 4; spaces++) assert.equal(await settled(Promise.resolve(role(spaces))), "admin");
		for (let spaces = 1; spaces <= 4; spaces++) assert.equal(role(spaces), "admin", "at once");
		assert.equal(await settled(Promise.resolve(role(5))), "admin");
		assert.equal(role(2), "admin", "at once");
		const first = role(1);
		assert.instanceOf(first, Promise);
		assert.equal(await settled(first as Promise<unknown>), "admin");
	});

	it("are checked one at a time per address, and two in all; the same one asked twice is checked once", async () => {
		const pending = [1, 2].map((i) => ask("admin's own", `192.0.2.${i}`));
		const same = ask("admin's own", "192.0.2.1");
		assert.equal(await ask("another", "192.0.2.1"), "429 1");
		assert.equal(await ask("admin's own", "192.0.2.5"), "503 2");
		for (const role of [...pending, same]) assert.equal(await role, "admin");
		assert.equal(await ask("admin's own", "192.0.2.5"), "admin");
	});
});

function textOf({ bytes }: Response): string {
	return bytes instanceof ArrayBuffer ? String.fromArrayBuffer(bytes) : "";
}
