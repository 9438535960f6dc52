import { type Consumer, FRAME_COUNT, type Reading, type Seen } from "../consumer.ts";
import { moduleVersions, pythonWith, runScript } from "../python.ts";

const python = pythonWith("cv2", "numpy");

function read(kind: string): Reading {
	return async ({ url, signal }) =>
		(await runScript(python!, "opencv.py", [kind, url, String(FRAME_COUNT)], { signal })) as Seen;
}

export const OPENCV: Consumer = {
	name: "OpenCV",
	what: "Python's `cv2.VideoCapture(URL)`; for a snapshot `cv2.imdecode`",
	reads: { stream: read("stream"), rtsp: read("stream"), snapshot: read("snapshot"), bitmap: read("snapshot") },
	from: "Debian",
	debian: ["python3-opencv"],
	installed: python !== undefined,
	version: async () => /cv2 (\S+)/.exec(await moduleVersions(python!, "cv2"))![1],
};
