import { Server, type ServerOptions } from "yieldcam/http/server";

export interface WebServerOptions extends ServerOptions {
	/** A second port, for clients whose URLs use CameraWebServer's 81. */
	readonly streamPort?: number | undefined;
	/** Receives a line of text without its line end. */
	log(line: string): void;
}

/**
 * The board's web server, on one port or two. It logs a port on which it cannot listen. If the second one fails, it
 * serves the first alone.
 */
export class WebServer {
	readonly #options: WebServerOptions;
	#server: Server | undefined;
	#closed = false;
	/** The additional port, until it is open. */
	#streamPort: number | undefined;

	constructor(options: WebServerOptions) {
		const { port, streamPort, log } = options;
		this.#options = options;
		// The SDK does not check whether a port is already its own, and loses a control block when lwIP refuses it.
		if (streamPort === port) log(`yieldcam: streamPort is ${port}, which is the server's own port`);
		else if (streamPort !== undefined && !(Number.isInteger(streamPort) && streamPort > 0 && streamPort < 65_536))
			log("yieldcam: streamPort is not a whole number from 1 to 65535");
		else this.#streamPort = streamPort;
	}

	close(): void {
		this.#server?.close();
		this.#closed = true;
	}

	/** Listens on the ports that are not open yet. Call it whenever there is a network: before, the SDK refuses. */
	open(): void {
		if (this.#closed) return;
		const { port, log } = this.#options;
		const streamPort = this.#streamPort;
		const server = this.attempt(port, () => (this.#server ??= new Server(this.#options)));
		if (server && streamPort !== undefined && this.attempt(streamPort, () => server.listen({ port: streamPort }))) {
			this.#streamPort = undefined;
			log(`yieldcam is also at port ${streamPort}`);
		}
	}

	private attempt<T>(port: number, open: () => T): T | undefined {
		try {
			return open();
		} catch (error) {
			this.#options.log(`yieldcam: cannot listen on port ${port}: ${(error as Error).message}`);
			return undefined;
		}
	}
}
