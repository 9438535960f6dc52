import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { latin1 } from "../support/latin1.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

/** The segment that asks for a quarter turn clockwise, after SOI. */
const TURNED = "\xff\xd8\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

interface Rotating {
	readonly app: App;
	readonly served: Served;
	readonly get: (path: string) => Promise<string>;
	/** What a viewer receives of the given number of frames. */
	readonly watch: (path: string, frames?: number) => Promise<string>;
}

function open(): Rotating {
	const app = new App(new Camera({ io: FakeOv2640 }));
	const driver = FakeOv2640.last;
	const served = serve(app);
	let time = 0;
	const watch = async (path: string, frames = 2): Promise<string> => {
		const client = served.connect().send(head(`GET ${path} HTTP/1.1`));
		await served.network.settle();
		for (let i = 0; i < frames; i++) {
			driver.capture((time += 40_000));
			await served.network.settle();
		}
		client.finish();
		await served.network.settle();
		assert.equal(driver.lent, 0);
		return latin1(client.received);
	};
	return { app, served, watch, get: (path) => watch(path, 1) };
}

describe("the rotation of the picture", () => {
	it("is a control of the device, and changes no frame by itself", async () => {
		const { app, get, watch } = open();
		assert.equal(app.controls.values()["rotation"], "0");
		await app.controls.apply({ rotation: "90" });
		assert.deepInclude(app.controls.changed(), { rotation: "90" });
		for (const path of ["/stream", "/capture", "/snapshot", "/?action=stream", "/api/stream"])
			assert.notInclude(await watch(path), "Exif", path);
		assert.include(await get("/control?var=rotation&val=2"), " 200 ");
		assert.equal(app.controls.values()["rotation"], "180");
		assert.include(await get("/control?var=rotation&val=4"), " 500 ");
		await app.controls.reset();
		assert.equal(app.controls.values()["rotation"], "0");
	});

	for (const path of ["/capture", "/snapshot", "/?action=snapshot", "/?action=snapshot&x=1"])
		it(`is in the picture on request: ${path}`, async () => {
			const { app, get } = open();
			const address = `${path}${path.includes("?") ? "&" : "?"}orientation=exif`;
			const upright = await get(address);
			assert.include(upright, "\r\nContent-Length: 100\r\n");
			assert.notInclude(upright, "Exif");
			await app.controls.apply({ rotation: "90" });
			const turned = await get(address);
			assert.include(turned, "\r\nContent-Length: 136\r\n");
			assert.lengthOf(contentOf(turned), 136);
			assert.isTrue(contentOf(turned).startsWith(TURNED));
		});

	for (const path of [
		"/stream?orientation=exif",
		"/?action=stream&orientation=exif",
		"/stream?key=x&orientation=exif",
	])
		it(`is in each part on request: ${path}`, async () => {
			const { app, watch } = open();
			await app.controls.apply({ rotation: "90" });
			const text = contentOf(await watch(path));
			const [delimiter] = /^--yc[0-9a-z]{12}\r\n/.exec(text)!;
			const parts = text.slice(delimiter.length).split(`\r\n${delimiter}`);
			assert.lengthOf(parts, 3);
			for (const part of parts.slice(0, 2)) {
				assert.match(
					part,
					/^Content-Type: image\/jpeg\r\nContent-Length: 136\r\nX-Timestamp: 0\.\d{6}\r\n\r\n/,
				);
				assert.lengthOf(contentOf(part), 136);
				assert.isTrue(contentOf(part).startsWith(TURNED));
			}
		});

	it("is in each part beside uStreamer's fields", async () => {
		const { app, watch } = open();
		await app.controls.apply({ rotation: "90" });
		const extra = await watch("/stream?extra_headers=1&orientation=exif");
		assert.match(extra, /\r\nContent-Length: 136\r\nX-Timestamp: [^]*\r\nX-UStreamer-Online: true\r\n/);
		assert.lengthOf(extra.split(TURNED), 3);
		assert.lengthOf((await watch("/stream?advance_headers=1&orientation=exif")).split(TURNED), 3);
	});

	it("may change while somebody watches", async () => {
		const { app, served } = open();
		const client = served.connect().send(head("GET /stream?orientation=exif HTTP/1.1"));
		await served.network.settle();
		const driver = FakeOv2640.last;
		for (const rotation of ["90", "180", "0"]) {
			await app.controls.apply({ rotation });
			driver.capture(driver.now + 40_000);
			await served.network.settle();
		}
		assert.deepEqual(
			[...latin1(client.received).matchAll(/Content-Length: (\d+)\r\n[^]*?\r\n\r\n[^]{0,31}([^]?)/g)].map(
				([, length, value]) => [Number(length), Number(length) > 100 ? value.charCodeAt(0) : 0],
			),
			[
				[136, 6],
				[136, 3],
				[100, 0],
			],
		);
	});

	for (const path of ["/stream", "/capture", "/snapshot"])
		it(`has no other form than Exif: ${path}`, async () => {
			const { get } = open();
			assert.include(await get(`${path}?orientation=xmp`), "HTTP/1.1 400 ");
			assert.include(await get(`${path}?orientation=exif?nonce=1`), "HTTP/1.1 200 ");
		});
});
