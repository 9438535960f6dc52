import { assert } from "chai";
import { Response } from "yieldcam/http/response";
import { webSocket } from "yieldcam/websocket/web-socket";
import { head, serve } from "../../support/serve.ts";
import { concat, HANDSHAKE, pong, text } from "../../support/web-socket-peer.ts";

const get = (path: string) => head(`GET ${path} HTTP/1.1`);

describe("a turn", () => {
	it("serves one request of each connection, whatever else its client has sent", () => {
		const paths: string[] = [];
		const { connect, network } = serve(({ path }) => (paths.push(path), new Response()));
		const [many, one] = [connect(), connect()];
		network.run();
		many.post(Array.from({ length: 20 }, (_, i) => get(`/${i}`)).join(""));
		one.post(get("/one"));
		network.run();
		assert.lengthOf(paths, 21);
		assert.isAtMost(paths.indexOf("/one"), 2);
	});

	it("takes a limited number of chunks, each of which may hold one byte", async () => {
		const order: string[] = [];
		const { connect, network } = serve(async (request) => {
			const { length } = await request.text();
			order.push(`${request.path} ${length}`);
			return new Response();
		});
		const [many, one] = [connect(), connect()];
		const slow = "POST /many HTTP/1.1\r\nHost: cam\r\nTransfer-Encoding: chunked\r\n\r\n";
		many.send(slow);
		await network.settle();
		many.post("1\r\nx\r\n".repeat(300) + "0\r\n\r\n");
		one.post("POST /one HTTP/1.1\r\nHost: cam\r\nContent-Length: 2\r\n\r\nok");
		await network.settle();
		assert.deepEqual(order, ["/one 2", "/many 300"]);
	});

	it("serves a limited number of frames of a WebSocket", async () => {
		const order: string[] = [];
		const { connect, network } = serve((request) => {
			if (request.path === "/one") {
				order.push("one");
				return new Response();
			}
			return webSocket(request, async (socket) => {
				for await (const message of socket) order.push(message.text);
			});
		});
		const [many, one] = [connect().send(HANDSHAKE), connect()];
		await network.settle();
		many.post(concat(...Array.from({ length: 300 }, () => pong()), text("last")));
		one.post(get("/one"));
		await network.settle();
		assert.deepEqual(order, ["one", "last"]);
	});

	it("ends with its connection, and the work left is not done", () => {
		const paths: string[] = [];
		const { connect, network, server } = serve(({ path }) => {
			paths.push(path);
			server.close();
			return new Response();
		});
		connect().send(get("/first") + get("/second"));
		network.run();
		assert.deepEqual(paths, ["/first"]);
	});
});
