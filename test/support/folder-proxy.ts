import { createServer, request, type Server } from "node:http";
import { once } from "node:events";

/**
 * A proxy that has a device in a folder ("" for the root), with or without the slash at the folder's end.
 *
 * @param holds Whether it keeps what the device answers at a path, as a proxy does that fills a buffer first.
 */
export async function folderProxy(
	device: string,
	folder: string,
	holds: (path: string) => boolean = () => false,
): Promise<Server> {
	const server = createServer((incoming, answer) => {
		const { url = "", method, headers } = incoming;
		if (url !== folder && !url.startsWith(`${folder}/`)) {
			answer.writeHead(404).end();
			return;
		}
		const path = url.slice(folder.length) || "/";
		const outgoing = request(device + path, { method, headers }, (response) => {
			if (holds(path)) return;
			answer.writeHead(response.statusCode!, response.headers);
			response.pipe(answer);
		});
		outgoing.on("error", () => answer.destroy());
		answer.on("close", () => outgoing.destroy());
		incoming.pipe(outgoing);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return server;
}
