import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import type { Block, BodySource } from "yieldcam/http/body";
import type { Response } from "yieldcam/http/response";
import { snapshot } from "yieldcam/mjpeg/snapshot";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { FakeDriver, frameNumber } from "../support/fake-driver.ts";
import { takeBack } from "../support/take-back.ts";
import { PictureSource } from "yieldcam/pictures/picture-source";
import { tinyJpeg } from "../support/tiny-jpeg.ts";
import { FakeOwner } from "../support/body-owner.ts";
import { plainBoundary } from "../support/plain-boundary.ts";

interface Seen {
	readonly text: string;
	readonly jpeg: ArrayBuffer;
}

/** The text around the JPEG of a part, with the JPEG's place marked, and the JPEG. */
function read(block: Block | undefined | null): Seen {
	assert.isArray(block);
	const buffers = block as readonly ArrayBuffer[];
	const jpeg = buffers[buffers.length - 2];
	const text = buffers.map((buffer) => (buffer === jpeg ? "<jpeg>" : String.fromArrayBuffer(buffer))).join("");
	return { text: plainBoundary(text), jpeg };
}

/** The server's side of a streamed response. */
class Client {
	readonly source: BodySource;
	readonly owner = new FakeOwner();
	woken = 0;

	constructor(response: Response) {
		this.source = response.open(this.owner)!;
	}

	pull(): Block | undefined | null {
		return this.source.pull(() => {
			this.woken++;
		}) as Block | undefined | null;
	}
}

function open(): { stream: MjpegStream; driver: FakeDriver; view: () => Client } {
	const camera = new Camera({ io: FakeDriver });
	const stream = new MjpegStream(camera);
	return { stream, driver: FakeDriver.last, view: () => new Client(stream.respond()) };
}

