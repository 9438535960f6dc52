import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

function board(): Served {
	return serve(new App(new Camera({ io: FakeOv2640 })).router);
}

const get = (served: Served, target: string) => served.ask(head(`GET ${target} HTTP/1.1`));

describe("CameraWebServer's addresses for a sensor's registers", () => {
	for (const [target, status, history] of [
		["/xclk?xclk=16", 200, ["xclk=16"]],
		["/xclk", 404, []],
		["/xclk?mhz=16", 404, []],
		["/xclk?xclk=fast", 500, []],
		["/reg?reg=273&mask=255&val=90", 200, ["reg=273,255,90"]],
		["/reg?reg=273&mask=255", 404, []],
		["/reg?reg=0x111&mask=255&val=90", 200, ["reg=0,255,90"]],
		["/reg?reg=273&mask=255&val=", 500, []],
		["/greg?reg=273", 404, []],
		["/greg?reg=273&mask=255", 500, []],
		["/pll?bypass=1&mul=30&sys=2&root=1&pre=3&seld5=1&pclken=1&pclk=8", 200, ["pll=1,30,2,1,3,1,1,8"]],
		["/pll?mul=30", 200, ["pll=0,30,0,0,0,0,0,0"]],
		["/pll", 404, []],
		[
			"/resolution?sx=1&sy=2&ex=3&ey=4&offx=5&offy=6&tx=7&ty=8&ox=9&oy=10&scale=1&binning=1",
			200,
			["res_raw=1,2,3,4,5,6,7,8,9,10,1,1"],
		],
		["/resolution?ox=320&scale=2", 200, ["res_raw=0,0,0,0,0,0,0,0,320,0,0,0"]],
		["/resolution?ox=wide", 500, []],
		["/resolution?", 404, []],
	] as const) {
		it(`answer ${target} with ${status}`, async () => {
			const answer = await get(board(), target);
			assert.equal(Number(answer.split(" ")[1]), status);
			assert.deepEqual(FakeOv2640.last.history, history as unknown as string[]);
			assert.notInclude(answer, "Access-Control");
			if (status === 200) assert.match(answer, /\r\nContent-Length: 0\r\n\r\n$/);
			else assert.notEqual(contentOf(answer), "", "says why");
		});
	}

	it("report a register's value as a decimal number", async () => {
		const served = board();
		const asked: unknown[] = [],
			driver = FakeOv2640.last;
		driver.command = (...args: unknown[]) => (asked.push(args), driver.options.onResult(90));
		const answer = await get(served, "/greg?reg=273&mask=255");
		assert.match(answer, /^HTTP\/1\.1 200 /);
		assert.equal(contentOf(answer), "90");
		assert.deepEqual(asked, [["greg", 273, 255]]);
	});

	it("answer 500 if the sensor refuses", async () => {
		const served = board();
		FakeOv2640.last.refused.add("pll");
		assert.match(await get(served, "/pll?mul=30"), /^HTTP\/1\.1 500 .*the OV2640 refuses it\n$/s);
	});

	it("answer 503 if the camera restarts", async () => {
		const served = board();
		FakeOv2640.last.restarting = true;
		for (const target of ["/xclk?xclk=16", "/greg?reg=273&mask=255"])
			assert.match(await get(served, target), /^HTTP\/1\.1 503 .*the camera is restarting\n$/s);
	});

	it("change the clock that /status reports", async () => {
		const served = board();
		const xclk = async () => JSON.parse(contentOf(await get(served, "/status"))).xclk;
		assert.equal(await xclk(), 20);
		await get(served, "/xclk?xclk=8");
		assert.equal(await xclk(), 8);
	});
});
