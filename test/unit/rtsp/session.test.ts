import { assert } from "chai";
import { Feed } from "../support/feed.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { FakeFormat, FakeUdp, Played } from "./support/fake-rtsp.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(ArrayBuffer.fromString(text));
const PLAY = bytes("PLAY rtsp://cam/ RTSP/1.0\r\nCSeq: 4\r\n\r\n");
const UDP = { port: 5_000, reportPort: 5_001 };

/** Makes a request, whose response is pulled if nothing else is being sent. */
function ask(played: Played, method: string): void {
	const feed = new Feed();
	feed.push(bytes(`${method} rtsp://cam/ RTSP/1.0\r\nCSeq: 9\r\n\r\n`));
	played.receive(feed.input);
	if (method === "PLAY") assert.equal(played.pullAll().length, 1);
}

/** A session that plays. */
function playing(transport?: { port: number; reportPort: number }): Played {
	const played = new Played(transport),
		feed = new Feed();
	feed.push(PLAY);
	played.receive(feed.input);
	const [response, ...more] = played.pullAll();
	assert.match(response, /^RTSP\/1\.0 200 OK\r\nCSeq: 4\r\nSession: [0-9a-f]{16};timeout=60\r\nRange: npt=now-\r\n/);
	assert.match(response, /\r\nRTP-Info: url=rtsp:\/\/cam\/video;seq=7;rtptime=\d+\r\n\r\n$/);
	assert.deepEqual(more, []);
	return played;
}

