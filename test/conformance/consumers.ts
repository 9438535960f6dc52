import type { Consumer } from "./consumer.ts";
import { chromium } from "./consumers/chromium.ts";
import { curl } from "./consumers/curl.ts";
import { eventSource } from "./consumers/event-source.ts";
import { ffmpeg, strictFfmpeg } from "./consumers/ffmpeg.ts";
import { ffprobe } from "./consumers/ffprobe.ts";
import { firefox } from "./consumers/firefox.ts";
import { go2rtc } from "./consumers/go2rtc.ts";
import { gstreamer } from "./consumers/gstreamer.ts";
import { homeAssistant } from "./consumers/home-assistant.ts";
import { mainsail } from "./consumers/mainsail.ts";
import { mjpegConsumer } from "./consumers/mjpeg-consumer.ts";
import { motion } from "./consumers/motion.ts";
import { octoPrint } from "./consumers/octoprint.ts";
import { opencv } from "./consumers/opencv.ts";
import { piKvm } from "./consumers/pikvm.ts";
import { prometheus } from "./consumers/prometheus.ts";
import { promtool } from "./consumers/promtool.ts";
import { pythonScripts } from "./consumers/python-scripts.ts";
import { vlc } from "./consumers/vlc.ts";
import { wget } from "./consumers/wget.ts";

/** In the table's order. Those that take longest stand where they are begun early. */
export const consumers: readonly Consumer[] = [
	firefox,
	chromium,
	vlc,
	motion,
	ffmpeg,
	strictFfmpeg,
	ffprobe,
	gstreamer,
	opencv,
	curl,
	wget,
	pythonScripts,
	homeAssistant,
	octoPrint,
	mainsail,
	go2rtc,
	piKvm,
	mjpegConsumer,
	eventSource,
	prometheus,
	promtool,
];
