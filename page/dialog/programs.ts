/** The addresses of this camera, absolute. */
export interface Addresses {
	readonly page: string;
	readonly stream: string;
	/** The stream for an image on a page. */
	readonly image: string;
	readonly capture: string;
	/** mjpg-streamer's. */
	readonly actionStream: string;
	readonly actionSnapshot: string;
	/** That of RTSP; undefined if it cannot be known to work. */
	readonly rtsp: string | undefined;
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

/** Stands for a password in an address. */
export const PASSWORD = "PASSWORD";

export interface Known {
	/** The camera's name as files of a configuration take it. */
	readonly id: string;
	/** The token for the addresses of pictures, if there is one. */
	readonly token: string | undefined;
	readonly rtspPort: number | undefined;
	/** Who signs in to RTSP; undefined if there is no password. */
	readonly user: string | undefined;
	/** Who signs in to the pictures if there is no token; undefined if nobody has to. */
	readonly viewer?: string | undefined;
}

/**
 * Returns the addresses below the page's own, which ends with a slash. Those of pictures get the token, if there is one, or else
 * the place for a password.
 */
export function addressesOf(page: string, { id, token, rtspPort, user, viewer }: Known): Addresses {
	const picture = (path: string, signer: string | false | undefined = token === undefined && viewer): string => {
		const url = new URL(path, page);
		if (token !== undefined) url.searchParams.set("token", token);
		if (signer) [url.username, url.password] = [signer, PASSWORD];
		return url.href;
	};
	return {
		page,
		id,
		// Browsers refuse a password in the address of an image.
		image: picture("stream", false),
		stream: picture("stream"),
		capture: picture("capture"),
		actionStream: picture("?action=stream"),
		actionSnapshot: picture("?action=snapshot"),
		rtsp: rtspPort === undefined ? undefined : rtspAddress(new URL(page), rtspPort, user),
	};
}

/**
 * Returns the address of RTSP at the page's host. A proxy for pages, which has HTTPS or the page in a folder, does not pass on
 * RTSP.
 */
function rtspAddress(
	{ protocol, hostname, pathname }: URL,
	port: number,
	user: string | undefined,
): string | undefined {
	if (protocol !== "http:" || pathname !== "/") return undefined;
	return `rtsp://${user === undefined ? "" : `${user}:${PASSWORD}@`}${hostname}${port === 554 ? "" : `:${port}`}/`;
}

const rtspField = (label: string, { rtsp }: Addresses, text = (address: string) => address): readonly Field[] =>
	rtsp === undefined ? [] : [{ label, text: text(rtsp) }];

const actions = ({ actionStream, actionSnapshot }: Addresses): readonly Field[] => [
	{ label: "Stream URL", text: actionStream },
	{ label: "Snapshot URL", text: actionSnapshot },
];

const frigate = (id: string, source: string): string => `go2rtc:
  streams:
    ${id}: "ffmpeg:${source}#video=h264#hardware"
cameras:
  ${id}:
    ffmpeg:
      inputs:
        - path: rtsp://127.0.0.1:8554/${id}
          roles: [detect, record]`;

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
		fields: (at) => [{ label: "Network URL", text: at.stream }, ...rtspField("RTSP", at)],
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
		fields: (at) => [
			{ label: "Stream", text: `streams:\n  ${at.id}: ${at.stream}` },
			...rtspField("Over RTSP", at, (rtsp) => `streams:\n  ${at.id}: ${rtsp}`),
		],
	},
	{
		name: "Frigate",
		advice: "In config.yml. Frigate records H.264, so its go2rtc encodes the pictures.",
		scan: "stream",
		contained: true,
		fields: (at) => [
			{ label: "Camera", text: frigate(at.id, at.stream) },
			...rtspField("Over RTSP", at, (rtsp) => frigate(at.id, rtsp)),
		],
	},
	{
		name: "ffmpeg",
		advice: "In a shell. The first command records ten seconds, the second saves one picture.",
		scan: "stream",
		fields: (at) => [
			{ label: "Record", text: `ffmpeg -i "${at.stream}" -t 10 ${at.id}.mp4` },
			{ label: "One picture", text: `ffmpeg -i "${at.capture}" ${at.id}.jpg` },
			...rtspField("Record over RTSP", at, (rtsp) => `ffmpeg -i "${rtsp}" -t 10 ${at.id}.mp4`),
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
		fields: ({ image }) => [{ label: "HTML", text: `<img src="${image}" alt="Live picture">` }],
	},
];
