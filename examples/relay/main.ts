import { requireBearer } from "yieldcam/access/bearer";
import device from "yieldcam/device";
import { HttpError } from "yieldcam/http/http-error";
import { escapeHtml, RELATIVE_BASE } from "yieldcam/http/html";
import { mediaType } from "yieldcam/http/media-type";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { snapshot } from "yieldcam/mjpeg/snapshot";
import { Cameras, type RelayedCamera } from "./cameras.ts";
import { beginsLikeJpeg, jpegInForm } from "./form.ts";

/** The largest JPEG, and the number of cameras. */
const MAX_JPEG_BYTES = 1_048_576,
	MAX_CAMERAS = 64,
	MAX_NAME_LENGTH = 64;
/** Types of content that may be a JPEG, so that one which is not is faulty, and not of another type. */
const JPEG_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/jpg", "application/octet-stream"]);
/** How long a camera's connection is kept: enough for a picture per minute. */
const KEEP_ALIVE_SECONDS = 75;

const { token, forget = 600 } = device.config;

const cameras = new Cameras(MAX_CAMERAS, patience(Number(forget)));

function patience(seconds: number): number {
	if (!(seconds >= 1 && seconds <= 1_000_000)) throw new Error("forget=SECONDS is a number from 1 to 1000000");
	return seconds;
}

function checkRoom(name: string): void {
	if (name.length > MAX_NAME_LENGTH)
		throw new HttpError(400, `a camera's name has at most ${MAX_NAME_LENGTH} characters`);
	if (!cameras.takes(name))
		throw new HttpError(503, `all ${MAX_CAMERAS} places for cameras are taken`, { "Retry-After": 60 });
}

async function receive(request: Request, name = "camera"): Promise<Response> {
	if (typeof token === "string" && token !== "") requireBearer(request, token);
	const { headers } = request;
	const type = headers.get("content-type") ?? "";
	const coding = headers.get("content-encoding");
	if (coding && coding.toLowerCase() !== "identity")
		throw new HttpError(415, "the content must not be compressed", { "Accept-Encoding": "identity" });
	checkRoom(name);
	const content = await request.bytes();
	checkRoom(name); // others may have uploaded during the await
	const jpeg = pictureIn(type, content);
	try {
		cameras.show(name, jpeg);
	} catch (error) {
		throw new HttpError(422, (error as Error).message);
	}
	return new Response(null, { status: 204, headers: { "Keep-Alive": `timeout=${KEEP_ALIVE_SECONDS}` } });
}

/** Returns the JPEG that was sent. What clients call it differs, and the bytes tell. */
function pictureIn(field: string, content: Uint8Array): Uint8Array {
	if (beginsLikeJpeg(content)) return content;
	const type = mediaType(field)!;
	if (type.startsWith("multipart/")) {
		const jpeg = jpegInForm(field, content);
		if (!jpeg) throw new HttpError(422, "the form has no JPEG");
		return jpeg;
	}
	if (type !== "" && !JPEG_TYPES.has(type))
		throw new HttpError(
			415,
			`the content is ${type}, and must be a JPEG, or a form with one (multipart/form-data)`,
		);
	return content;
}

function find({ params }: Request): RelayedCamera {
	const camera = cameras.get(params.camera);
	if (!camera) throw new HttpError(404, "nobody has uploaded to that camera lately");
	return camera;
}

/** Shows snapshots: a browser opens six connections to a server, and each stream would hold one of them. */
function page(): Response {
	const items = cameras.names.map((name) => {
		const path = encodeURIComponent(name);
		return `<p><a href="stream/${path}"><img loading="lazy" src="snapshot/${path}" width="320" alt=""><br>${escapeHtml(name)}</a>\n`;
	});
	return Response.html(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="10">
<title>relay</title>
${RELATIVE_BASE}
<h1>relay</h1>
${items.join("") || "<p>Nobody has uploaded yet.\n"}</html>
`);
}

/** Pictures pass through the script's heap. */
function checkMemory(): void {
	const size = device.system.memory?.heap.chunks.size ?? 0;
	if (size < 2 * MAX_JPEG_BYTES)
		throw new Error("a relay needs more memory than a board has: run it on a PC, with --profile host");
}

if (typeof token !== "string" || token === "") device.log("anybody may upload here; token=… keeps others out");

function upload(request: Request): Promise<Response> {
	return receive(request, request.params.camera);
}

function open(): Router {
	checkMemory();
	return (
		new Router()
			.get("/", page)
			.post("/upload", upload)
			.post("/upload/:camera", upload)
			// `curl -T` sends this.
			.put("/upload", upload)
			.put("/upload/:camera", upload)
			.get("/stream/:camera", (request) => find(request).stream.respond(request.remoteAddress))
			.get("/snapshot/:camera", (request) => snapshot(find(request).pictures.newest!.retain()))
	);
}

device.serve(open, {
	port: 8000,
	// The server reads enough of a content that is too large for its response to get through.
	limits: {
		content: MAX_JPEG_BYTES,
		contentMemory: MAX_CAMERAS * MAX_JPEG_BYTES,
		maxDiscard: 2 * MAX_JPEG_BYTES,
		// Each may watch, and a slow one may hold a picture of its own.
		connections: 320,
		// Cameras can send, whatever viewers do.
		reservedConnections: MAX_CAMERAS + 32,
		contentWaiters: 1_000,
		slots: Infinity,
		headMemory: 4_194_304,
		streamMemory: 4_194_304,
		responseMemory: 4_194_304,
		idleTimeout: 1_000 * KEEP_ALIVE_SECONDS,
	},
});
