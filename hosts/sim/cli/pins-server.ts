import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CommandError } from "#scripts/support/command-error.mjs";

const ADDRESS = "127.0.0.1";

/** Milliseconds between attempts to connect to a simulator that has not started yet, or starts again. */
const RETRY_MS = 200;

/** What the page sends: a pin, and the level that drives it, or "-" for none. */
const COMMAND = /^\d{1,2} [01-]$/;

/** A page that shows the simulated pins and drives them, over the Unix socket of the simulator's host. */
export class PinsServer {
	/** The Unix socket: the given one, or one of its own. */
	readonly path: string;
	readonly #folder: string | undefined;
	readonly #html: Buffer;
	readonly #server: Server;

	/** @param root The project's folder. */
	constructor(root: string, path: string | undefined) {
		this.#folder = path === undefined ? mkdtempSync(join(tmpdir(), "yieldcam-pins-")) : undefined;
		this.path = path ?? join(this.#folder!, "pins");
		this.#html = readFileSync(join(root, "hosts/sim/cli/pins.html"));
		this.#server = createServer((request, response) => this.handle(request, response));
	}

	/** Resolves to the page's address. Port 0 chooses any free port. */
	async listen(port: number): Promise<string> {
		this.#server.listen(port, ADDRESS);
		try {
			await once(this.#server, "listening");
		} catch (error) {
			throw new CommandError(`--pins-page ${port}: ${(error as Error).message}`);
		}
		return `http://${this.host}/`;
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
		if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
	}

	private get host(): string {
		return `${ADDRESS}:${(this.#server.address() as { port: number }).port}`;
	}

	private handle(request: IncomingMessage, response: ServerResponse): void {
		const { host = "", origin } = request.headers;
		// Another website, or a name that its owner has pointed here, must not drive the pins.
		if (
			host.replace(/^localhost:/, `${ADDRESS}:`) !== this.host ||
			(origin ?? `http://${host}`) !== `http://${host}`
		)
			end(response, 403);
		else if (request.method === "GET" && request.url === "/")
			response.setHeader("Content-Type", "text/html; charset=utf-8").end(this.#html);
		else if (request.method === "GET" && request.url === "/events") this.forward(response);
		else if (request.method === "POST" && request.url?.startsWith("/drive?"))
			this.drive(decodeURIComponent(request.url.slice("/drive?".length)), response);
		else end(response, 404);
	}

	/** Sends each line of the host as an event, and an event "start" whenever the host starts. */
	private forward(response: ServerResponse): void {
		let closed = false;
		response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" }).flushHeaders();
		const attempt = (): void => {
			if (closed) return;
			const socket = connect(this.path, () => response.write("event: start\ndata:\n\n"));
			createInterface({ input: socket })
				.on("line", (line) => response.write(`data: ${line}\n\n`))
				.on("error", () => {});
			socket.on("error", () => {});
			const leave = (): void => void socket.destroy();
			response.on("close", leave);
			socket.on("close", () => {
				response.off("close", leave);
				setTimeout(attempt, RETRY_MS).unref();
			});
		};
		response.on("close", () => {
			closed = true;
		});
		attempt();
	}

	private drive(command: string, response: ServerResponse): void {
		if (!COMMAND.test(command)) return end(response, 400);
		const socket = connect(this.path, () => socket.end(`${command}\n`));
		socket.on("error", () => end(response, 503));
		socket.resume().on("end", () => end(response, 204));
	}
}

function end(response: ServerResponse, status: number): void {
	if (!response.writableEnded) response.writeHead(status).end();
}
