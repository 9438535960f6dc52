import { assert } from "chai";
import fc from "fast-check";
import { Played } from "../unit/rtsp/support/fake-rtsp.ts";
import { Feed } from "../unit/support/feed.ts";
import { resetClock } from "../unit/support/time.ts";
import { check, patience } from "./support/check.ts";
import { bytesOf, pieces, spoiled, splits } from "./support/inputs.ts";

/** Sends the pieces to a session, and returns its responses without its number. */
function answered(parts: readonly Uint8Array[]): string[] {
	const played = new Played(),
		feed = new Feed(),
		log: string[] = [];
	for (const part of parts) {
		if (part.length > 0) feed.push(part);
		for (let answers = 1; answers > 0;) {
			played.receive(feed.input);
			const all = played.pullAll();
			answers = all.length;
			log.push(...all);
			if (all.includes("end")) {
				played.session.close();
				return log.filter((text) => text !== "bye").map(plain);
			}
		}
	}
	played.session.close();
	return log.filter((text) => text !== "bye").map(plain);
}

const plain = (text: string): string => text.replace(/(Session: )[0-9a-f]+|(rtptime=)\d+|(ssrc=)[0-9a-f]+/g, "$1$2$3");

const request = fc
	.record({
		method: fc.constantFrom("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "GET_PARAMETER", "TEARDOWN", "X"),
		target: fc.constantFrom("*", "0", "rtsp://cam/", "rtsp://cam:554/mjpeg/1/video?x"),
		fields: fc.array(
			fc.constantFrom(
				"CSeq: 1\r\n",
				"Session: 1\r\n",
				"Transport: RTP/AVP/TCP;interleaved=0-1\r\n",
				"Transport: RTP/AVP;client_port=5-6\r\n",
			),
			{ maxLength: 3 },
		),
		content: fc.constantFrom("", "position\r\n"),
	})
	.map(
		({ method, target, fields, content }) =>
			`${method} ${target} RTSP/1.0\r\n${fields.join("")}${content && `Content-Length: ${content.length}\r\n`}\r\n${content}`,
	);
const packet = fc
	.string({ unit: "binary-ascii", maxLength: 40 })
	.map((data) => `$\x01\0${String.fromCharCode(data.length)}${data}`);
const conversation = fc.array(fc.oneof(request, packet), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));

describe("a session of RTSP that is sent anything", function () {
	this.timeout(patience);
	afterEach(resetClock);

	it("answers the same, however it is split", () =>
		check(
			400,
			fc.property(conversation, splits, (text, places) => {
				const bytes = bytesOf(text),
					whole = answered([bytes]);
				for (const parts of pieces(bytes, places)) assert.deepEqual(answered(parts), whole);
			}),
		));

	it("answers the same, however it is split, if it is damaged", () =>
		check(
			400,
			fc.property(spoiled(conversation), splits, (text, places) => {
				const bytes = bytesOf(text),
					whole = answered([bytes]);
				for (const parts of pieces(bytes, places)) assert.deepEqual(answered(parts), whole);
			}),
		));
});