describe("an MJPEG stream", () => {
	it("is framed as every consumer accepts it", () => {
		const { stream, driver } = open();
		const response = stream.respond();
		assert.equal(
			response.headers.get("content-type"),
			`multipart/x-mixed-replace;boundary=${stream.boundary.text}`,
		);
		assert.equal(response.framing, "close");
		assert.match(response.headers.get("cache-control")!, /no-store/);
		const client = new Client(response);
		assert.isUndefined(client.pull());
		driver.capture(1_000_042);
		assert.equal(client.woken, 1);
		const part =
			"Content-Type: image/jpeg\r\nContent-Length: 100\r\nX-Timestamp: 1.000042\r\n\r\n<jpeg>\r\n--yieldcam-frame\r\n";
		assert.equal(read(client.pull()).text, `--yieldcam-frame\r\n${part}`);
		assert.isUndefined(client.pull());
		driver.capture(1_000_042);
		assert.equal(read(client.pull()).text, part);
	});

	it("offers each frame to viewers that wait for one, and asks those that cannot take it", () => {
		const { stream, driver, view } = open();
		const offers: number[] = [];
		let takes = true;
		const quick = view(),
			slow = view();
		Object.assign(quick.owner, {
			offer: (_head: ArrayBuffer, picture: ArrayBuffer, _delimiter: ArrayBuffer, size: number) => {
				offers.push(size - picture.byteLength);
				return takes;
			},
		});
		for (const client of [quick, slow]) assert.isUndefined(client.pull());
		driver.capture(1_000_000);
		assert.deepEqual([quick.woken, slow.woken], [1, 1], "the first part of a viewer differs");
		for (const client of [quick, slow]) {
			assert.isArray(client.pull());
			assert.isUndefined(client.pull());
		}
		driver.capture(1_040_000);
		assert.deepEqual([quick.woken, slow.woken], [1, 2]);
		assert.lengthOf(offers, 1);
		assert.equal(stream.viewers[0].sent, 2);
		assert.isFalse(stream.viewers[0].holds(stream.newest!.frame), "the socket has a copy");
		takes = false;
		driver.capture(1_080_000);
		assert.equal(quick.woken, 2);
		assert.isArray(quick.pull());
		assert.equal(stream.viewers[0].sent, 3);
		assert.equal(stream.viewers[0].skipped, 0);
		driver.capture(1_120_000);
		assert.lengthOf(offers, 2, "it has not asked for another yet");
	});

	it("has a boundary of its own, which no picture can have in a comment", () => {
		const boundaries = Array.from({ length: 20 }, () => open().stream.boundary);
		assert.lengthOf(new Set(boundaries.map(({ text }) => text)), 20);
		for (const { text } of boundaries) assert.match(text, /^yc[0-9a-z]{12}$/);
		const { stream } = open();
		assert.equal(stream.boundary, stream.boundary);
	});

	it("repeats the last frame as a heartbeat if there is no new one, and does not count it", () => {
		const { stream, driver, view } = open();
		const client = view();
		assert.isUndefined(client.source.heartbeat!(), "before the first frame");
		client.pull();
		driver.capture(1_000_042);
		const { text } = read(client.pull());
		assert.match(text, /^--yieldcam-frame\r\n/);
		assert.isUndefined(client.pull());
		const again = read(client.source.heartbeat!());
		assert.equal(again.text, text.slice(text.indexOf("Content-Type")), "like any but the first");
		assert.equal(frameNumber(again.jpeg), 1);
		assert.isUndefined(client.pull());
		assert.equal(stream.viewers[0].sent, 1);
		driver.capture(1_040_042);
		assert.equal(frameNumber(read(client.pull()).jpeg), 2);
		assert.equal(stream.viewers[0].skipped, 0);
		client.source.close();
		assert.equal(driver.lent, 0);
	});

	it("captures only while there are viewers", () => {
		const { stream, driver, view } = open();
		assert.isFalse(driver.running);
		const one = view();
		const two = view();
		assert.isTrue(driver.running);
		assert.equal(stream.viewers.length, 2);
		one.source.close();
		assert.isTrue(driver.running);
		two.source.close();
		assert.isFalse(driver.running);
		assert.equal(stream.viewers.length, 0);
		assert.equal(driver.lent, 0);
	});

	it("sends one frame to all viewers without copying it", () => {
		const { driver, view } = open();
		const clients = [view(), view(), view()];
		for (const client of clients) client.pull();
		driver.capture();
		const jpegs = clients.map((client) => read(client.pull()).jpeg);
		assert.strictEqual(jpegs[0], jpegs[1]);
		assert.strictEqual(jpegs[1], jpegs[2]);
		assert.equal(driver.lent, 1);
		assert.equal(driver.copies, 0);
	});

	it("can format the parts for one viewer differently, while the others share theirs", () => {
		const { stream, driver, view } = open();
		const seen: number[] = [];
		const own = new Client(
			stream.join("192.0.2.7", {
				write({ frame }, viewer) {
					seen.push(viewer.sent);
					return [ArrayBuffer.fromString(`#${viewer.id} `), frame.buffer, ArrayBuffer.fromString("!")];
				},
			}).response,
		);
		const others = [view(), view()];
		for (const client of [own, ...others]) client.pull();
		for (const number of [1, 2]) {
			driver.capture();
			const { text, jpeg } = read(own.pull());
			assert.equal(text, "#1 <jpeg>!");
			assert.equal(frameNumber(jpeg), number);
			const [one, two] = others.map((client) => client.pull());
			if (number === 2) assert.strictEqual(one, two, "one list for all");
			for (const client of [own, ...others]) assert.isUndefined(client.pull());
		}
		assert.deepEqual(seen, [0, 1]);
		assert.deepEqual(
			stream.viewers.map(({ id }) => id),
			[1, 2, 3],
		);
		own.source.close();
		view();
		assert.deepEqual(
			stream.viewers.map(({ id }) => id),
			[2, 3, 4],
			"no number twice",
		);
	});

	it("sends a viewer that was busy the newest frame, not those it missed", () => {
		const { driver, view } = open();
		const slow = view();
		const quick = view();
		slow.pull();
		quick.pull();
		driver.capture();
		read(slow.pull());
		for (let number = 1; number <= 5; number++) {
			assert.equal(frameNumber(read(quick.pull()).jpeg), number);
			assert.isUndefined(quick.pull());
			driver.capture();
		}
		assert.equal(frameNumber(read(slow.pull()).jpeg), 6);
	});

	it("keeps viewers that never finish a frame from taking the camera's buffers", () => {
		const { driver, view } = open();
		const quick = view();
		quick.pull();
		for (let i = 0; i < 8; i++) {
			const stalled = view();
			stalled.pull();
			driver.capture();
			read(stalled.pull());
			read(quick.pull());
		}
		assert.equal(driver.lost, 0);
		assert.isAtMost(driver.lent, 2);
	});

	it("wakes a viewer once for each time it asked", () => {
		const { driver, view } = open();
		const client = view();
		client.pull();
		driver.capture();
		driver.capture();
		driver.capture();
		assert.equal(client.woken, 1);
	});

	it("sends a later viewer the current frame, from the beginning", () => {
		const { driver, view } = open();
		view().pull();
		driver.capture();
		const late = view();
		assert.match(read(late.pull()).text, /^--yieldcam-frame\r\nContent-Type/);
	});

	it("releases the frame of a viewer that disconnects in the middle of it", () => {
		const { driver, view } = open();
		const client = view();
		client.pull();
		driver.capture();
		read(client.pull());
		client.source.close();
		assert.equal(driver.lent, 0);
	});

	it("ends its responses when the camera is closed", () => {
		const camera = new Camera({ io: FakeDriver });
		const client = new Client(new MjpegStream(camera).respond());
		client.pull();
		camera.close();
		assert.equal(client.woken, 1);
		assert.isNull(client.pull());
		client.source.close();
	});

	it("releases its last frame when the camera is closed, even if viewers remain", () => {
		const camera = new Camera({ io: FakeDriver });
		const stream = new MjpegStream(camera);
		const client = new Client(stream.respond());
		client.pull();
		const driver = FakeDriver.last;
		driver.capture();
		assert.equal(driver.lent, 1);
		camera.close();
		assert.equal(driver.lent, 0);
		assert.isNull(client.pull());
		client.source.close();
	});

	it("watches its source once for all viewers, and no longer once that has ended", () => {
		let watched = 0,
			unwatched = 0;
		const stream = new MjpegStream({ watch: () => void watched++, unwatch: () => void unwatched++ });
		const viewers = [new Client(stream.respond()), new Client(stream.respond())];
		assert.equal(watched, 1);
		viewers[0].source.close();
		viewers[0].source.close();
		assert.equal(unwatched, 0);
		viewers[1].source.close();
		assert.deepEqual([watched, unwatched], [1, 1]);
		stream.onEnd();
		const late = new Client(stream.respond());
		assert.equal(watched, 1);
		assert.isNull(late.pull());
		late.source.close();
	});

	it("skips a picture that the driver took back, and waits for the next", () => {
		const { stream, driver, view } = open();
		const early = view();
		assert.isUndefined(early.pull());
		driver.capture();
		takeBack(stream.newest!.frame.buffer);
		const late = view();
		assert.isUndefined(late.pull());
		driver.capture();
		assert.equal(late.woken, 1);
		assert.equal(frameNumber(read(late.pull()).jpeg), 2);
	});
});

