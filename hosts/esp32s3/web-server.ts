import { Server, type ServerOptions } from "yieldcam/http/server";

export interface WebServerOptions extends ServerOptions {
	/** A second port, for those whose URLs say CameraWebServer's 81. */
	readonly streamPort?: number | undefined;
	/** Takes a line of text without its end. */
	log(line: string): void;
}

/**
 * The board's web server, at one port or two. A port that cannot be had is told; the first is served
 * without the second.
 */
export class WebServer {
	readonly #options: WebServerOptions;
	#server: Server | undefined;
	#closed = false;
	/** What is still to be opened beside the server's own port. */
	#streamPort: number | undefined;

	constructor(options: WebServerOptions) {
		const { port, streamPort, log } = options;
		this.#options = options;
		// The SDK does not look whether a port is its own already, and loses a control block when lwIP refuses it.
		if (streamPort === port) log(`yieldcam: streamPort is ${port}, which is the server's own port`);
		else if (streamPort !== undefined && !(Number.isInteger(streamPort) && streamPort > 0 && streamPort < 65_536))
			log("yieldcam: streamPort is no whole number from 1 to 65535");
		else this.#streamPort = streamPort;
	}

	close(): void {
		this.#server?.close();
		this.#closed = true;
	}

	/** Listens where it does not listen yet. To be called whenever there is a network: before, the SDK refuses. */
	open(): void {
		if (this.#closed) return;
		const { port, log } = this.#options;
		const streamPort = this.#streamPort;
		const server = this.attempt(port, () => (this.#server ??= new Server(this.#options)));
		if (server && streamPort !== undefined && this.attempt(streamPort, () => server.listen({ port: streamPort }))) {
			this.#streamPort = undefined;
			log(`yieldcam is at port ${streamPort}, too`);
		}
	}

	private attempt<T>(port: number, open: () => T): T | undefined {
		try {
			return open();
		} catch (error) {
			this.#options.log(`yieldcam: port ${port} cannot be had: ${(error as Error).message}`);
			return undefined;
		}
	}
}
