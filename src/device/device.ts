import type { AppOptions } from "../app/app.ts";
import type { CameraOptions } from "../camera/camera.ts";
import type { Handler, HandlerObject } from "../http/handler.ts";
import type { Limits } from "../http/limits.ts";
import type { Directory } from "./files.ts";

export interface ServeOptions {
	/** The port to serve at, unless whoever flashed or started the device chose one; the host's own unless told. */
	readonly port?: number;
	/** Where the server's own do not fit: larger uploads on a machine with more memory, say. */
	readonly limits?: Partial<Limits>;
	/** What there is beside "/", for who starts a simulator: paths by what they are called. */
	readonly addresses?: Readonly<Record<string, string>>;
}

/** What `serve` began. */
export interface Service {
	/** The address to reach it at; undefined while there is no network. */
	readonly host: string | undefined;
	readonly port: number;
	/** Ends it, and every connection. */
	close(): void;
}

/**
 * What a program asks of the device it runs on. Each host has a module `yieldcam/device` that exports it: the board, and
 * the simulators. So one program runs on all of them.
 *
 * @example
 * import device from "yieldcam/device";
 *
 * device.serve(() => {
 * 	const camera = new Camera(device.camera);
 * 	const stream = new MjpegStream(camera);
 * 	return new Router().get("/stream", () => stream.respond());
 * });
 */
export interface Device extends Required<Pick<AppOptions, "page" | "system" | "settings">>, Pick<AppOptions, "bitmap"> {
	/** The camera's driver, and how the camera is wired. */
	readonly camera: CameraOptions;
	/**
	 * The root of the file storage, to be read: the SD card of a board that has a slot for one, the folder that the
	 * simulator was given; undefined where there is neither. Asking for it is what mounts the card: throws an Error with
	 * the reason where that fails, because there is none in the slot, say.
	 */
	readonly files: Directory | undefined;
	/**
	 * Begins to serve as soon as there is a network, and for as long as the device runs. `open` makes what answers the
	 * requests. Where it throws, because the camera does not open, say, a board answers every request with the reason
	 * and tries again, soon and for ever; the simulator ends, unless it was asked for faults.
	 */
	serve(open: () => Handler | HandlerObject, options?: ServeOptions): Service;
	/**
	 * What the program was told when it was built: `config` of its manifest, and NAME=VALUE at the end of the command that
	 * flashed or started it, which are strings.
	 */
	readonly config: Readonly<Record<string, unknown>>;
	/** Says a line, given without its end, where the device's owner reads it: on the console. */
	log(line: string): void;
}
