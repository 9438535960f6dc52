import { setTimeout as delay } from "node:timers/promises";
import { loadImage } from "@napi-rs/canvas";
import { expect } from "chai";
import { frameSize } from "../../../src/camera/frame-sizes.ts";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import { retryInRealTime } from "../../support/real-time.ts";
import { SensorProcess } from "../../support/sensor-process.ts";

describe("the sensor process", function () {
	retryInRealTime(this);
	let sensor: SensorProcess;

	afterEach(async () => {
		if (sensor.process.exitCode === null) await sensor.close();
	});

	it("is silent until the command to stream", async () => {
		sensor = new SensorProcess("--fps", "100");
		sensor.command("set quality 20");
		await delay(300);
		expect(sensor.frames).to.have.length(0);
	});

	it("sends whole QVGA JPEGs at first", async () => {
		sensor = new SensorProcess();
		sensor.command("stream 1");
		for (const { jpeg, width, height } of await sensor.next(3)) {
			expect([width, height]).to.deep.equal([320, 240]);
			expect(jpegSize(jpeg)).to.deep.equal({ width, height });
			const image = await loadImage(Buffer.from(jpeg));
			expect([image.width, image.height]).to.deep.equal([320, 240]);
		}
	});

	it("draws a picture that changes from frame to frame", async () => {
		sensor = new SensorProcess();
		sensor.command("stream 1");
		const [first, second] = await sensor.next(2);
		expect(Buffer.compare(first.jpeg, second.jpeg)).not.to.equal(0);
	});

	it("keeps to its rate, and never exceeds it", async () => {
		sensor = new SensorProcess("--fps", "40");
		sensor.command("stream 1");
		const frames = await sensor.next(41);
		const span = Number(frames.at(-1)!.timestamp - frames[0].timestamp);
		expect(span / 1e6).to.be.within(0.99, 2);
	});

	it("stamps frames with the monotonic clock, on a grid", async () => {
		const before = process.hrtime.bigint() / 1000n;
		sensor = new SensorProcess("--fps", "20");
		sensor.command("stream 1");
		const frames = await sensor.next(20);
		const after = process.hrtime.bigint() / 1000n;
		const ticks = frames.map(({ timestamp }) => Number(timestamp - frames[0].timestamp) / 50_000);
		expect(frames[0].timestamp >= before && frames.at(-1)!.timestamp <= after).to.equal(true);
		// Most of them: on a busy machine one may be late, but a drift would move them all.
		const onGrid = ticks.filter((tick) => Math.abs(tick - Math.round(tick)) < 0.25);
		expect(onGrid.length).to.be.at.least(10);
	});

	it("stops and continues on command", async () => {
		sensor = new SensorProcess("--fps", "50");
		sensor.command("stream 1");
		await sensor.next(2);
		sensor.command("stream 0");
		await delay(300);
		const count = sensor.frames.length;
		await delay(300);
		expect(sensor.frames).to.have.length(count);
		sensor.command("stream 1");
		await sensor.next(2);
	});

	it("changes the frame size while it streams", async () => {
		sensor = new SensorProcess();
		sensor.command("stream 1");
		await sensor.next(1);
		for (const name of ["96X96", "UXGA", "HD"]) {
			const { code, width, height } = frameSize(name)!;
			sensor.command(`set framesize ${code}`);
			const frame = await sensor.until((candidate) => candidate.width === width);
			expect(jpegSize(frame.jpeg)).to.deep.equal({ width, height });
			expect(frame.height).to.equal(height);
		}
	});

	it("makes smaller frames at a worse quality", async () => {
		sensor = new SensorProcess();
		sensor.command("set quality 10");
		sensor.command("stream 1");
		const [fine] = await sensor.next(1);
		sensor.command("set quality 40");
		await sensor.until(({ jpeg }) => jpeg.byteLength < fine.jpeg.byteLength * 0.75);
	});

	it("silently keeps settings that it does not know", async () => {
		sensor = new SensorProcess();
		sensor.command("set brightness -2");
		sensor.command("set led_intensity 255");
		sensor.command("stream 1");
		await sensor.next(1);
		await sensor.close();
		expect(sensor.complaints).to.equal("");
	});

	it("reports invalid commands, and goes on", async () => {
		sensor = new SensorProcess();
		for (const line of ["set framesize 99", "set quality 64", "set quality", "dance"]) sensor.command(line);
		sensor.command("stream 1");
		const [frame] = await sensor.next(1);
		expect(frame.width).to.equal(320);
		await sensor.close();
		expect(sensor.complaints.trimEnd().split("\n")).to.have.length(4);
	});

	it("leaves out frames while no one reads, and keeps none for later", async () => {
		sensor = new SensorProcess("--fps", "50");
		sensor.command("set framesize 10");
		sensor.command("stream 1");
		await sensor.next(1);
		sensor.process.stdout.pause();
		await delay(1000);
		sensor.process.stdout.resume();
		const frames = await sensor.next(20);
		const gap = Math.max(...frames.slice(1).map(({ timestamp }, i) => Number(timestamp - frames[i].timestamp)));
		expect(gap).to.be.above(500_000);
	});

	it("ends at once and quietly when the host exits", async () => {
		sensor = new SensorProcess();
		sensor.command("stream 1");
		await sensor.next(1);
		expect(await sensor.close()).to.equal(0);
		expect(sensor.complaints).to.equal("");
	});

	it("ends quietly when no one reads its frames anymore", async () => {
		sensor = new SensorProcess();
		sensor.command("stream 1");
		await sensor.next(1);
		sensor.process.stdout.destroy();
		expect(await sensor.exit()).to.equal(0);
		expect(sensor.complaints).to.equal("");
	});
});
