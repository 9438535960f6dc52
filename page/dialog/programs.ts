/** The addresses of this camera, absolute. */
export interface Addresses {
	readonly page: string;
	readonly stream: string;
	readonly capture: string;
	/** mjpg-streamer's. */
	readonly actionStream: string;
	readonly actionSnapshot: string;
	/** The camera's name as files of a configuration take it. */
	readonly id: string;
}

/** Something to copy: an address, a command or a piece of a configuration. */
export interface Field {
	readonly label: string;
	readonly text: string;
}

export interface Program {
	readonly name: string;
	/** Where the fields belong. */
	readonly advice: string;
	/** The address to scan. */
	readonly scan: "page" | "stream" | "actionStream";
	/** Whether it often runs in a container, where names in .local do not resolve. */
	readonly contained?: true;
	fields(at: Addresses): readonly Field[];
}

/** Returns the addresses below the page's own, which ends with a slash. Those of pictures get the token, if there is one. */
export function addressesOf(page: string, id: string, token?: string): Addresses {
	const picture = (path: string): string => {
		const url = new URL(path, page);
		if (token !== undefined) url.searchParams.set("token", token);
		return url.href;
	};
	return {
		page,
		id,
		stream: picture("stream"),
		capture: picture("capture"),
		actionStream: picture("?action=stream"),
		actionSnapshot: picture("?action=snapshot"),
	};
}

const actions = ({ actionStream, actionSnapshot }: Addresses): readonly Field[] => [
	{ label: "Stream URL", text: actionStream },
	{ label: "Snapshot URL", text: actionSnapshot },
];

/** What each program wants, as docs/addresses.md has it. */
export const PROGRAMS: readonly Program[] = [
	{
		name: "Browser",
		advice: "This page, on another device in the same network.",
		scan: "page",
		fields: ({ page }) => [{ label: "Address", text: page }],
	},
	{
		name: "VLC",
		advice: "Media, Open Network Stream.",
		scan: "stream",
		fields: ({ stream }) => [{ label: "Network URL", text: stream }],
	},
	{
		name: "Home Assistant",
		advice: "Settings, Devices & services, Add integration, MJPEG IP Camera.",
		scan: "stream",
		contained: true,
		fields: ({ stream, capture }) => [
			{ label: "MJPEG URL", text: stream },
			{ label: "Still image URL", text: capture },
		],
	},
	{
		name: "OctoPrint",
		advice: "Settings, Classic Webcam.",
		scan: "actionStream",
		fields: actions,
	},
	{
		name: "Mainsail",
		advice: "Settings, Webcams, Add webcam, with the service MJPEG-Streamer.",
		scan: "actionStream",
		fields: actions,
	},
	{
		name: "go2rtc",
		advice: "In go2rtc.yaml.",
		scan: "stream",
		contained: true,
		fields: ({ id, stream }) => [{ label: "Stream", text: `streams:\n  ${id}: ${stream}` }],
	},
	{
		name: "Frigate",
		advice: "In config.yml. Frigate records H.264, so its go2rtc encodes the pictures.",
		scan: "stream",
		contained: true,
		fields: ({ id, stream }) => [
			{
				label: "Camera",
				text: `go2rtc:
  streams:
    ${id}: "ffmpeg:${stream}#video=h264#hardware"
cameras:
  ${id}:
    ffmpeg:
      inputs:
        - path: rtsp://127.0.0.1:8554/${id}
          roles: [detect, record]`,
			},
		],
	},
	{
		name: "ffmpeg",
		advice: "In a shell. The first command records ten seconds, the second saves one picture.",
		scan: "stream",
		fields: ({ id, stream, capture }) => [
			{ label: "Record", text: `ffmpeg -i "${stream}" -t 10 ${id}.mp4` },
			{ label: "One picture", text: `ffmpeg -i "${capture}" ${id}.jpg` },
		],
	},
	{
		name: "OpenCV",
		advice: "In Python.",
		scan: "stream",
		fields: ({ stream }) => [
			{
				label: "Capture",
				text: `import cv2\n\ncamera = cv2.VideoCapture("${stream}")\nok, picture = camera.read()`,
			},
		],
	},
	{
		name: "Web page",
		advice: "For example a dashboard.",
		scan: "stream",
		fields: ({ stream }) => [{ label: "HTML", text: `<img src="${stream}" alt="Live picture">` }],
	},
];
