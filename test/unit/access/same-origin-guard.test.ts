import { assert } from "chai";
import { sameOriginGuard, type GuardOptions } from "yieldcam/access/same-origin-guard";
import { anyOrigin } from "yieldcam/compatibility/cors";
import { HttpError } from "yieldcam/http/http-error";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { head, serve } from "../support/serve.ts";

const CHROME =
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/** A camera's routes, guarded, and a record of the changes. */
function camera(options: GuardOptions = {}): { changed: string[]; ask: (text: string) => Promise<string> } {
	const changed: string[] = [];
	const change = ({ path }: { path: string }): Response => {
		changed.push(path);
		return new Response();
	};
	const router = new Router()
		.get("/control", change)
		.patch("/api/camera", change)
		.post("/upload", async (request) => change(request))
		.get("/status", () => new Response("{}", { headers: { "Access-Control-Allow-Origin": "*" } }))
		.get("/api/state", async () => new Response("{}"))
		.get("/framed", () => new Response("", { headers: { "Content-Security-Policy": "default-src 'none'" } }))
		.get("/error", () => {
			throw new HttpError(409);
		})
		.get("/late-error", async () => {
			throw new HttpError(409);
		})
		.get("/bug", () => {
			throw new TypeError("secret");
		});
	const { ask } = serve(sameOriginGuard(router, { commands: ["/control"], ...options }));
	return { changed, ask };
}

function statusOf(response: string): number {
	return Number(response.split(" ")[1]);
}

