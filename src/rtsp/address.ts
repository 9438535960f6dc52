/** The track's name in addresses, as SDP says it. */
export const TRACK = "video";

/** Reports whether a path names the stream's track, and not the stream. Returns undefined if it names neither. */
export function isTrack(path: string): boolean | undefined {
	const name = withoutSlash(path),
		track = name.endsWith(`/${TRACK}`),
		stream = track ? withoutSlash(name.slice(0, -TRACK.length)) : name;
	return stream === "" || stream === "/mjpeg/1" ? track : undefined;
}

/** Returns a path without the slash at its end, or without the two that an address with one and "/video" have. */
function withoutSlash(path: string): string {
	for (let left = 2; left > 0 && path.endsWith("/"); left--) path = path.slice(0, -1);
	return path;
}

/** Returns the address of a target without a query, and with a slash at its end: clients add the track's name to it. */
export function baseOf(target: string): string {
	const question = target.indexOf("?"),
		base = question < 0 ? target : target.slice(0, question);
	return base.endsWith("/") ? base : base + "/";
}

/** What follows a host in an address. */
const HOST_ENDS = "/:?";

/** Returns the host of a target without its port. */
export function hostOf(target: string): string {
	const start = target.indexOf("://") + 3;
	let end = start;
	while (end < target.length && !HOST_ENDS.includes(target[end])) end++;
	return end > start ? target.slice(start, end) : "0.0.0.0";
}
