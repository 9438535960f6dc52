import type { BitmapConverter } from "../camera/bitmap.ts";
import type { CameraOptions } from "../camera/camera-options.ts";
import type { Handler, HandlerObject } from "../http/handler.ts";
import type { Limits } from "../http/limits.ts";
import type { RtspIO } from "../rtsp/io.ts";
import type { SettingsOptions } from "../settings/settings.ts";
import type { System } from "../state/state.ts";
import type { DeviceNetwork } from "../network/device-network.ts";
import type { Directory } from "./files.ts";
import type { Lamp } from "./lamp.ts";
import type { Slots } from "./slots.ts";

export interface ServeOptions {
	/** The port to serve on, if none was chosen when the device was flashed or started. Default: the host's own. */
	readonly port?: number;
	/** Whether the program also serves RTSP, at a port of its own: 554, if none was chosen. */
	readonly rtsp?: boolean;
	/** Limits that replace the server's own: larger uploads on a machine with more memory, for example. */
	readonly limits?: Partial<Limits>;
	/** Paths other than "/", by their names, that a simulator prints when it starts. */
	readonly addresses?: Readonly<Record<string, string>>;
}

/** A running server, as `serve` returns it. */
export interface Service {
	/** The address of the server; undefined while there is no network. */
	readonly host: string | undefined;
	readonly port: number;
	/** Stops the server and closes every connection. */
	close(): void;
}

/** A file in the firmware: the SDK's Resource, or an ArrayBuffer. */
export type PageResource = Pick<ArrayBuffer, "byteLength">;

/** What a device has for the firmware's app. */
export interface DeviceFeatures {
	/** The page at `/`. Without it, `/` serves only mjpg-streamer's clients. */
	readonly page: PageResource;
	/** What the host knows and the app does not. It is read each time. */
	readonly system: System;
	/** Where the controls are kept across restarts. */
	readonly settings: Omit<SettingsOptions, "controls">;
	/** The board's LED or flash lamp; undefined if it has none that can be driven. */
	readonly lamp?: Lamp | undefined;
	/** The packets and the sockets of RTSP. Without it, requests of RTSP are refused. */
	readonly rtsp?: RtspIO;
	/** Makes the bitmaps of `/bmp`. Without it, that address answers with an error. */
	readonly bitmap?: BitmapConverter;
	/** The firmware's slots. Without them, there is no `/api/firmware`. */
	readonly slots?: Slots | undefined;
	/** The network, if it is joined by Wi-Fi. Without it, there is no `/api/network`. */
	readonly network?: DeviceNetwork | undefined;
	/** Returns the last lines of the log for `/api/log`, as UTF-8. Without it, there is no such address. */
	readonly logTail?: () => ArrayBuffer;
}

/**
 * The device that a program runs on. Each host, the board and the simulators, has a module `yieldcam/device` that
 * exports one, so the same program runs on all of them.
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
export interface Device extends DeviceFeatures {
	/** The camera's driver and wiring. */
	readonly camera: CameraOptions;
	/**
	 * The root of the file storage, read-only: the SD card if the board has a slot for one, or the folder that the
	 * simulator was given; undefined if there is neither. Reading this property mounts the card. Throws an Error with
	 * the reason if that fails, for example because the slot is empty.
	 */
	readonly files: Directory | undefined;
	/**
	 * Serves as soon as there is a network, and for as long as the device runs. `open` makes the handler of the
	 * requests. If it throws, for example because the camera does not open, a board answers every request with the
	 * reason and tries again, soon and forever; the simulator exits, unless it was started with faults.
	 */
	serve(open: () => Handler | HandlerObject, options?: ServeOptions): Service;
	/**
	 * Values that the program received when it was built: `config` of its manifest, and the NAME=VALUE arguments of the
	 * command that flashed or started it, which are strings.
	 */
	readonly config: Readonly<Record<string, unknown>>;
	/** Writes a line, given without its line end, to the console. */
	log(line: string): void;
}
