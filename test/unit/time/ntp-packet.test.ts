import { assert } from "chai";
import { type NtpAnswer, ntpRequest, readNtpAnswer } from "yieldcam/time/ntp-packet";
import { type Answer, packetOf, writeTime } from "./support/fake-servers.ts";

const HIGH = 0xfedcba98;
const LOW = 0x01234567;
const TIME = 1_800_000_000_250_000;

function read(answer: Answer = {}): ReturnType<typeof readNtpAnswer> {
	return readNtpAnswer(packetOf(ntpRequest(HIGH, LOW), TIME, answer), HIGH, LOW);
}

function refused(answer: Answer): string {
	const result = read(answer);
	assert.instanceOf(result, Error);
	return result.message;
}

describe("a request for the time", () => {
	it("has 48 bytes, version 4, mode 3, and nothing else but the number that an answer repeats", () => {
		const bytes = [...new Uint8Array(ntpRequest(HIGH, LOW))];
		assert.lengthOf(bytes, 48);
		assert.equal(bytes[0], 0x23);
		assert.deepEqual(bytes.slice(40), [0xfe, 0xdc, 0xba, 0x98, 0x01, 0x23, 0x45, 0x67]);
		assert.isTrue(bytes.slice(1, 40).every((byte) => byte === 0));
	});
});

describe("an answer with the time", () => {
	it("has the server's times in microseconds since 1970", () => {
		const { received, sent, distance } = read({
			edit: (packet) => writeTime(packet, 40, TIME + 500),
		}) as NtpAnswer;
		assert.approximately(received, TIME, 1);
		assert.approximately(sent, TIME + 500, 1);
		assert.approximately(distance, 15_000, 20);
	});

	it("may be from after 2036, when the seconds of NTP begin again", () => {
		const later = 2_200_000_000_000_000,
			{ sent } = readNtpAnswer(packetOf(ntpRequest(HIGH, LOW), later), HIGH, LOW) as NtpAnswer;
		assert.approximately(sent, later, 1);
	});

	it("is ignored if it does not repeat the request's number", () => {
		assert.isUndefined(read({ edit: (packet) => packet.setUint32(24, HIGH ^ 1) }));
		assert.isUndefined(read({ edit: (packet) => packet.setUint32(28, LOW ^ 1) }));
	});

	it("is ignored if it is not from a server, or too short", () => {
		for (const first of [0x23, 0x25, 0x21, 0x20]) assert.isUndefined(read({ first }));
		assert.isUndefined(read({ length: 47 }));
		assert.isUndefined(read({ length: 0 }));
	});

	it("is a refusal at stratum 0, with its code", () => {
		assert.equal(read({ stratum: 0, code: "RATE" }), "RATE");
		assert.equal(read({ stratum: 0, code: "DENY" }), "DENY");
		assert.equal(read({ stratum: 0, code: "A\n\0\xff" }), "A...");
	});

	it("is of no use if the server does not know the time", () => {
		assert.equal(refused({ first: 0xe4 }), "it does not know the time itself");
		assert.equal(refused({ stratum: 16 }), "it does not know the time itself");
	});

	it("is of no use if the server's own time may be wrong by 1.5 s", () => {
		assert.equal(refused({ rootDispersion: 1.5 }), "it is too far from a clock");
		assert.equal(refused({ rootDelay: 3 }), "it is too far from a clock");
		assert.equal(refused({ rootDelay: -3 }), "it is too far from a clock");
		assert.equal(refused({ rootDelay: -1, rootDispersion: 1 }), "it is too far from a clock");
		assert.equal(refused({ rootDelay: 1, rootDispersion: -0.4 }), "it is too far from a clock");
		assert.isNumber((read({ rootDelay: 1, rootDispersion: 0.9 }) as NtpAnswer).sent);
	});
});