describe("a request that changes something", () => {
	const changes = [
		"GET /control?var=quality&val=10",
		"GET /c%6fntrol?x",
		"GET //control?x",
		"HEAD /control",
		"PATCH /api/camera",
		"POST /upload",
	];
	const table: [passes: boolean, what: string, ...fields: string[]][] = [
		[true, "of a program"],
		[true, "of curl", "User-Agent: curl/8.5.0"],
		[true, "from the device's own page over HTTPS", "Sec-Fetch-Site: same-origin", CHROME],
		[true, "from the device's own page, which names its origin", "Origin: http://cam", CHROME],
		[
			true,
			"from the device's own page, which names its origin and the scheme's port",
			"Origin: http://cam:80",
			CHROME,
		],
		[true, "from the device's own page, which sends a Referer", "Referer: http://cam/", CHROME],
		[true, "typed by a person", "Sec-Fetch-Site: none", CHROME],
		[false, "from another site", "Sec-Fetch-Site: cross-site", CHROME],
		[false, "from another site in the same domain", "Sec-Fetch-Site: same-site", CHROME],
		[
			false,
			"from another site that names the device's origin",
			"Sec-Fetch-Site: cross-site",
			"Origin: http://cam",
			CHROME,
		],
		[false, "with a value that no browser sends", "Sec-Fetch-Site: elsewhere"],
		[false, "from another origin", "Origin: http://evil.example", CHROME],
		[false, "from another port", "Origin: http://cam:8081", CHROME],
		[false, "from a name that begins like the device's", "Origin: http://cam.evil.example", CHROME],
		[false, "of a sandboxed page", "Origin: null", CHROME],
		[false, "from two origins", "Origin: http://cam", "Origin: http://evil.example"],
		[false, "from a program that names another origin", "Origin: http://evil.example"],
		[false, "from an image elsewhere", "Referer: http://evil.example/http://cam/", CHROME],
		[false, "from an image elsewhere, its address withheld", CHROME],
		[
			false,
			"from an image elsewhere, its address withheld, in Firefox",
			"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		],
		[
			false,
			"from an image elsewhere, its address withheld, in Safari",
			"User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
		],
		[
			false,
			"from an image elsewhere, its address withheld, in a phone's web view",
			"User-Agent: Mozilla/5.0 (Linux; Android 14; wv)",
		],
		[
			true,
			"from the device's own page in Firefox",
			"Referer: http://cam/",
			"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		],
		[true, "from a program that has the word in its name", "User-Agent: NotMozilla/5.0"],
		[
			true,
			"from the device's own page behind a proxy that sends another Host, in a browser that knows the site",
			"Sec-Fetch-Site: same-origin",
			"Origin: http://garden.lan",
			CHROME,
		],
		[
			true,
			"from the device's own page behind a proxy that sends another Host",
			"X-Requested-With: yieldcam",
			"Origin: http://garden.lan",
			"Referer: http://garden.lan/",
			CHROME,
		],
		[
			false,
			"behind a proxy that sends another Host",
			"Origin: https://camera.example",
			"X-Forwarded-Host: camera.example",
			CHROME,
		],
	];
	for (const [passes, what, ...fields] of table) {
		it(`${what} ${passes ? "passes" : "is refused"}`, async () => {
			for (const line of changes) {
				// Browsers send the origin with every other method.
				if (what.includes("address withheld") && !/^(GET|HEAD) /.test(line)) continue;
				const { ask, changed } = camera();
				const response = await ask(head(`${line} HTTP/1.1`, ...fields));
				assert.equal(statusOf(response), passes ? 200 : 403, line);
				assert.lengthOf(changed, passes ? 1 : 0, line);
			}
		});
	}

	it("passes behind a proxy whose name is allowed", async () => {
		const { ask } = camera({ allowedHosts: ["camera.example"] });
		assert.equal(statusOf(await ask(head("POST /upload HTTP/1.1", "Origin: https://camera.example", CHROME))), 200);
		assert.equal(statusOf(await ask(head("POST /upload HTTP/1.1", "Origin: https://other.example", CHROME))), 403);
	});

	for (const [passes, origin] of [
		[true, "https://camera.example"],
		[true, "https://Camera.Example:443"],
		[true, "https://camera.example.:0443"],
		[true, "http://camera.example"],
		[true, "http://camera.example:"],
		[true, "https://video.example"],
		[true, "https://video.example:8443"],
		[true, "http://video.example:8443"],
		[false, "https://camera.example:8443"],
		[false, "https://camera.example:80"],
		[false, "http://camera.example:443"],
		[false, "http://camera.example:99999"],
		[false, "http://camera.example:80@evil.example"],
		[false, "http://camera.example@evil.example"],
		[false, "http://camera.example?.evil.example"],
		[false, "http://evil.example/camera.example"],
		[false, "https://video.example:8444"],
		[false, "https://evil.example:8443"],
		[false, "ftp://camera.example"],
		[false, "camera.example"],
		[false, "https://"],
	] as const)
		it(`${passes ? "passes" : "is refused"} from the origin ${origin} of names that were allowed, at the scheme's port or the name's own`, async () => {
			for (const field of [`Origin: ${origin}`, `Referer: ${origin}/a:b@c/`]) {
				const { ask } = camera({ allowedHosts: ["camera.example", "video.example:8443"] });
				assert.equal(
					statusOf(await ask(head("POST /upload HTTP/1.1", field, CHROME))),
					passes ? 200 : 403,
					field,
				);
			}
		});

	for (const [passes, origin, host] of [
		[true, "http://cam", "cam:"],
		[true, "http://cam", "cam:0080"],
		[true, "http://cam:80", "CAM"],
		[true, "https://cam", "cam:443"],
		[true, "https://cam", "cam"],
		[true, "http://cam:8080", "cam:8080"],
		[true, "http://[::1]:8080", "[::1]:8080"],
		[false, "http://cam:180", "cam:1"],
		[false, "http://cam", "cam:443"],
		[false, "http://cam:8080", "cam"],
		[false, "http://cam", "cam:8080"],
		[false, "http://[::1]", "[::2]"],
	] as const)
		it(`${passes ? "passes" : "is refused"} to ${host} from ${origin}`, async () => {
			const { ask } = camera();
			assert.equal(
				statusOf(
					await ask(
						`POST /upload HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nContent-Length: 0\r\n\r\n`,
					),
				),
				passes ? 200 : 403,
			);
		});

	it("is checked each time, though the host is checked once", async () => {
		const { ask } = camera();
		for (const host of ["cam", "evil.example", "cam", "cam", "evil.example"])
			assert.equal(
				statusOf(await ask(`GET /status HTTP/1.1\r\nHost: ${host}\r\n\r\n`)),
				host === "cam" ? 200 : 421,
			);
	});

	for (const [passes, agent] of [
		[false, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
		[false, "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4291"],
		[true, "Lavf/59.27.100"],
		[true, "python-requests/2.34.2"],
	] as const) {
		it(`${passes ? "passes" : "is refused"} by GET from ${agent.slice(0, 60)} without its origin, and says what to send`, async () => {
			const { ask } = camera(),
				response = await ask(head("GET /control?x HTTP/1.1", `User-Agent: ${agent}`));
			assert.equal(statusOf(response), passes ? 200 : 403);
			if (passes) return;
			const [, field] = /send the field "(Origin: [^"]+)"/.exec(response)!;
			assert.equal(statusOf(await ask(head("GET /control?x HTTP/1.1", `User-Agent: ${agent}`, field))), 200);
		});

		it(`passes by other methods from ${agent.slice(0, 60)}, since browsers send the origin with those`, async () => {
			for (const line of ["POST /upload", "PATCH /api/camera"])
				assert.equal(statusOf(await camera().ask(head(`${line} HTTP/1.1`, `User-Agent: ${agent}`))), 200);
		});
	}
});

describe("a read-only request", () => {
	for (const fields of [[CHROME], ["Sec-Fetch-Site: cross-site"], ["Origin: http://evil.example"]]) {
		it(`passes: ${fields[0].slice(0, 30)}`, async () => {
			for (const line of ["GET /status", "HEAD /status", "OPTIONS /control", "GET /control/"])
				assert.include([200, 204, 404], statusOf(await camera().ask(head(`${line} HTTP/1.1`, ...fields))));
		});
	}
});

describe("a request to", () => {
	const table: [status: number, host: string][] = [
		[200, "192.168.1.23"],
		[200, "192.168.1.23:8080"],
		[200, "192.168.1.10"],
		[200, "10.0.0.100"],
		[200, "192.168.1.0"],
		[200, "192.168.1.99:90"],
		[200, "[fe80::1]:8080"],
		[200, "localhost:8080"],
		[200, "camera.localhost"],
		[200, "yieldcam.local"],
		[200, "YieldCam.Local.:81"],
		[200, "yieldcam"],
		[200, "camera.example"],
		[200, "Camera.Example:443"],
		[421, "evil.example"],
		[421, "evil.example:80"],
		[421, "camera.example.evil.example"],
		[421, "x.camera.example"],
		[421, "192.168.1.23.evil.example"],
		[421, "local.evil.example"],
		[421, "1.2.3.4a"],
		[200, "10.0.0.0"],
		[200, "192.168.1.90"],
		[200, "127.1"],
		[200, "0x7f.1"],
		[200, "LOCALHOST."],
		[200, "my_camera-1.local"],
		[200, "cam:"],
		[200, "cam:0080"],
		[200, "cam:65535"],
		[421, "cam:65536"],
		[421, "cam:99999"],
		[421, "192.168.1.23:99999"],
		[421, "[::1]:99999"],
		[421, "evil%2ecom"],
		[421, "evil%00"],
		[421, "evil.com%00.local"],
		[421, "evil.com%2f.local"],
		[421, "a!b.local"],
		[421, "a,b"],
		[421, "a;b.localhost"],
		[421, "a~b"],
		[421, "."],
		[421, ".."],
		[421, ".local"],
		[421, ".local."],
		[421, "local.."],
		[421, "a..local"],
		[421, "a.local.."],
		[421, "evil.example."],
		[421, ".camera.example"],
		[421, "camera.example.."],
		[421, "camera.example:99999"],
		[200, "[::]"],
		[200, "[::1]:80"],
		[200, "[2001:DB8::192.0.2.1]"],
		[200, "[1:2:3:4:5:6:7:8]"],
		[421, "[.]"],
		[421, "[:]"],
		[421, "[:::]"],
		[421, "[1]"],
		[421, "[face]"],
		[421, "[1::2::3]"],
		[421, "[1:2:3:4:5:6:7:8:9]"],
		[421, "[1:2:3:4:5:6:7::8]"],
		[421, "[12345::1]"],
		[421, "[::1.2.3]"],
		[421, "[::1.2.3.256]"],
		[421, "[1.2.3.4::1]"],
		[400, "[fe80::1%25eth0]"],
		[400, "[fe80::1%eth0]"],
		[400, "[]"],
		[400, "[::1"],
		[400, "[::1]x"],
		[400, "[::1]."],
		[400, "a@cam"],
		[400, "cam:8o"],
		[400, "cam:-1"],
		[400, "cam:80:80"],
	];
	for (const [status, host] of table) {
		it(`${host} is ${status === 200 ? "answered" : status === 421 ? "misdirected" : "malformed"}`, async () => {
			const { ask } = camera({ allowedHosts: ["camera.example"] });
			const response = await ask(`GET /status HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: cam\r\n\r\n`);
			assert.equal(statusOf(response), status);
			if (status === 421) assert.include(response, "--allowed-hosts");
		});
	}

	for (const [status, host] of [
		[200, "cam.home.arpa"],
		[200, "Cam.Home.ARPA."],
		[200, "cam.internal:8080"],
		[421, "home.arpa"],
		[421, "cam.arpa"],
		[421, "cam.home.arpa.example"],
		[421, "notinternal.example"],
		[200, "example.org"],
		[200, "a.b.EXAMPLE.org."],
		[421, "badexample.org"],
		[421, "example.org.evil.example"],
		[200, "other.example"],
		[421, "a.other.example"],
	] as const)
		it(`${host} is ${status === 200 ? "answered" : "misdirected"} by names of the house, and a domain that is allowed`, async () => {
			const { ask } = camera({ allowedHosts: [".Example.ORG", "Other.Example."] });
			assert.equal(statusOf(await ask(`GET /status HTTP/1.1\r\nHost: ${host}\r\n\r\n`)), status);
		});

	it("is refused at start if it could never match", () => {
		for (const name of [
			"http://camera.example",
			"camera.example/",
			"a b",
			"",
			".",
			"*.example.org",
			"a..b",
			"x:99999",
			"x:0",
			"a@b",
			// Everybody can have a name there.
			".com",
			".com.",
			".ORG:8443",
		])
			assert.throws(() => camera({ allowedHosts: ["fine.example", name] }), /cannot be allowed as a name/, name);
	});

	it("no host at all, by a program of HTTP/1.0, is answered", async () => {
		assert.equal(statusOf(await camera().ask("GET /status HTTP/1.0\r\n\r\n")), 200);
	});

	it("an absolute target is held to that target's host", async () => {
		assert.equal(statusOf(await camera().ask(head("GET http://evil.example/status HTTP/1.1"))), 421);
	});
});

describe("a guarded response", () => {
	it("is not sniffed, cannot be framed elsewhere, and sends no referrer to other sites", async () => {
		for (const path of ["/api/state", "/error", "/late-error", "/nowhere"]) {
			const response = await camera().ask(head(`GET ${path} HTTP/1.1`));
			assert.include(response, "\r\nX-Content-Type-Options: nosniff\r\n", path);
			assert.include(response, "\r\nReferrer-Policy: same-origin\r\n", path);
			assert.include(response, "\r\nContent-Security-Policy: frame-ancestors 'self'\r\n", path);
			assert.notInclude(response, "Cross-Origin-Resource-Policy", path);
		}
	});

	it("may be framed by dashboards if pages of other sites may read it", async () => {
		const response = await camera().ask(head("GET /status HTTP/1.1"));
		assert.include(response, "\r\nAccess-Control-Allow-Origin: *\r\n");
		assert.notInclude(response, "frame-ancestors");
		assert.notInclude(response, "Cross-Origin-Resource-Policy");
	});

	it("may be framed by the sites that are listed, and by origins only", async () => {
		const { ask } = camera({ frameAncestors: ["http://homeassistant.local:8123", "https://ha.example"] });
		assert.include(
			await ask(head("GET /api/state HTTP/1.1")),
			"\r\nContent-Security-Policy: frame-ancestors 'self' http://homeassistant.local:8123 https://ha.example\r\n",
		);
		for (const text of [
			"homeassistant.local",
			"http://a.example/",
			"http://a; script-src *",
			"*",
			"http://a b",
			"http://a:x",
			"http://a:0",
		])
			assert.throws(() => camera({ frameAncestors: [text] }), /is not the origin of a site/, text);
	});

	it("may not be framed if nothing is shared", async () => {
		const response = await camera({ sharing: () => false }).ask(head("GET /status HTTP/1.1"));
		assert.notInclude(response, "Access-Control");
		assert.include(response, "\r\nContent-Security-Policy: frame-ancestors 'self'\r\n");
		assert.include(response, "\r\nCross-Origin-Resource-Policy: same-origin\r\n");
	});

	it("may be embedded by pages of other sites only while everything is shared", async () => {
		const field = /\r\nCross-Origin-Resource-Policy: ([^\r]+)\r\n/g;
		for (const [sharing, policy] of [
			[true, "cross-origin"],
			[false, "same-origin"],
		] as const) {
			const { ask } = serve(
				sameOriginGuard(() => anyOrigin(new Response("a picture")), { sharing: () => sharing }),
			);
			const response = await ask(head("GET /capture HTTP/1.1"));
			assert.deepEqual(
				[...response.matchAll(field)].map((match) => match[1]),
				[policy],
			);
			assert.equal(response.includes("Access-Control-Allow-Origin"), sharing);
		}
	});

	it("keeps a handler's own policy", async () => {
		const response = await camera().ask(head("GET /framed HTTP/1.1"));
		assert.lengthOf(response.split("Content-Security-Policy"), 2);
		assert.include(response, "\r\nContent-Security-Policy: default-src 'none'\r\n");
	});

	it("leaves a handler's mistakes to the server", async () => {
		const response = await camera().ask(head("GET /bug HTTP/1.1"));
		assert.equal(statusOf(response), 500);
		assert.notInclude(response, "secret");
	});
});
