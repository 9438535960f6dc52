import { type Consumer, FRAME_COUNT, type Reading } from "../consumer.ts";
import { installed, output, programPath, versionOf } from "../program.ts";

const read =
	(codec: string): Reading =>
	async ({ url, signal }) => {
		const json = await output(
			programPath("ffprobe"),
			[
				"-v",
				"error",
				"-count_frames",
				"-read_intervals",
				`%+#${FRAME_COUNT}`,
				"-show_entries",
				"stream=codec_name,width,height,nb_read_frames",
				"-of",
				"json",
				url,
			],
			{ signal },
		);
		const {
			streams: [stream],
		} = JSON.parse(json.toString()) as {
			streams: { codec_name: string; width: number; height: number; nb_read_frames: string }[];
		};
		if (stream?.codec_name !== codec) throw new Error(`unexpected codec ${stream?.codec_name}`);
		return { frames: Number(stream.nb_read_frames), size: `${stream.width}x${stream.height}` };
	};

export const FFPROBE: Consumer = {
	name: "ffprobe",
	what: "`ffprobe -count_frames URL`, from Debian, a different release than npm's ffmpeg",
	reads: { stream: read("mjpeg"), rtsp: read("mjpeg"), snapshot: read("mjpeg"), bitmap: read("bmp") },
	from: "Debian",
	debian: ["ffmpeg"],
	installed: installed("ffprobe"),
	version: () => versionOf(programPath("ffprobe"), ["-version"]),
};
