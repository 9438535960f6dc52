/**
 * Node's own server: one timer, and a write to each viewer that has taken all earlier data.
 *
 * node-http.mjs DIR FPS PORT
 */
import { createServer } from "node:http";
import { readFrames } from "./frames.mjs";

const [, , folder, fps, port] = process.argv;
const frames = readFrames(folder);
const viewers = new Set();
let captured = 0;

setInterval(() => {
	const frame = frames[captured++ % frames.length];
	const timestamp = (Number(process.hrtime.bigint() / 1000n) / 1e6).toFixed(6);
	const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${frame.length}\r\nX-Timestamp: ${timestamp}\r\n\r\n`;
	for (const response of viewers) {
		if (response.writableNeedDrain) continue;
		response.write(head);
		response.write(frame);
		response.write("\r\n");
	}
}, 1000 / fps);

createServer((request, response) => {
	if (request.url === "/stream") {
		response.writeHead(200, {
			"Content-Type": "multipart/x-mixed-replace; boundary=frame",
			"Cache-Control": "no-store",
		});
		viewers.add(response);
		response.on("close", () => viewers.delete(response));
	} else if (request.url === "/status") {
		response.writeHead(200, { "Content-Type": "application/json" });
		response.end(JSON.stringify({ frames: captured, viewers: viewers.size }));
	} else response.writeHead(404).end();
}).listen(Number(port), "127.0.0.1");
