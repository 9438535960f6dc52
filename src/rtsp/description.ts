import { utf8Of } from "../http/syntax/bytes.ts";
import { TRACK } from "./address.ts";

/**
 * Describes the stream (SDP, RFC 4566, for RTSP as in RFC 2326, C). The connection's address is none: packets go to those who
 * set a session up.
 *
 * @param address The device's address, as the client has it.
 * @param rate Frames per second; 0 if that is not known. Without it, ffmpeg guesses.
 */
export function description(address: string, rate: number): Uint8Array {
	return utf8Of(
		"v=0\r\no=- 1 1 IN IP4 ".concat(
			address,
			"\r\ns=yieldcam\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n",
			"m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n",
			rate > 0 ? `a=framerate:${rate}\r\n` : "",
			`a=control:${TRACK}\r\n`,
		),
	);
}
