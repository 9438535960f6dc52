import { assert } from "chai";
import { Passwords } from "yieldcam/access/passwords";
import { type WithoutCameraOptions, withoutCamera } from "yieldcam/app/without-camera";
import type { Response } from "yieldcam/http/response";
import { request, type RequestInit } from "../support/requests.ts";
import { resetClock } from "../support/time.ts";
import { settled } from "../support/settled.ts";

const REASON = "no known sensor answered on SCCB";
const page = new Uint8Array([0x1f, 0x8b, 8, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 1, 2]).buffer;
const SYSTEM = { restart: "crash", safe: true };
const PASSWORD = "a good password";
const AUTHORIZATION = "Basic YWRtaW46YSBnb29kIHBhc3N3b3Jk"; // admin and that

function store(text: string | undefined): WithoutCameraOptions["settings"] {
	return {
		store: {
			read: () => text,
			write() {
				throw new Error("nothing is written");
			},
			clear() {},
		},
	};
}

async function ask(
	options: Omit<WithoutCameraOptions, "page" | "system">,
	target: string,
	init?: RequestInit,
	method = "GET",
): Promise<[status: number, text: string, response: Response]> {
	const response = await settled(
		Promise.resolve(
			withoutCamera(() => REASON, { page, system: SYSTEM, ...options })(request(method, target, init)),
		),
	);
	return [
		response.status,
		response.bytes === page ? "the page" : String.fromArrayBuffer(response.bytes as ArrayBuffer),
		response,
	];
}

describe("the app without its camera", () => {
	beforeEach(resetClock);

	it("reports why, everywhere but at `/`, which is the page", async () => {
		assert.deepEqual((await ask({}, "/")).slice(0, 2), [200, "the page"]);
		for (const target of ["//", "/?from=elsewhere"]) assert.equal((await ask({}, target))[1], "the page");
		for (const target of ["/stream", "/capture", "/metrics", "/?action=stream"]) {
			const [status, text, { headers }] = await ask({}, target);
			assert.deepEqual([status, text, headers.get("retry-after")], [503, `${REASON}\n`, "1"]);
		}
	});

	it("has the camera's name in its state, if there is one", async () => {
		const name = async (text: string | undefined): Promise<unknown> =>
			(JSON.parse((await ask({ settings: store(text) }, "/api/state"))[1]) as { name?: unknown }).name;
		assert.equal(await name('{"version":1,"name":"Shed","camera":{}}'), "Shed");
		for (const text of ['{"name":7}', "null", "{", undefined]) assert.isUndefined(await name(text));
	});

	it("has the log, for the admin and no other website", async () => {
		const logTail = (): ArrayBuffer => ArrayBuffer.fromString("1.000 yieldcam: why\n");
		const [status, text, { headers }] = await ask({ logTail }, "/api/log");
		assert.deepEqual([status, text], [200, "1.000 yieldcam: why\n"]);
		assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
		assert.equal((await ask({ logTail }, "/api/log", {}, "POST"))[0], 503);
		assert.equal((await ask({}, "/api/log"))[0], 503, "a device that keeps none");
		const elsewhere = { headers: { Origin: "http://evil.example" } };
		assert.equal((await ask({ logTail }, "/api/log", elsewhere))[0], 403);
		// Nobody can tell whose log it is if the passwords cannot be read.
		assert.equal((await ask({ logTail, config: { adminPassword: "no hash" } }, "/api/log"))[0], 503);
	});

	it("has a state, with the reason as its fault", async () => {
		const [status, text, { headers }] = await ask({}, "/api/state");
		assert.equal(status, 200);
		assert.equal(headers.get("content-type"), "application/json");
		assert.deepEqual(JSON.parse(text), { viewers: [], ...SYSTEM, fault: REASON });
		assert.equal((await ask({}, "/api/state", {}, "PUT"))[0], 503);
	});

	it("knows the passwords that were set, or else those that were configured", async () => {
		let access: unknown;
		const passwords = new Passwords({
			keep(value) {
				access = value;
			},
		});
		await settled(passwords.change({ admin: PASSWORD }));
		const { admin } = access as { readonly admin: string };
		const closed = [
			{ settings: store(JSON.stringify({ version: 1, camera: {}, access })) },
			{ settings: store(undefined), config: { adminPassword: admin } },
			{ settings: store("{"), config: { adminPassword: admin } },
		];
		for (const options of closed) {
			for (const target of ["/", "/api/state", "/stream"]) assert.equal((await ask(options, target))[0], 401);
			assert.equal((await ask(options, "/", { headers: { Authorization: AUTHORIZATION } }))[1], "the page");
			assert.equal((await ask(options, "/stream", { headers: { Authorization: AUTHORIZATION } }))[0], 503);
		}
		for (const open of [
			store(undefined),
			store("{"),
			store("null"),
			store(JSON.stringify({ version: 1, camera: {} })),
		])
			assert.equal((await ask({ settings: open }, "/"))[0], 200);
	});

	it("tells everybody the reason, and nothing else, if the configuration is invalid", async () => {
		const invalid = [{ adminPassword: PASSWORD }, { allowedHosts: "a b" }, { frameAncestors: "homeassistant" }];
		for (const config of invalid) {
			assert.deepEqual((await ask({ config }, "/")).slice(0, 2), [200, "the page"]);
			const [status, state] = await ask({ config }, "/api/state");
			assert.equal(status, 200);
			assert.deepEqual(JSON.parse(state), { viewers: [], fault: REASON });
			assert.deepEqual((await ask({ config }, "/stream")).slice(0, 2), [503, `${REASON}\n`]);
		}
	});

	it("rejects pages of other sites, as the app does", async () => {
		assert.equal(
			(await ask({}, "/control?var=vflip&val=1", { headers: { "Sec-Fetch-Site": "cross-site" } }))[0],
			403,
		);
		assert.equal((await ask({}, "/api/state", { headers: { "Sec-Fetch-Site": "cross-site" } }, "POST"))[0], 403);
		const [, , { headers }] = await ask({}, "/");
		assert.equal(headers.get("x-content-type-options"), "nosniff");
		assert.equal(headers.get("content-security-policy"), "frame-ancestors 'self'");
	});
});
