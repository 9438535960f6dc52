import type { Consumer } from "./consumer.ts";
import { CHROMIUM } from "./consumers/chromium.ts";
import { CURL } from "./consumers/curl.ts";
import { EVENT_SOURCE } from "./consumers/event-source.ts";
import { FFMPEG, STRICT_FFMPEG } from "./consumers/ffmpeg.ts";
import { FFPROBE } from "./consumers/ffprobe.ts";
import { FIREFOX } from "./consumers/firefox.ts";
import { GO2RTC } from "./consumers/go2rtc.ts";
import { GSTREAMER } from "./consumers/gstreamer.ts";
import { HOME_ASSISTANT } from "./consumers/home-assistant.ts";
import { MAINSAIL } from "./consumers/mainsail.ts";
import { MJPEG_CONSUMER } from "./consumers/mjpeg-consumer.ts";
import { MOTION } from "./consumers/motion.ts";
import { OCTO_PRINT } from "./consumers/octoprint.ts";
import { OPENCV } from "./consumers/opencv.ts";
import { PI_KVM } from "./consumers/pikvm.ts";
import { PROMETHEUS } from "./consumers/prometheus.ts";
import { PROMTOOL } from "./consumers/promtool.ts";
import { PYTHON_SCRIPTS } from "./consumers/python-scripts.ts";
import { VLC } from "./consumers/vlc.ts";
import { WGET } from "./consumers/wget.ts";
import { ZONE_MINDER } from "./consumers/zone-minder.ts";

/** In the table's order. The slowest are placed so that they start early. */
export const CONSUMERS: readonly Consumer[] = [
	FIREFOX,
	CHROMIUM,
	VLC,
	MOTION,
	ZONE_MINDER,
	FFMPEG,
	STRICT_FFMPEG,
	FFPROBE,
	GSTREAMER,
	OPENCV,
	CURL,
	WGET,
	PYTHON_SCRIPTS,
	HOME_ASSISTANT,
	OCTO_PRINT,
	MAINSAIL,
	GO2RTC,
	PI_KVM,
	MJPEG_CONSUMER,
	EVENT_SOURCE,
	PROMETHEUS,
	PROMTOOL,
];
