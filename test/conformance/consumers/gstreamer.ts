import { spawnSync } from "node:child_process";
import { type Consumer, FRAME_COUNT, type Reading } from "../consumer.ts";
import { installed, output, programPath, versionOf } from "../program.ts";

/** A sink that reports its input: the pictures are counted once they have been decoded. */
const SINK = ["!", "fakesink", "name=pictures", "silent=false", `num-buffers=${FRAME_COUNT}`];

function pipeline(source: string, ...elements: string[]): Reading {
	return async ({ url, signal }) => {
		const said = (
			await output(
				programPath("gst-launch-1.0"),
				["--verbose", source, `location=${url}`, ...elements, ...SINK],
				{ signal },
			)
		).toString();
		const [, width, height] =
			/pictures\.GstPad:sink: caps = video\/x-raw.* width=\(int\)(\d+), height=\(int\)(\d+)/.exec(said) ?? [];
		return { frames: said.match(/last-message = chain /g)?.length ?? 0, size: `${width}x${height}` };
	};
}

export const GSTREAMER: Consumer = {
	name: "GStreamer",
	what: "`gst-launch-1.0 souphttpsrc ! multipartdemux ! jpegdec`; for RTSP `rtspsrc ! rtpjpegdepay ! jpegdec`, for a snapshot `souphttpsrc ! jpegparse ! jpegdec`",
	reads: {
		stream: pipeline("souphttpsrc", "!", "multipartdemux", "!", "jpegdec"),
		rtsp: pipeline("rtspsrc", "!", "rtpjpegdepay", "!", "jpegdec"),
		snapshot: pipeline("souphttpsrc", "!", "jpegparse", "!", "jpegdec"),
	},
	from: "Debian",
	debian: [
		"gstreamer1.0-tools",
		"gstreamer1.0-plugins-base",
		"gstreamer1.0-plugins-good",
		"gstreamer1.0-plugins-bad",
	],
	installed:
		installed("gst-launch-1.0", "gst-inspect-1.0") &&
		["souphttpsrc", "rtspsrc", "rtpjpegdepay", "multipartdemux", "jpegparse", "jpegdec"].every(
			(element) => spawnSync("gst-inspect-1.0", ["--exists", element]).status === 0,
		),
	version: () => versionOf(programPath("gst-launch-1.0"), ["--gst-version"]),
};