describe("a snapshot", () => {
	it("sends one sized JPEG, which is released after it was sent", async () => {
		const camera = new Camera({ io: FakeDriver });
		const driver = FakeDriver.last;
		const taken = camera.capture();
		driver.capture(2_500_000);
		const response = snapshot(await taken);
		assert.equal(response.headers.get("content-type"), "image/jpeg");
		assert.equal(response.headers.get("content-length"), "100");
		assert.equal(response.headers.get("x-timestamp"), "2.500000");
		assert.match(response.headers.get("content-disposition")!, /capture\.jpg/);
		const client = new Client(response);
		assert.equal((client.pull() as ArrayBuffer).byteLength, 100);
		assert.isNull(client.pull());
		assert.equal(driver.lent, 1);
		client.source.close();
		assert.equal(driver.lent, 0);
	});

	it("drops viewers that hold an older picture if the heap has no room for another", () => {
		const pictures = new PictureSource();
		const stream = new MjpegStream(pictures);
		const clients = [0, 1, 2, 3].map(() => new Client(stream.respond()));
		const dropped = (): number[] => clients.map(({ owner }) => owner.dropped);
		const length = tinyJpeg(16).byteLength;
		// Each receives one picture more than the one after it, and then stalls.
		for (const last of [3, 2, 1]) {
			pictures.write(tinyJpeg(16));
			for (const client of clients.slice(0, last + 1)) client.pull();
		}
		assert.deepEqual(dropped(), [0, 0, 0, 0]);
		for (const { owner } of clients) {
			owner.asked = [];
			owner.freeMemory = (bytes) => (owner.asked.push(bytes), clients[3].owner.dropped > 0);
		}
		pictures.write(tinyJpeg(16));
		assert.deepEqual(dropped(), [0, 0, 0, 1], "the one that has had its picture for longest");
		assert.deepEqual(clients[0].owner.asked, [length, length]);
		for (const { owner } of clients) owner.freeMemory = () => false;
		pictures.write(tinyJpeg(16));
		assert.deepEqual(dropped(), [1, 1, 1, 1]);
	});

	it("asks for no room if no viewer holds an older picture", () => {
		const pictures = new PictureSource();
		const client = new Client(new MjpegStream(pictures).respond());
		for (let i = 0; i < 3; i++) {
			client.pull();
			pictures.write(tinyJpeg(16));
			client.pull();
			assert.isUndefined(client.pull());
		}
		assert.deepEqual(client.owner.asked, []);
	});

	it("drops viewers that block the camera's buffers if there is no memory for copies", () => {
		const { driver, view } = open();
		driver.outOfMemory = true;
		const clients = [view(), view(), view()];
		const dropped = (): number[] => clients.map(({ owner }) => owner.dropped);
		for (const client of clients) client.pull();
		driver.capture();
		clients[0].pull();
		driver.capture();
		assert.deepEqual(dropped(), [0, 0, 0], "one buffer for it, one for the newest, one that is filled");
		clients[1].pull();
		driver.capture();
		assert.deepEqual(dropped(), [1, 0, 0]);
		clients[0].source.close();
		assert.equal(driver.lost, 0);
		clients[2].pull();
		driver.outOfMemory = false;
		driver.capture();
		driver.capture();
		assert.deepEqual(dropped(), [1, 0, 0]);
		assert.equal(driver.copies, 2, "of what the two have");
	});

	it("keeps no picture if its last viewer was dropped for it", () => {
		const pictures = new PictureSource();
		const stream = new MjpegStream(pictures);
		const client = new Client(stream.respond());
		pictures.write(tinyJpeg(16));
		client.pull();
		pictures.write(tinyJpeg(16));
		client.owner.room = false;
		client.owner.abort = () => client.source.close();
		pictures.write(tinyJpeg(16));
		assert.lengthOf(stream.viewers, 0);
		assert.isUndefined(stream.newest);
		assert.equal(pictures.watchers, 0);
	});

	it("has no viewer if its source cannot be watched, and watches for the next", () => {
		const { stream, driver, view } = open();
		const { start } = driver;
		driver.start = () => {
			throw new Error("the camera is closed");
		};
		assert.throws(() => stream.respond(), "the camera is closed");
		assert.lengthOf(stream.viewers, 0);
		driver.start = start;
		const client = view();
		driver.capture();
		assert.isOk(client.pull());
	});
});
