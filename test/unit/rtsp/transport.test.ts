import { assert } from "chai";
import { transportOf } from "yieldcam/rtsp/transport";

describe("RTSP's Transport field", () => {
	for (const [field, expected] of [
		["RTP/AVP/UDP;unicast;client_port=5000-5001", { port: 5_000, reportPort: 5_001 }],
		["RTP/AVP;unicast;client_port=5000", { port: 5_000, reportPort: 5_001 }],
		["RTP/AVP;unicast;client_port=5000-7;mode=play", { port: 5_000, reportPort: 7 }],
		["rtp/avp/tcp; unicast ;INTERLEAVED=2-3", { channel: 2 }],
		["RTP/AVP/TCP;unicast", { channel: 0 }],
		['RTP/AVP/TCP;unicast;mode="PLAY"', { channel: 0 }],
		["RTP/AVP;multicast;port=3456, RTP/AVP/TCP;interleaved=0-1", { channel: 0 }],
		["RTP/AVP;multicast", undefined],
		["RTP/AVP;unicast", undefined],
		["RTP/AVP;unicast;client_port=0-1", undefined],
		["RTP/AVP;unicast;client_port=5000-0", undefined],
		["RTP/AVP;unicast;client_port=5000-65536", undefined],
		["RTP/AVP;unicast;client_port=70000-7", undefined],
		["RTP/AVP;unicast;client_port=-5000", undefined],
		["RTP/AVP;unicast;client_port=5x-6", undefined],
		["RTP/AVP;unicast;client_port=999999-1", undefined],
		["RTP/AVP/TCP;interleaved=255-256", undefined],
		['RTP/AVP/TCP;unicast;mode="RECORD"', undefined],
		["RTP/SAVP;unicast;client_port=5000-5001", undefined],
		["", undefined],
		[",;,;", undefined],
	] as const)
		it(`${expected ? "is read" : "is not served"}: ${field}`, () => assert.deepEqual(transportOf(field), expected));
});