describe("a session of RTSP", () => {
	beforeEach(resetClock);
	afterEach(resetClock);

	it("captures nothing before it plays, and after it has ended", () => {
		const idle = new Played();
		assert.isFalse(idle.driver.running);
		const played = playing();
		assert.isTrue(played.driver.running);
		played.session.close();
		assert.isFalse(played.driver.running);
		assert.equal(pendingTimers(), 0);
		assert.equal(played.driver.lent, 0);
	});

	it("sends each new frame once, the newest if there were several, and none that began before it played", () => {
		const played = playing();
		assert.isUndefined(played.pull());
		played.driver.capture();
		assert.equal(played.woken, 1);
		assert.equal(played.pull(), "frame");
		played.driver.capture();
		played.driver.capture();
		assert.deepEqual(played.pullAll(), ["frame"]);
		assert.equal(played.session.sent, 2);
		assert.equal(played.session.skipped, 1);
	});

	it("sends a report after a second, and every four", () => {
		const played = playing();
		advance(1_000);
		assert.deepEqual(played.pullAll(), ["report"]);
		advance(3_000);
		assert.deepEqual(played.pullAll(), []);
		advance(1_000);
		assert.deepEqual(played.pullAll(), ["report"]);
	});

	it("says goodbye when the size changes, after the frame that is being sent", () => {
		const played = playing();
		played.driver.capture();
		assert.equal(played.pull(), "frame");
		FakeFormat.width = 640;
		played.driver.capture();
		assert.deepEqual(played.pullAll(), ["bye", "end"]);
	});

	it("ends when the frames cannot be sent any more", () => {
		const played = playing();
		FakeFormat.fault = "it is gray";
		played.driver.capture();
		assert.deepEqual(played.pullAll(), ["bye", "end"]);
		assert.equal(played.rtsp.fault, "it is gray");
	});

	it("sends a large frame by UDP in bursts, as there are transmit buffers, and gives it up if there are none", () => {
		const played = playing(UDP);
		played.driver.frameLength = 4_000;
		played.driver.capture();
		assert.deepEqual(FakeUdp.sent, [16]);
		FakeUdp.buffers = 5;
		advance(4);
		FakeUdp.buffers = Infinity;
		advance(8);
		assert.deepEqual(FakeUdp.sent, [16, 5, 16, 3]);
		FakeUdp.buffers = 0;
		played.driver.capture();
		advance(100);
		assert.deepEqual(FakeUdp.sent.slice(4), Array<number>(10).fill(0));
		FakeUdp.buffers = Infinity;
		played.driver.capture();
		advance(100);
		assert.deepEqual(FakeUdp.sent.slice(14), [16, 16, 8]);
		played.session.close();
		assert.deepEqual(FakeUdp.reports.at(-1), "bye to 10.0.0.9:5001");
		assert.deepEqual(FakeUdp.open, []);
	});

	it("is kept by a report of its client's by UDP, and by nothing else that arrives there", () => {
		const played = playing(UDP);
		const [packets, reports] = FakeUdp.open,
			heard = () => played.link.deadlines.length;
		const before = heard();
		packets.receive([0x80, 201, 0, 1, 0, 0, 0, 0], "10.0.0.9", 5_001);
		reports.receive([0x80, 201, 0, 1, 0, 0, 0, 0], "10.0.0.8", 5_001);
		reports.receive([0x80, 201, 0, 1, 0, 0, 0, 0], "10.0.0.9", 5_000);
		reports.receive([0x80, 96, 0, 1, 0, 0, 0, 0], "10.0.0.9", 5_001);
		reports.receive([0x80], "10.0.0.9", 5_001);
		assert.equal(heard(), before);
		reports.receive([0x80, 201, 0, 1, 0, 0, 0, 0], "10.0.0.9", 5_001);
		assert.equal(heard(), before + 1);
		assert.isFalse(played.session.expire());
	});

	it("lasts over TCP as long as its client takes packets, and ends if it takes nothing of one for long", () => {
		const played = playing();
		played.link.sender.sent = 100;
		assert.isTrue(played.session.expire());
		assert.isFalse(played.session.expire());
		played.link.sender.held = 1;
		advance(19_000);
		assert.isFalse(played.link.closed);
		advance(3_000);
		assert.isTrue(played.link.closed);
	});

	it("leaves requests in the input while a response waits", () => {
		const played = new Played(),
			feed = new Feed();
		const one = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";
		feed.push(bytes(one.repeat(6)));
		played.receive(feed.input);
		for (let left = 5; left >= 0; left--) {
			assert.equal(feed.input.length, left * one.length);
			assert.equal(played.pullAll().length, 1);
			played.receive(feed.input);
		}
	});

	it("may end when its connection turns out to be lost as it sends a report", () => {
		const played = playing();
		assert.isUndefined(played.session.pull(() => played.session.close()));
		advance(1_000);
		assert.equal(played.driver.lent, 0);
		assert.equal(pendingTimers(), 0);
		assert.deepEqual(played.rtsp.sessions, []);
	});

	it("begins no frame if it has ended because of another session's, to which the frame came first", () => {
		const first = playing(),
			second = first.another(UDP);
		ask(second, "PLAY");
		assert.isUndefined(first.session.pull(() => second.session.close()));
		first.driver.capture();
		assert.deepEqual(FakeUdp.sent, []);
		assert.deepEqual(FakeUdp.open, []);
		assert.equal(first.driver.lent, 1);
	});

	it("gives up a frame that is needed elsewhere, also if it has paused in the middle of it", () => {
		const first = playing(),
			second = first.another(),
			viewer = first.another();
		ask(second, "PLAY");
		ask(viewer, "PLAY");
		first.driver.outOfMemory = true;
		for (const session of [first, second]) {
			first.driver.capture();
			assert.equal(session.pull(), "frame");
			viewer.pullAll();
			ask(session, "PAUSE");
		}
		assert.isFalse(first.link.closed);
		first.driver.capture();
		first.driver.capture();
		assert.isTrue(first.link.closed);
	});

	it("answers one request in a turn, since a client may send many at once", () => {
		const played = new Played(),
			feed = new Feed(),
			one = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";
		feed.push(bytes(one.repeat(3)));
		for (const deferred of [1, 2, 2]) {
			played.session.receive(feed.input);
			assert.equal(played.link.deferred, deferred);
			played.pullAll();
		}
	});

	it("refuses targets that are too long to be repeated", () => {
		const played = new Played(),
			feed = new Feed(),
			ask = (length: number): string => {
				const target = "rtsp://cam/?".padEnd(length, "x");
				feed.push(bytes(`DESCRIBE ${target} RTSP/1.0\r\nCSeq: 1\r\n\r\n`));
				played.receive(feed.input);
				return played.pull()!;
			};
		assert.match(ask(256), /^RTSP\/1\.0 200 /);
		assert.match(ask(257), /^RTSP\/1\.0 414 /);
		assert.isBelow(ask(900).length, 200);
	});

	it("reads a SETUP after PAUSE once the frame that is being sent is complete", () => {
		const played = playing(),
			feed = new Feed();
		played.driver.capture();
		assert.equal(played.pull(), "frame");
		feed.push(
			bytes(
				"PAUSE rtsp://cam/ RTSP/1.0\r\nCSeq: 5\r\n\r\n" +
					"SETUP rtsp://cam/video RTSP/1.0\r\nCSeq: 6\r\nTransport: RTP/AVP/TCP;interleaved=2-3\r\n\r\n",
			),
		);
		played.receive(feed.input);
		assert.equal(played.driver.lent, 1, "the frame is still being sent");
		assert.match(played.pull()!, /\r\nCSeq: 5\r\n/);
		assert.equal(played.driver.lent, 0);
		played.receive(feed.input);
		assert.match(played.pull()!, /^RTSP\/1\.0 200 OK\r\nCSeq: 6\r\n[^]*interleaved=2-3/);
	});

	it("changes its transport before it plays, and gives the first one's sockets up", () => {
		const played = new Played(UDP),
			feed = new Feed();
		assert.equal(FakeUdp.open.length, 2);
		feed.push(
			bytes("SETUP rtsp://cam/video RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=4-5\r\n\r\n"),
		);
		played.receive(feed.input);
		assert.match(played.pull()!, /\r\nTransport: RTP\/AVP\/TCP;unicast;interleaved=4-5;ssrc=[0-9a-f]{8}\r\n/);
		assert.equal(FakeUdp.open.length, 0);
	});

	it("refuses a transport whose ports it cannot open, and leaves none of them open", () => {
		const played = new Played();
		FakeUdp.taken = [6_971];
		const feed = new Feed();
		feed.push(bytes("SETUP rtsp://cam/video RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;client_port=5-6\r\n\r\n"));
		played.receive(feed.input);
		assert.match(played.pull()!, /^RTSP\/1\.0 503 /);
		assert.equal(FakeUdp.open.length, 0, "the first of the pair is closed again");
	});
});
