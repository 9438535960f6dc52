import { Server, type ServerOptions } from "yieldcam/http/server";

export interface WebServerOptions extends ServerOptions {
	/** A second port, for clients whose URLs use CameraWebServer's 81. */
	readonly streamPort?: number | undefined;
	/** The port of RTSP. Default: none. */
	readonly rtspPort?: number | undefined;
}

/** RTSP's own (RFC 2326, 3.2). */
const RTSP_PORT = 554;

/** The ports in a program's configuration, whose values may be text. The defaults are the program's, then the host's. */
export function configuredPorts(
	config: Readonly<Record<string, unknown>>,
	{ port, rtsp }: { readonly port?: number; readonly rtsp?: boolean },
	usual: number,
): { port: number; streamPort: number | undefined; rtspPort: number | undefined } {
	const { rtspPort = RTSP_PORT, streamPort } = config;
	return {
		rtspPort: rtsp ? Number(rtspPort) : undefined,
		port: Number(config["port"] ?? port ?? usual),
		// 0, which would choose any port, has to be a mistake: nobody could find it.
		streamPort: streamPort === undefined ? undefined : Number(streamPort) || NaN,
	};
}

/**
 * A device's web server, on one port or two. Without the second one it serves the first alone. Port 0 chooses any free
 * port.
 */
export class WebServer {
	readonly #options: WebServerOptions;
	#server: Server | undefined;
	#closed = false;
	/** The second port, until it is open or found to be invalid. */
	#wanted: number | undefined;
	/** The second port, once it is open. */
	streamPort: number | undefined;
	/** The port of RTSP, once it is open. */
	rtspPort: number | undefined;

	constructor(options: WebServerOptions) {
		this.#options = options;
		this.#wanted = options.streamPort;
	}

	/** Whether it listens on the first port. */
	get listening(): boolean {
		return this.#server !== undefined;
	}

	/** The first port. */
	get port(): number {
		return this.#server?.port ?? this.#options.port;
	}

	/**
	 * Listens on the ports that are not open yet. On a board, call it whenever there is a network: before, the SDK refuses.
	 * Returns whether the second port has been opened. Throws an Error if a port is invalid, which is reported once, or if
	 * it cannot listen on it, which the next call tries again.
	 */
	open(): boolean {
		if (this.#closed) return false;
		const { address, port } = this.#options,
			server = (this.#server ??= attempt(port, () => new Server(this.#options))),
			wanted = this.#wanted;
		if (wanted === undefined) return false;
		const fault = faultOf(wanted, port);
		if (fault !== undefined) {
			this.#wanted = undefined;
			throw new Error(fault);
		}
		const place = { port: wanted, ...(address !== undefined && { address }) };
		this.streamPort = attempt(wanted, () => server.listen(place));
		this.#wanted = undefined;
		return true;
	}

	/**
	 * Listens on the port of RTSP, once it listens on the first, unless it does already. Returns the port; undefined if there is
	 * none. Throws an Error as `open` does.
	 */
	openRtsp(): number | undefined {
		const { address, rtspPort } = this.#options,
			server = this.#server;
		if (rtspPort === undefined || !server || this.#closed) return undefined;
		const place = { port: rtspPort, ...(address !== undefined && { address }) };
		return (this.rtspPort ??= attempt(rtspPort, () => server.listen(place)));
	}

	close(): void {
		this.#server?.close();
		this.#closed = true;
	}
}

/** Returns what is wrong with the second port, if anything is. */
function faultOf(wanted: number, port: number): string | undefined {
	// The SDK does not check whether a port is already its own, and loses a control block when lwIP refuses it.
	if (wanted === port && wanted !== 0) return `streamPort is ${port}, which is the server's own port`;
	return Number.isInteger(wanted) && wanted >= 0 && wanted < 65_536
		? undefined
		: "streamPort is not a whole number from 1 to 65535";
}

function attempt<T>(port: number, open: () => T): T {
	try {
		return open();
	} catch (error) {
		throw new Error(`cannot listen on port ${port}: ${(error as Error).message}`, { cause: error });
	}
}
