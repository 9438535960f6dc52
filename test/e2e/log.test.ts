import { assert } from "chai";
import { Simulator } from "../support/simulator.ts";

const ADMIN = "admin-of-tests",
	VIEWER = "viewer-of-tests";

function basic(user: string, password: string): { Authorization: string } {
	return { Authorization: `Basic ${btoa(`${user}:${password}`)}` };
}

describe("the log by HTTP", function () {
	this.timeout(20_000);
	let simulator: Simulator | undefined;

	afterEach(() => simulator?.stop());

	function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Response> {
		return fetch(simulator!.url + path, { method, headers });
	}

	it("has what the simulator has printed", async () => {
		simulator = await Simulator.start();
		const response = await ask("/api/log");
		assert.equal(response.status, 200);
		assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
		assert.equal(response.headers.get("cache-control"), "no-store");
		assert.match(
			await response.text(),
			new RegExp(`^(\\d+\\.\\d{3} yieldcam.*\n)*\\d+\\.\\d{3} yieldcam is at ${simulator.url}/`),
		);
		assert.equal((await ask("/api/log", { Origin: "http://evil.example" })).status, 403);
		assert.equal((await ask("/api/log", { "User-Agent": "Mozilla/5.0" })).status, 403);
		assert.equal((await ask("/api/log", {}, "POST")).status, 405);
	});

	it("is for the admin, and has no passwords and tokens, whatever is asked for", async () => {
		simulator = await Simulator.start(["--admin-password", ADMIN, "--viewer-password", VIEWER]);
		const admin = basic("admin", ADMIN),
			viewer = basic("viewer", VIEWER);
		assert.equal((await ask("/api/log")).status, 401);
		assert.equal((await ask("/api/log", viewer)).status, 403);
		assert.equal((await ask("/api/log", viewer, "HEAD")).status, 403);
		const { token } = (await (await ask("/api/access", admin)).json()) as { token: string };
		const { token: pictures } = (await (await ask("/api/access/pictures", admin, "POST")).json()) as {
			token: string;
		};
		assert.equal((await ask(`/capture?token=${pictures}`)).status, 200);
		assert.equal((await ask(`/api/log?token=${pictures}`)).status, 401);
		await ask("/api/state", { Authorization: `Bearer ${token}` });
		await ask("/api/state", { Authorization: "Bearer a-wrong-token" });
		await ask("/api/state", basic("admin", "a-wrong-password"));
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { ...admin, "Content-Type": "application/json" },
			body: JSON.stringify({ viewer: "a-new-password" }),
		});
		const text = await (await ask("/api/log", { Authorization: `Bearer ${token}` })).text();
		assert.include(text, "yieldcam is at");
		for (const secret of [ADMIN, VIEWER, token, pictures, "a-wrong-token", "a-wrong-password", "a-new-password"]) {
			assert.notInclude(text, secret);
			assert.notInclude(text, btoa(`admin:${secret}`));
		}
	});

	it("says why the camera does not open", async () => {
		simulator = await Simulator.start(["--fault", "sensor-nack@0s"]);
		const state = (await (await ask("/api/state")).json()) as { fault: string };
		assert.include(await (await ask("/api/log")).text(), state.fault);
	});
});
