import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { contentOf, serve } from "../support/serve.ts";

const store = { read: () => undefined, write() {}, clear() {} };

interface Answer {
	readonly status: number;
	readonly text: string;
	/** The content, parsed if it is JSON. */
	readonly json: any;
}

async function ask(line: string, content?: string, type = "application/json"): Promise<Answer> {
	const { router } = new App(new Camera({ io: FakeOv2640 }));
	return askOf(serve(router), line, content, type);
}

async function askOf(
	served: ReturnType<typeof serve>,
	line: string,
	content?: string,
	type = "application/json",
): Promise<Answer> {
	const fields = content === undefined ? "" : `Content-Type: ${type}\r\nContent-Length: ${content.length}\r\n`;
	const text = await served.ask(`${line} HTTP/1.1\r\nHost: cam\r\n${fields}\r\n${content ?? ""}`);
	const status = Number(text.split(" ")[1]);
	return { status, text, json: /^Content-Type: .*json/m.test(text) ? JSON.parse(contentOf(text)) : undefined };
}

describe("/api/camera", () => {
	it("describes the camera and its controls", async () => {
		const { status, json } = await ask("GET /api/camera");
		assert.equal(status, 200);
		assert.equal(json.sensor, "OV2640");
		assert.equal(json.maxFrameSize, "UXGA");
		const quality = json.controls.find(({ name }: { name: string }) => name === "quality");
		assert.deepInclude(quality, { type: "integer", minimum: 0, maximum: 63, value: 12, default: 12 });
		for (const control of json.controls) assert.isString(control.label);
	});

	it("reports content that is not JSON as a problem document, as it does everything else", async () => {
		for (const [content, expected] of [
			["{", 400],
			["[".repeat(40), 400],
			["[" + "0,".repeat(600) + "0]", 413],
		] as const) {
			const { status, json, text } = await ask("PATCH /api/camera", content);
			assert.equal(status, expected);
			assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/);
			assert.equal(json.status, expected);
			assert.isString(json.detail);
		}
	});

	it("applies changes, and answers with the resulting state", async () => {
		const { status, json } = await ask("PATCH /api/camera", `{"mirror":true,"frameSize":"VGA"}`);
		assert.equal(status, 200);
		const values = Object.fromEntries(
			json.controls.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
		);
		assert.deepInclude(values, { mirror: true, frameSize: "VGA" });
		assert.deepEqual(FakeOv2640.last.history, ["hmirror=1", "framesize=10"]);
	});

	it("names the control at fault in a problem document, and changes none", async () => {
		const { status, text, json } = await ask("PATCH /api/camera", `{"mirror":true,"brightness":7}`);
		assert.equal(status, 422);
		assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/);
		assert.deepEqual(json, {
			title: "Unprocessable Content",
			status: 422,
			detail: "brightness is a whole number from -2 to 2",
			field: "brightness",
		});
		assert.deepEqual(FakeOv2640.last.history, []);
	});

	for (const content of ["[]", "null", "7", `"mirror"`]) {
		it(`treats ${content} as no changes`, async () => {
			assert.equal((await ask("PATCH /api/camera", content)).status, 422);
		});
	}

	it("answers 400 to text that is not JSON", async () => {
		assert.equal((await ask("PATCH /api/camera", "{mirror")).status, 400);
	});

	it("accepts JSON only, since another site's page can send text without asking", async () => {
		const { status, json } = await ask("PATCH /api/camera", `{"mirror":true}`, "text/plain");
		assert.equal(status, 415);
		assert.match(json.detail, /the content is of the type text\/plain, and must be JSON/);
		assert.deepEqual(FakeOv2640.last.history, []);
	});

	it("says which types it takes: RFC 5789, 2.2 and 3.1", async () => {
		const types = /\r\nAccept-Patch: application\/json, application\/merge-patch\+json\r\n/;
		for (const type of ["text/plain", "", ";charset=utf-8"]) {
			const { status, text, json } = await ask("PATCH /api/camera", "{}", type);
			assert.equal(status, 415);
			assert.match(text, types);
			if (type !== "text/plain") assert.match(json.detail, /^the request must say that its content is JSON/);
		}
		const app = new App(new Camera({ io: FakeOv2640 }), { settings: { store, log() {} } });
		const served = serve(app);
		for (const path of ["/api/camera", "/api/settings"])
			assert.match((await askOf(served, `OPTIONS ${path}`)).text, types, path);
		assert.notMatch((await askOf(served, "OPTIONS /api/state")).text, /Accept-Patch/);
		const put = await askOf(served, "PUT /api/settings", "{}", "text/plain");
		assert.match(put.text, /^HTTP\/1\.1 415 [^]*\r\nAccept: application\/json\r\n/);
	});

	for (const charset of ["utf-8", '"UTF-8"', "utf-16", "UTF-16LE", "iso-8859-1", "latin1", "us-ascii", "unknown"])
		it(`takes JSON for UTF-8, whatever a charset of ${charset} says (RFC 8259, 8.1 and 11)`, async () => {
			const { status } = await ask(
				"PATCH /api/camera",
				`{"mirror":true}`,
				`Application/JSON ; Charset=${charset}`,
			);
			assert.equal(status, 200);
			assert.deepEqual(FakeOv2640.last.history, ["hmirror=1"]);
		});

	it("says so if it is not UTF-8, and ignores a byte order mark", async () => {
		const text = '{"mirror":true}';
		for (const [content, expected] of [
			["\xef\xbb\xbf" + text, 200],
			["\xff\xfe" + Array.from(text, (character) => character + "\0").join(""), 400],
			["\xfe\xff" + Array.from(text, (character) => "\0" + character).join(""), 400],
			[Array.from(text, (character) => character + "\0").join(""), 400],
			['{"mirror":"\xe9"}', 400],
		] as const) {
			const { router } = new App(new Camera({ io: FakeOv2640 })),
				{ connect, network } = serve(router),
				request = `PATCH /api/camera HTTP/1.1\r\nHost: cam\r\nContent-Type: application/json\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
			const client = connect().send(Uint8Array.from(request, (character) => character.charCodeAt(0)));
			await network.settle();
			client.finish();
			assert.equal(Number(client.text.split(" ")[1]), expected);
			if (expected === 400) assert.include(client.text, "the text is not UTF-8");
		}
	});

	it("answers that the camera is restarting", async () => {
		const { router } = new App(new Camera({ io: FakeOv2640 }));
		FakeOv2640.last.restarting = true;
		const served = serve(router);
		for (const answer of [
			await askOf(served, "GET /api/camera"),
			await askOf(served, "PATCH /api/camera", `{"mirror":true}`),
		]) {
			assert.equal(answer.status, 503);
			assert.deepEqual(answer.json, {
				title: "Service Unavailable",
				status: 503,
				detail: "the camera is restarting",
			});
		}
	});

	it("returns to the defaults", async () => {
		const { router } = new App(new Camera({ io: FakeOv2640 }));
		const served = serve(router);
		await askOf(served, "PATCH /api/camera", `{"mirror":true}`);
		const { status, json } = await askOf(served, "POST /api/camera/reset");
		assert.equal(status, 200);
		assert.isFalse(json.controls.find(({ name }: { name: string }) => name === "mirror").value);
	});
});

describe("a request without a route", () => {
	for (const [line, status, allow] of [
		["GET /api/nothing", 404, undefined],
		["POST /api/camera", 405, /^Allow: .*PATCH.*OPTIONS/m],
		["GET /api/%zz", 404, undefined],
	] as const)
		it(`under /api gets a problem document: ${line}`, async () => {
			const { status: found, text } = await ask(line);
			assert.equal(found, status);
			assert.include(text, "Content-Type: application/problem+json");
			assert.include(JSON.parse(contentOf(text)) as object, { status });
			if (allow !== undefined) assert.match(text, allow);
		});

	it("elsewhere gets text", async () => {
		const { status, text } = await ask("GET /nothing");
		assert.equal(status, 404);
		assert.equal(contentOf(text), "Not Found\n");
	});
});

describe("CameraWebServer's /control", () => {
	for (const [line, status, history] of [
		["GET /control?var=hmirror&val=1", 200, ["hmirror=1"]],
		["GET /control?var=framesize&val=10", 200, ["framesize=10"]],
		["GET /control?var=brightness&val=-2", 200, ["brightness=-2"]],
		["GET /control?var=special_effect&val=2", 200, ["special_effect=2"]],
		["GET /control?var=brightness&val=9", 500, []],
		["GET /control?var=special_effect&val=9", 500, []],
		["GET /control?var=sharpness&val=1", 500, []],
		["GET /control?var=zoom&val=1", 500, []],
		// As atoi() reads it: Home Assistant turns a slider's 12 into "12.0".
		["GET /control?var=quality&val=12.0", 200, ["quality=12"]],
		["GET /control?var=brightness&val=-1.9x", 200, ["brightness=-1"]],
		["GET /control?var=hmirror&val=0x1", 200, ["hmirror=0"]],
		// Except for text that is not a number at all, which atoi() takes for 0.
		["GET /control?var=quality&val=best", 500, []],
		["GET /control?var=hmirror&val=true", 500, []],
		["GET /control?var=hmirror&val=", 500, []],
		["GET /control?var=hmirror&val=4294967297", 500, []],
		["GET /control?var=led_intensity&val=1", 500, []],
		["GET /control?var=hmirror", 404, []],
		["GET /control", 404, []],
	] as const) {
		it(`answers ${line} with ${status}`, async () => {
			const answer = await ask(line);
			assert.equal(answer.status, status);
			assert.deepEqual(FakeOv2640.last.history, history as unknown as string[]);
			if (status === 200) {
				assert.equal(contentOf(answer.text), "");
				assert.notInclude(answer.text, "Access-Control");
			}
		});
	}

	it("goes on after a value that is out of range", async () => {
		const served = serve(new App(new Camera({ io: FakeOv2640 })).router);
		const refused = await askOf(served, "GET /control?var=quality&val=1000");
		assert.equal(refused.status, 500);
		assert.include(refused.text, "quality is a whole number from 0 to 63");
		assert.equal((await askOf(served, "GET /control?var=quality&val=10")).status, 200);
		assert.equal((await askOf(served, "GET /reg?reg=273&mask=255&val=90")).status, 200);
		assert.deepEqual(FakeOv2640.last.history, ["quality=10", "reg=273,255,90"]);
	});
});
