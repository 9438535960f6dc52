/**
 * npm's mjpeg-server, with one timer. Its README calls `update`, which the package does not have; its example calls
 * `write`, as this program does. The package writes the parts itself, without a timestamp, and does not report whether
 * a viewer takes them.
 *
 * mjpeg-server.mjs DIR FPS PORT
 */
import { createServer } from "node:http";
import mjpegServer from "mjpeg-server";
import { readFrames } from "./frames.mjs";

const [, , folder, fps, port] = process.argv;
const frames = readFrames(folder);
const viewers = new Set();
let captured = 0;

setInterval(() => {
	const frame = frames[captured++ % frames.length];
	for (const viewer of viewers) viewer.write(frame);
}, 1000 / fps);

createServer((request, response) => {
	if (request.url === "/stream") {
		const viewer = mjpegServer.createReqHandler(request, response);
		viewers.add(viewer);
		response.on("close", () => viewers.delete(viewer));
	} else if (request.url === "/status") {
		response.writeHead(200, { "Content-Type": "application/json" });
		response.end(JSON.stringify({ frames: captured, viewers: viewers.size }));
	} else response.writeHead(404).end();
}).listen(Number(port), "127.0.0.1");
